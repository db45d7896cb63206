#include "backend/admin/accounts_api.h"
#include "backend/admin/aliases_api.h"
#include "backend/admin/health_api.h"
#include "backend/admin/key_columns_api.h"
#include "backend/admin/key_glance_api.h"
#include "backend/admin/keys_api.h"
#include "backend/admin/quotas_api.h"
#include "backend/admin/reveal_api.h"
#include "backend/admin/sessions_api.h"
#include "backend/admin/settings_api.h"
#include "backend/admin/system_api.h"
#include "backend/admin/tokens_api.h"
#include "backend/admin/usage_api.h"
#include "backend/app/application_parts.h"
#include "backend/app/credentials.h"

namespace geminate::app {

void Application::Parts::register_management(const http::AddManagementRoute& add_route) {
  const admin::RunInBackground run = [this](std::function<void()> task) { background.post(std::move(task)); };
  admin::SystemFacts facts;
  facts.mode = pool.mode();
  facts.version = GEMINATE_VERSION;
  facts.are_keys_revealed = config.key_reveal == config::Toggle::On;
  facts.caller_of = [this](const http::HttpRequest& request) {
    return services.access.caller_of(request, {});
  };
  facts.cookie_name = session_cookie_name;
  const auto not_ready = [this] { return stopping.load() ? std::string("stopping") : std::string(); };
  facts.not_ready = not_ready;
  facts.login_refused = [this](const Caller&) {
    metrics.background().login_failures(observe::Surface::Admin);
  };
  admin::SignInParts signing_in = sign_in.parts();
  // What no store changes: whole keys that were shown, sessions that were ended for somebody.
  signing_in.append_audit = [this](const Change& change) {
    log.warning("admin_action", {{"action", name_of(change.action)},
                                 {"who", change.who.name},
                                 {"address", change.who.address},
                                 {"request_id", change.who.request_id},
                                 {"target", change.target_id}});
    return Status::success();
  };
  facts.session_changed = [](const Caller&, AuditAction) {};
  admin::register_system_api(add_route, signing_in, std::move(facts));
  admin::register_accounts_api(add_route, signing_in);
  admin::register_sessions_api(add_route, signing_in);
  admin::register_reveal_api(add_route, pool, sign_in.reveals, config.key_reveal == config::Toggle::On,
                             signing_in);
  admin::register_keys_api(add_route, pool, health.edit_hooks(), run);
  admin::register_key_columns_api(add_route, key_portions, run);
  admin::register_quotas_api(add_route, pool, run);
  const auto about = [this, not_ready] {
    key_portions.refresh_if_due(now());
    return about_server(server_parts(), started_at, not_ready());
  };
  admin::register_settings_api(add_route, *settings, about, run);
  admin::register_aliases_api(add_route, alias_book, run);
  admin::register_health_api(add_route, health.api_facts(), run);
  admin::register_tokens_api(add_route, authenticator, token_list, run);
  const admin::RunInBackground read_usage = [this](std::function<void()> task) {
    usage_reader.post(std::move(task));
  };
  admin::register_usage_api(add_route, *stores.usage, recorder, prices, read_usage);
  admin::register_key_glance_api(
      add_route, {pool, key_hours, recorder, [this](std::int64_t id) { return health.last_fault(id); }},
      read_usage, run);
}

}  // namespace geminate::app
