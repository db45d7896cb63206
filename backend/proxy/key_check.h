#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backend/keys/key_pool.h"
#include "backend/observe/metrics.h"
#include "backend/proxy/exchange.h"
#include "backend/reactor/event_loop.h"
#include "backend/upstream/upstream_call.h"
#include "shared/dto/health.h"

namespace geminate::proxy {

/// What the check of one key came to.
struct KeyCheckOutcome {
  std::int64_t key_id = 0;
  CheckVerdict verdict = CheckVerdict::Unknown;
  /// 0: upstream did not answer.
  int http_status = 0;
  /// In words; holds no secret.
  std::string reason;
};

/// What a verdict about a check's answer proves. Pure.
CheckVerdict check_verdict(keys::VerdictKind kind);

/// Asks upstream whether a key works, by one call that costs no generation quota, and reports to the pool
/// what it proved. One per worker; that worker's thread only.
class KeyChecks {
 public:
  using Done = std::function<void(const KeyCheckOutcome&)>;

  /// Everything is borrowed and outlives it; `caller` may drop its calls earlier only after this has gone.
  KeyChecks(reactor::EventLoop& loop, upstream::UpstreamCaller& caller, keys::KeyPool& pool,
            observe::WorkerMetrics& metrics, const UpstreamSettings& settings);
  KeyChecks(const KeyChecks&) = delete;
  KeyChecks& operator=(const KeyChecks&) = delete;
  /// Ends the checks in flight; their `done` is not called.
  ~KeyChecks();

  /// Begins a check. `done` is called once, maybe before this returns; an unknown key proves nothing.
  void check(std::int64_t key_id, std::string request_id, Done done);
  /// The same from any thread, while the loop is there: it begins on the loop's thread, soon.
  void post_check(std::int64_t key_id, std::string request_id, Done done) const;

 private:
  class Check;
  void retire(Check& check);

  reactor::EventLoop& loop_;
  upstream::UpstreamCaller& caller_;
  keys::KeyPool& pool_;
  observe::WorkerMetrics& metrics_;
  const UpstreamSettings& settings_;
  std::vector<std::unique_ptr<Check>> in_flight_;
  /// Their callers may still be on the stack: they go at the turn's end.
  std::vector<std::unique_ptr<Check>> finished_;
  /// Tells a deferred clean-up whether there is still something to clean.
  std::shared_ptr<KeyChecks*> self_;
};

}  // namespace geminate::proxy
