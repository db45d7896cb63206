#include "backend/audit/failed_logins.h"

#include <utility>

namespace geminate::audit {
namespace {

constexpr const char* kOthers = "other addresses";

Change row_for(Caller caller, std::int64_t attempts) {
  Change change{std::move(caller), AuditAction::LoginFailed, "session", {}};
  change.outcome = AuditOutcome::Refused;
  change.moves.push_back({"attempts", std::nullopt, std::to_string(attempts)});
  return change;
}

}  // namespace

std::vector<Change> FailedLogins::note(const Caller& caller, const Now& now) {
  std::vector<Change> rows = take_due(now);
  if (!is_running_) {
    is_running_ = true;
    begun_ = now.steady;
  }
  if (const auto known = counts_.find(caller.address); known != counts_.end()) {
    ++known->second.more;
  } else if (counts_.size() < kMostAddresses) {
    counts_[caller.address] = {caller.request_id, caller.name, 0};
    rows.push_back(row_for(caller, 1));
  } else {
    ++counts_[kOthers].more;
  }
  return rows;
}

std::vector<Change> FailedLogins::take_due(const Now& now, bool all) {
  std::vector<Change> rows;
  if (!is_running_ || (!all && now.steady - begun_ < kSpan)) return rows;
  for (auto& [address, count] : counts_) {
    if (count.more == 0) continue;
    Caller caller;
    caller.name = std::move(count.name);
    caller.address = address;
    caller.request_id = std::move(count.first_request_id);
    rows.push_back(row_for(std::move(caller), count.more));
  }
  counts_.clear();
  is_running_ = false;
  return rows;
}

}  // namespace geminate::audit
