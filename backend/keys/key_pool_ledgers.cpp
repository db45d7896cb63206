#include <algorithm>
#include <array>

#include "backend/audit/field_moves.h"
#include "backend/keys/key_faults.h"
#include "backend/keys/key_pool_state.h"
#include "backend/keys/setting_rules.h"

// The pool's ledgers as people and the store see them.
namespace geminate::keys {
namespace {

using std::chrono::milliseconds;

/// Ledgers that nobody has touched for so long are of keys or projects that are gone.
constexpr std::chrono::days kKeptFor{40};
/// No rest is longer, whatever a clock says that was set while the process was down.
constexpr milliseconds kLongestRest = std::chrono::hours{48};

constexpr std::array<QuotaKind, kQuotaKinds> kKinds = {QuotaKind::RequestsPerMinute,
                                                       QuotaKind::TokensPerMinute, QuotaKind::RequestsPerDay,
                                                       QuotaKind::TokensPerDay};

/// The members that stand for a kind, in the structs that have all four.
template <class Struct>
auto& limit_of(Struct& row, QuotaKind kind) {
  switch (kind) {
    case QuotaKind::RequestsPerMinute:
      return row.requests_per_minute;
    case QuotaKind::TokensPerMinute:
      return row.tokens_per_minute;
    case QuotaKind::RequestsPerDay:
      return row.requests_per_day;
    case QuotaKind::TokensPerDay:
    case QuotaKind::Count:
      break;
  }
  return row.tokens_per_day;
}

constexpr std::string_view name_of_limit(QuotaKind kind) {
  constexpr std::array<std::string_view, kQuotaKinds> kNames = {"requests_per_minute", "tokens_per_minute",
                                                                "requests_per_day", "tokens_per_day"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::int64_t bit_of(QuotaKind kind) { return std::int64_t{1} << static_cast<int>(kind); }

std::int32_t learnt_on(const LedgerRow& row, QuotaKind kind) {
  const auto& since =
      kind == QuotaKind::RequestsPerMinute ? row.requests_per_minute_since : row.tokens_per_minute_since;
  return since.value_or(row.day);
}

/// The limit as the row has it.
void put_back(QuotaLimits& limits, QuotaKind kind, const LedgerRow& row, std::int32_t today) {
  const auto& limit = limit_of(row, kind);
  const bool is_admins = (row.set_by_admin & bit_of(kind)) != 0;
  limits.set_by_admin(kind, is_admins ? limit : std::nullopt);
  // An old day must not be taken for one a month later.
  constexpr std::int32_t kOldEnough = 16;
  if (limit && !is_admins) limits.learn(kind, *limit, std::max(learnt_on(row, kind), today - kOldEnough));
}

std::vector<CooldownView> cooldowns_of(const ModelLedger& ledger, std::string_view model, const Now& now) {
  std::vector<CooldownView> views;
  const Cooldowns* cooldowns = ledger.project().cooldowns();
  if (cooldowns == nullptr) return views;
  views = cooldowns->list(ledger.project().name(), now);
  std::erase_if(views, [model](const CooldownView& view) { return view.model != model; });
  return views;
}

/// What the audit log says: limits that were or are an admin's.
Change quota_change(const Change& change, const LedgerRow& before, const LedgerRow& after) {
  const auto set_limit = [](const LedgerRow& row, QuotaKind kind) {
    return (row.set_by_admin & bit_of(kind)) != 0 ? limit_of(row, kind) : std::nullopt;
  };
  std::vector<FieldMove> moves;
  for (const QuotaKind kind : kKinds)
    audit::note_move(moves, std::string(name_of_limit(kind)), set_limit(before, kind),
                     set_limit(after, kind));
  const std::string owner =
      after.project.empty() ? "key " + std::to_string(after.key_id) : "project " + after.project;
  return audit::completed(change, "quota", owner + ", " + after.model, std::move(moves));
}

}  // namespace

LedgerRow KeyPool::Impl::row_of(const ModelLedger& ledger, const Now& now) const {
  const LedgerTime time(now);
  LedgerRow row;
  row.project = ledger.project().name();
  row.key_id = ledger.project().key_id();
  row.model = models.name(ledger.model());
  row.day = time.day;
  row.requests_today = ledger.requests_on(time.day);
  row.tokens_today = ledger.tokens_on(time.day);
  const auto minute = ledger.minute_use(time);
  row.requests_this_minute = minute.requests;
  row.tokens_this_minute = minute.tokens;
  row.saved_at = now.wall;
  for (const QuotaKind kind : kKinds) {
    const auto limit = ledger.limits().get(kind);
    if (limit.amount == 0) continue;
    limit_of(row, kind) = limit.amount;
    if (limit.is_admins) row.set_by_admin |= bit_of(kind);
  }
  row.requests_per_minute_since = ledger.limits().learnt_on(QuotaKind::RequestsPerMinute, time.day);
  row.tokens_per_minute_since = ledger.limits().learnt_on(QuotaKind::TokensPerMinute, time.day);
  row.cooldowns = cooldowns_of(ledger, row.model, now);
  return row;
}

void KeyPool::Impl::restore(const LedgerRow& row, const Now& now) {
  const auto project = book.find_project(row.project, row.key_id);
  if (project == nullptr) return;
  const ModelId id = models.add(row.model);
  if (id == ModelTable::kUnlisted) return;
  ModelLedger& ledger = project->ledger(id);
  const bool is_this_minute = row.saved_at <= now.wall && now.wall - row.saved_at < std::chrono::minutes{1};
  MinuteWindow::Use minute;
  if (is_this_minute) minute = {row.requests_this_minute, row.tokens_this_minute};
  ledger.restore(LedgerTime(now), row.day, row.requests_today, row.tokens_today, minute);
  for (const QuotaKind kind : kKinds) {
    put_back(ledger.limits(), kind, row, LedgerTime(now).day);
    const auto limit = ledger.limits().get(kind);
    if (limit.amount != 0 && !limit.is_admins) models.beliefs(id).lower_to(kind, limit.amount);
  }
  for (const CooldownView& rest : row.cooldowns) {
    // What was left when it was saved bounds it: the wall clock may have been set since.
    const milliseconds left = std::min({rest.until - now.wall, rest.until - row.saved_at, kLongestRest});
    project->make_cooldowns().rest(row.model, rest.quota, rest.reason, left, now);
  }
  if (!row.cooldowns.empty())
    ledger.rest_until(project->make_cooldowns().rest_ends(hash_of_model(row.model)), false);
}

Status KeyPool::Impl::restore_ledgers(const Now& now) {
  if (ledgers == nullptr) return Status::success();
  GEMINATE_CHECK_OK(ledgers->drop_before(now.wall - kKeptFor));
  GEMINATE_TRY(const auto rows, ledgers->load());
  for (const LedgerRow& row : rows) restore(row, now);
  return Status::success();
}

Status KeyPool::flush_ledgers(const Now& now) {
  if (impl_->ledgers == nullptr) return Status::success();
  const std::lock_guard lock(impl_->management);
  std::vector<ModelLedger*> changed;
  std::vector<LedgerRow> rows;
  impl_->counter.take_changed([&](ModelLedger& ledger) {
    // What unlisted models share is nobody's quota.
    if (ledger.model() == ModelTable::kUnlisted) return;
    changed.push_back(&ledger);
    rows.push_back(impl_->row_of(ledger, now));
  });
  Status saved = impl_->ledgers->save(rows);
  if (!saved.ok()) {
    for (ModelLedger* ledger : changed) impl_->counter.changed(*ledger);
  }
  return saved;
}

QuotaView KeyPool::Impl::view_of_ledger(const ModelLedger& ledger, const Now& now) {
  const LedgerTime time(now);
  QuotaView view;
  view.project = ledger.project().name();
  view.key_id = ledger.project().key_id();
  view.model = models.name(ledger.model());
  const auto minute = ledger.minute_use(time);
  view.requests_this_minute = minute.requests;
  view.tokens_this_minute = minute.tokens;
  view.requests_today = ledger.requests_on(time.day);
  view.tokens_today = ledger.tokens_on(time.day);
  view.in_flight = ledger.in_flight();
  for (const QuotaKind kind : kKinds) {
    const auto own = ledger.limits().get(kind);
    const auto believed = models.beliefs(ledger.model()).get(kind);
    if (own.amount != 0) {
      limit_of(view, kind) = {own.amount, own.is_admins ? LimitOrigin::Admin : LimitOrigin::Learnt};
    } else if (believed.amount != 0) {
      limit_of(view, kind) = {believed.amount, LimitOrigin::Believed};
    }
  }
  view.cooldowns = cooldowns_of(ledger, view.model, now);
  return view;
}

std::vector<QuotaView> KeyPool::quotas(const Now& now) const {
  const std::lock_guard lock(impl_->management);
  std::vector<QuotaView> views;
  impl_->book.for_each_project([&](const Project& project) {
    project.for_each_ledger([&](const ModelLedger& ledger) {
      if (ledger.model() != ModelTable::kUnlisted) views.push_back(impl_->view_of_ledger(ledger, now));
    });
  });
  std::sort(views.begin(), views.end(), [](const QuotaView& left, const QuotaView& right) {
    return std::tie(left.project, left.key_id, left.model) <
           std::tie(right.project, right.key_id, right.model);
  });
  return views;
}

std::optional<std::vector<QuotaView>> KeyPool::quotas_of(std::int64_t key_id, const Now& now) const {
  const std::lock_guard lock(impl_->management);
  const auto entry = impl_->book.find(key_id);
  if (entry == nullptr) return std::nullopt;
  std::vector<QuotaView> views;
  entry->project().for_each_ledger([&](const ModelLedger& ledger) {
    if (ledger.model() != ModelTable::kUnlisted) views.push_back(impl_->view_of_ledger(ledger, now));
  });
  std::sort(views.begin(), views.end(),
            [](const QuotaView& left, const QuotaView& right) { return left.model < right.model; });
  return views;
}

QuotaShare KeyPool::tightest_quota(const Project& project, const LedgerTime& time) const {
  return keys::tightest_quota(project, impl_->models, time);
}

Status KeyPool::Impl::save_edit(const LedgerRow& row, const Change& change) {
  if (ledgers != nullptr) return ledgers->save_edit(row, change);
  return audit != nullptr ? audit->append(change) : Status::success();
}

Result<QuotaView> KeyPool::set_quota(const QuotaPatch& patch, const Change& change, const Now& now) {
  const std::string_view model = plain_model(patch.model);
  if (model.empty() || model.size() > kMaxName) return bad_field("model", "model names no model");
  for (const QuotaKind kind : kKinds) {
    GEMINATE_CHECK_OK(checked_limit(name_of_limit(kind), limit_of(patch, kind).value));
  }
  const std::lock_guard lock(impl_->management);
  const auto project = impl_->book.find_project(patch.project.value_or(""), patch.key_id.value_or(0));
  if (project == nullptr) {
    return Error{
        ErrorCode::NotFound, "no key names this project, or the key names one itself", {}, "project", {}};
  }
  const ModelId id = impl_->models.add(model);
  if (id == ModelTable::kUnlisted) return bad_field("model", "too many models are known already");
  ModelLedger& ledger = project->ledger(id);
  const LedgerRow former = impl_->row_of(ledger, now);
  for (const QuotaKind kind : kKinds) {
    if (limit_of(patch, kind).present) ledger.limits().set_by_admin(kind, limit_of(patch, kind).value);
  }
  const LedgerRow row = impl_->row_of(ledger, now);
  if (Status saved = impl_->save_edit(row, quota_change(change, former, row)); !saved.ok()) {
    for (const QuotaKind kind : kKinds) put_back(ledger.limits(), kind, former, former.day);
    return std::move(saved).error();
  }
  impl_->counter.wake_project(*project);
  impl_->changed();
  return impl_->view_of_ledger(ledger, now);
}

}  // namespace geminate::keys
