#include "backend/app/key_health.h"

#include <utility>

#include "backend/keys/key_moves.h"

namespace geminate::app {
namespace {

/// Looking through the whole pool is done this seldom.
constexpr std::uint64_t kTicksPerSweep = 10;
/// Re-checks that begin in one tick: suspects by the thousand must not become a wave of calls.
constexpr std::size_t kRechecksPerTick = 4;

}  // namespace

KeyHealth::KeyHealth(keys::KeyPool& pool, observe::LiveFeed& feed, observe::Metrics& metrics,
                     observe::Log& log, KeyHealthOptions options, keys::KeyEventStore* store,
                     CheckRunner::Send send, std::function<void(std::function<void()>)> run)
    : pool_(pool),
      log_(log),
      options_(options),
      run_(std::move(run)),
      history_({}, store),
      hub_(history_, feed, metrics.background()),
      runner_(options.checks_at_once, std::move(send)),
      random_(std::random_device{}()),
      plan_(options.recheck_after, [this] { return std::uniform_real_distribution<double>(0, 1)(random_); }) {
}

Status KeyHealth::load() {
  GEMINATE_CHECK_OK(history_.load());
  pool_.visit_keys([this](const keys::PoolEntry& key) {
    if (const KeyEventView* fault = history_.last_fault(key.id()))
      key.runtime().note_fault({fault->kind, fault->at});
  });
  pool_.set_listener(&hub_);
  return Status::success();
}

void KeyHealth::set_options(const KeyHealthOptions& options) {
  options_ = options;
  runner_.set_at_once(options.checks_at_once);
  plan_.set_first(options.recheck_after);
}

void KeyHealth::save() {
  for (const KeyEventView& event : history_.absorb()) plan_.on_event(event, now().steady);
  if (const auto saved = history_.save(); !saved.ok()) {
    log_.error("key_history_not_saved", {{"problem", saved.error().message}});
  }
}

std::optional<KeyEventView> KeyHealth::last_fault(std::int64_t key_id) {
  // What has just happened counts, too.
  save();
  const KeyEventView* fault = history_.last_fault(key_id);
  return fault == nullptr ? std::nullopt : std::optional(*fault);
}

void KeyHealth::tick(const Now& now) {
  if (ticks_++ % kTicksPerSweep == 0) {
    sweep(now);
    plan_.add(pool_.due_for_check(kRechecksPerTick * kTicksPerSweep, now), now.steady);
  }
  save();
  if (workers_ready_.load()) recheck_suspects(now);
}

void KeyHealth::recheck_suspects(const Now& now) {
  for (const std::int64_t id : plan_.take_due(kRechecksPerTick, now.steady)) {
    runner_.recheck(id, [this](const proxy::KeyCheckOutcome& outcome) {
      run_([this, key_id = outcome.key_id, verdict = outcome.verdict] {
        plan_.on_checked(key_id, verdict, geminate::now().steady);
      });
    });
  }
}

void KeyHealth::sweep(const Now& now) {
  std::unordered_set<std::int64_t> expired;
  std::vector<std::int64_t> fresh;
  auto out_of_use = plan_.ids();
  pool_.visit_keys([&](const keys::PoolEntry& key) {
    if (!key.has_expired(now.wall)) {
      if (key.is_active() && !out_of_use.empty()) out_of_use.erase(key.id());
      return;
    }
    expired.insert(key.id());
    if (expired_ && !expired_->contains(key.id())) fresh.push_back(key.id());
  });
  expired_ = std::move(expired);
  plan_.forget(out_of_use);
  hub_.note(KeyEventKind::Expired, fresh, "its time is over", now.wall);
}

Status KeyHealth::write_down(const Change& change) {
  return audit_ == nullptr ? Status::success() : audit_->append(change);
}

Result<KeyCheckJob> KeyHealth::start_checks(const KeyCheckRequest& request, const Caller& who) {
  const bool all = request.all.value_or(false);
  if (all == request.ids.has_value()) {
    return Error{ErrorCode::BadRequest, "name the keys in ids, or say all", {}, "ids", {}};
  }
  std::unordered_set<std::int64_t> known;
  pool_.visit_keys([&known](const keys::PoolEntry& key) { known.insert(key.id()); });
  const std::vector<std::int64_t> ids =
      all ? std::vector<std::int64_t>(known.begin(), known.end()) : *request.ids;
  for (const std::int64_t id : ids) {
    if (known.contains(id)) continue;
    return Error{ErrorCode::NotFound, "there is no key " + std::to_string(id), {}, "ids", {}};
  }
  // Only what will begin is written down, and before it does.
  GEMINATE_CHECK_OK(runner_.may_start(ids));
  GEMINATE_CHECK_OK(write_down(keys::keys_change({who, AuditAction::KeyCheck}, ids, nullptr)));
  return runner_.start(ids, now().wall);
}

Result<KeyCheckJob> KeyHealth::cancel_check(std::int64_t job_id, const Caller& who) {
  GEMINATE_TRY(const auto job, runner_.find(job_id));
  GEMINATE_CHECK_OK(write_down({who, AuditAction::KeyCheckCancel, "check", std::to_string(job.id)}));
  return runner_.cancel(job_id, now().wall);
}

admin::KeyEditHooks KeyHealth::edit_hooks() {
  admin::KeyEditHooks hooks;
  hooks.note = [this](KeyEventKind kind, const std::vector<std::int64_t>& ids) {
    hub_.note(kind, ids, "by an admin", now().wall);
  };
  hooks.added = [this](const std::vector<std::int64_t>& ids) {
    if (options_.check_on_add) runner_.check_added(ids, now().wall);
  };
  hooks.audit = [this](const Change& change) { return write_down(change); };
  hooks.check = [this](const std::vector<std::int64_t>& ids) { return runner_.start(ids, now().wall); };
  return hooks;
}

admin::HealthFacts KeyHealth::api_facts() {
  admin::HealthFacts facts;
  facts.start = [this](const KeyCheckRequest& request, const Caller& who) {
    return start_checks(request, who);
  };
  facts.find = [this](std::int64_t id) { return runner_.find(id); };
  facts.list = [this] { return runner_.list(); };
  facts.cancel = [this](std::int64_t id, const Caller& who) { return cancel_check(id, who); };
  facts.history = [this](std::optional<std::int64_t> key_id, std::size_t limit,
                         std::optional<std::int64_t> before) {
    // What has just happened is in it, too.
    save();
    return history_.page(key_id, limit, before);
  };
  facts.timeline = [this] {
    save();
    const Timestamp until = now().wall;
    return history_.timeline(until - std::chrono::hours{24}, until);
  };
  return facts;
}

}  // namespace geminate::app
