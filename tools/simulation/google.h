#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "backend/keys/verdict.h"
#include "tools/simulation/world.h"

namespace geminate::simulation {

/// Why Google refused, as only Google knows it.
enum class Cause : std::uint8_t {
  None,
  MinuteRequests,
  MinuteTokens,
  DayRequests,
  NotInTier,
  Unavailable,
  DeadKey,
  Suspended,
  /// An incident's limit.
  Imposed,
  /// The same without details.
  Bare,
};
inline constexpr std::size_t kCauses = 10;
[[nodiscard]] std::string_view name_of(Cause cause);
/// Whether it comes as a 429.
[[nodiscard]] bool is_limit(Cause cause);

/// One attempt as it reaches Google. Keys are numbered from 1, as in the pool.
struct Attempt {
  std::int64_t key = 0;
  std::uint32_t model = 0;
  std::int64_t prompt_tokens = 0;
  /// Of the request, and which attempt of its it is: for what chance decides.
  std::uint64_t request = 0;
  std::uint32_t number = 0;
};

struct Answer {
  Cause cause = Cause::None;
  keys::GoogleError error;
  /// How long a refusal takes to come.
  Time latency = 0;
  /// What a 429 says: when to come back.
  Time retry_delay = 0;
};

/// Google's side: keys, projects and their quotas, per project and model. A request counts when it is let
/// through, its prompt's tokens with it and its answer's when the answer is complete; what is refused for a
/// limit does not count, a 503 does. Days begin at Pacific midnight.
class Google {
 public:
  explicit Google(const World& world);

  Answer ask(const Attempt& attempt, Time now);
  /// The answer is complete.
  void finish(std::int64_t key, std::uint32_t model, std::int64_t answer_tokens, Time now);

  [[nodiscard]] std::size_t project_of(std::int64_t key) const { return project_of_[index(key)]; }
  /// Whether some key of the project would get a good answer now, bad luck apart.
  [[nodiscard]] bool would_serve(std::size_t project, std::uint32_t model, std::int64_t prompt_tokens,
                                 Time now);

 private:
  struct Event {
    Time at = 0;
    std::int64_t requests = 0;
    std::int64_t tokens = 0;
  };
  /// What one project has spent of one model's quotas.
  struct Spending {
    /// Sliding minutes: what counts still. Fixed: one element, the present minute's sum at its beginning.
    std::deque<Event> recent;
    std::int64_t minute_requests = 0;
    std::int64_t minute_tokens = 0;
    std::int64_t day_requests = 0;
    Time day = 0;
  };
  struct Refusal {
    Cause cause = Cause::None;
    Time delay = 0;
  };

  static std::size_t index(std::int64_t key) { return static_cast<std::size_t>(key - 1); }
  Spending& spending(std::size_t project, std::uint32_t model) {
    return spending_[project * world_.models.size() + model];
  }
  /// Forgets what no longer counts.
  void move_on(Spending& spending, std::size_t project, Time now) const;
  void count(Spending& spending, std::size_t project, std::int64_t requests, std::int64_t tokens,
             Time now) const;
  [[nodiscard]] Time minute_start(std::size_t project, Time now) const;
  /// In how long so much of what counts will have gone.
  [[nodiscard]] Time minute_delay(const Spending& spending, std::size_t project, const Limits& limits,
                                  std::int64_t prompt, Time now) const;

  [[nodiscard]] Refusal health_refusal(std::int64_t key, Time now) const;
  [[nodiscard]] Refusal imposed(std::size_t project, Time now) const;
  [[nodiscard]] Refusal quota_refusal(std::size_t project, std::uint32_t model, std::int64_t prompt,
                                      Time now);
  [[nodiscard]] keys::GoogleError limit_error(Cause cause, std::size_t project, std::uint32_t model,
                                              Time delay) const;
  [[nodiscard]] keys::GoogleError error_for(Cause cause, std::size_t project, std::uint32_t model,
                                            Time delay) const;

  const World& world_;
  std::vector<std::size_t> project_of_;
  /// When a key is revoked.
  std::vector<std::optional<Time>> dies_at_;
  std::optional<std::size_t> suspended_project_;
  std::vector<Time> minute_phase_;
  std::vector<Spending> spending_;
};

}  // namespace geminate::simulation
