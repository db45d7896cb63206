#include "backend/admin/settings_api.h"

#include <utility>

namespace geminate::admin {

void register_settings_api(const http::AddManagementRoute& add_route, config::RunSettings& settings,
                           std::function<AboutView()> about, const RunInBackground& run) {
  const auto add = [&](const auto& endpoint, auto work) {
    add_route(endpoint.verb, endpoint.path, in_background(run, endpoint, std::move(work)));
  };
  add(api::kListSettings,
      [&settings](const NoBody&, std::int64_t) -> Result<SettingList> { return settings.list(); });
  add(api::kUpdateSettings,
      [&settings](const SettingsEdit& edit, std::int64_t, const Caller& who) -> Result<SettingList> {
        return settings.update(edit, {who, AuditAction::SettingsUpdate}, now().wall);
      });
  add(api::kAbout,
      [about = std::move(about)](const NoBody&, std::int64_t) -> Result<AboutView> { return about(); });
}

}  // namespace geminate::admin
