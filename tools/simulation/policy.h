#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backend/keys/key_pool.h"

namespace geminate::simulation {

/// What a request wants of whoever chooses the key.
struct Ask {
  std::string_view model;
  std::uint32_t model_number = 0;
  std::int64_t estimated_tokens = 0;
  std::span<const std::int64_t> tried;
  std::uint64_t affinity = 0;
};

/// One key for one attempt.
struct Grant {
  std::int64_t key = 0;
  /// Held by the pool's grants only, as is what follows.
  keys::KeyLease lease;
  bool is_probe = false;
  MonotonicTime begun{};
};

/// Chooses keys: Geminate's pool, or a peer's way of doing it. One thread.
class Policy {
 public:
  virtual ~Policy() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// RateLimited, with when to come back, or another code where nothing will help.
  virtual Result<Grant> acquire(const Ask& ask, const Now& now) = 0;
  /// The first good byte of an answer has come.
  virtual void served(Grant& grant, const Now& now) = 0;
  /// The attempt was refused. What the retry policy is to make of it.
  virtual keys::VerdictKind refused(Grant& grant, const keys::Verdict& verdict, int http_status,
                                    const Now& now) = 0;
  /// The attempt is over and cost so much, prompt and answer; 0 when it was refused.
  virtual void settle(Grant& grant, std::int64_t prompt, std::int64_t answer, const Now& now) = 0;
  /// How many attempts a request may have; 0: as many as the gateway's retry policy allows.
  [[nodiscard]] virtual std::uint32_t most_attempts() const { return 0; }
};

/// The real pool over a store in memory, behind the real egress breaker. `projects` has each key's, in the
/// order of their numbers from 1.
std::unique_ptr<Policy> geminate_pool(const std::vector<std::size_t>& projects, const Now& now);

enum class Order : std::uint8_t { Turns, Chance };

/// What a peer does: keys in turn or by chance, a dead one never again, and after a 429 the whole key rests
/// for `cooldown` whatever Google said.
struct PeerWays {
  std::string_view name;
  Order order = Order::Turns;
  std::chrono::seconds cooldown{0};
  std::uint32_t most_attempts = 0;
};
std::unique_ptr<Policy> peer(const PeerWays& ways, std::size_t keys, std::uint64_t seed);

}  // namespace geminate::simulation
