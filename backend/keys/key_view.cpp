#include <algorithm>

#include "backend/keys/key_standing.h"
#include "backend/keys/pacific_day.h"
#include "backend/keys/quota_share.h"

namespace geminate::keys {
namespace {

UpstreamKeyView settings_of(const UpstreamKey& key) {
  UpstreamKeyView view;
  view.id = key.id;
  view.key_preview = key.text.preview();
  view.description = key.description;
  view.created_at = key.created_at;
  view.expires_at = key.expires_at;
  view.is_active = key.is_active;
  view.is_system = key.origin == Origin::Environment;
  view.origin = key.origin;
  view.enable_context_management = key.enable_context_management;
  view.context_window = key.context_window;
  view.max_tokens_per_day = key.max_tokens_per_day;
  view.rate_limit_per_minute = key.rate_limit_per_minute;
  view.user_id = key.user_id;
  view.project = key.project;
  view.tags = key.tags;
  view.weight = key.weight;
  view.priority = key.priority;
  view.revision = key.revision;
  return view;
}

void set_state(UpstreamKeyView& view, KeyState state, std::string reason,
               std::optional<Timestamp> until = {}) {
  view.state = state;
  view.state_reason = std::move(reason);
  view.state_until = until;
}

std::string spent_reason(const PoolEntry& entry, const Now& now) {
  const auto limit = entry.day_limit();
  const std::int64_t used = entry.runtime().used_on(pacific_day(now.wall));
  if (limit && used + entry.runtime().reserved() >= *limit) {
    return std::to_string(used) + " of " + std::to_string(*limit) + " tokens of the day are spent";
  }
  if (!entry.minute()) return "its own limit is reached";
  return "its limit of " + std::to_string(entry.minute()->limit()) + " requests a minute is reached";
}

void tell_state(UpstreamKeyView& view, const PoolEntry& entry, const Now& now) {
  Finding found = find_state(entry, !view.cooldowns.empty(), now);
  switch (found.state) {
    case KeyState::Disabled:
      return set_state(view, found.state, "disabled by an admin");
    case KeyState::Expired:
      return set_state(view, found.state, "expired at " + format_rfc3339(entry.expires_at()));
    case KeyState::Dead:
    case KeyState::Suspect:
      return set_state(view, found.state, std::move(found.health.reason), found.health.until);
    case KeyState::Spent:
      return set_state(view, found.state, spent_reason(entry, now), now.wall + *found.spent);
    case KeyState::Cooling:
      return set_state(view, found.state, view.cooldowns.front().reason, view.cooldowns.front().until);
    case KeyState::Ready:
      break;
  }
}

}  // namespace

Finding find_state(const PoolEntry& entry, bool rests, const Now& now) {
  if (!entry.is_active()) return {KeyState::Disabled, {}, {}};
  if (entry.has_expired(now.wall)) return {KeyState::Expired, {}, {}};
  HealthNote health = entry.runtime().note(now);
  if (health.health == Health::Dead) return {KeyState::Dead, std::move(health), {}};
  if (health.health == Health::Suspect) return {KeyState::Suspect, std::move(health), {}};
  if (const auto spent = spent_for(entry, now)) return {KeyState::Spent, {}, spent};
  return {rests ? KeyState::Cooling : KeyState::Ready, {}, {}};
}

UpstreamKeyView view_of(const PoolEntry& entry, std::string fingerprint, const ModelTable& models,
                        const Now& now) {
  UpstreamKeyView view = settings_of(entry.row());
  view.fingerprint = std::move(fingerprint);
  view.last_used_at = entry.runtime().last_used_at();
  view.current_tokens_used_today = entry.runtime().used_on(pacific_day(now.wall));
  view.suggested_project = entry.runtime().suggested_project();
  if (const Cooldowns* cooldowns = entry.project().cooldowns())
    view.cooldowns = cooldowns->list(entry.project().name(), now);
  if (const QuotaShare share = tightest_quota(entry.project(), models, LedgerTime(now)); share.percent >= 0) {
    view.quota_share = share.percent;
    view.quota_model = models.name(share.model);
  }
  if (const auto fault = entry.runtime().last_fault()) {
    view.last_error = fault->kind;
    view.last_error_at = fault->at;
  }
  tell_state(view, entry, now);
  return view;
}

}  // namespace geminate::keys
