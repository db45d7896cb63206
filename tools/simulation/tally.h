#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "tools/simulation/google.h"
#include "tools/simulation/traffic.h"

namespace geminate::simulation {

/// One policy's row of the table.
struct Row {
  std::string policy;
  std::int64_t requests = 0;
  std::int64_t served = 0;
  std::int64_t calls = 0;
  std::int64_t limited = 0;
  /// Calls that came back as an error.
  std::int64_t failed = 0;
  double mean_attempts = 0;
  std::int64_t p99_attempts = 0;
  /// Jain's index of what the projects of a tier served of a model, weighted by what was served.
  double fairness = 0;
  /// Of the requests that followed one of the same conversation: how many went to its project.
  double sticky_turns = 0;
  /// The same for requests that share a prefix.
  double sticky_prefixes = 0;

  [[nodiscard]] double served_share() const;
  [[nodiscard]] double limited_per_thousand() const;
  [[nodiscard]] double calls_per_request() const;
  [[nodiscard]] double wasted_share() const;

  friend bool operator==(const Row&, const Row&) = default;
};

/// Where a policy lost something, for whoever improves it.
struct Losses {
  /// 429s by cause: the first of its project, model and quota (nobody could know), and all later ones.
  std::array<std::int64_t, kCauses> first_limits{};
  std::array<std::int64_t, kCauses> repeated_limits{};
  /// Of the later ones: begun after such an answer had come and before the time it named was over.
  std::array<std::int64_t, kCauses> early_limits{};
  /// Requests that were not served, by reason, model and whether some project would have served them.
  std::map<std::string, std::int64_t> unserved;

  friend bool operator==(const Losses&, const Losses&) = default;
};

/// Counts what happens in one run.
class Tally {
 public:
  explicit Tally(const World& world);

  void called(const Request& request, std::size_t project, const Answer& answer, Time now);
  /// A refusal has arrived at the gateway.
  void heard(const Request& request, std::size_t project, const Answer& answer, Time now);
  void served(const Request& request, std::size_t project, std::uint32_t attempts);
  void unserved(std::string reason, std::uint32_t attempts);

  [[nodiscard]] Row row(std::string policy) const;
  [[nodiscard]] const Losses& losses() const { return losses_; }

 private:
  [[nodiscard]] double fairness() const;
  void ended(std::uint32_t attempts);

  const World& world_;
  Row sums_;
  std::vector<std::int64_t> attempts_;
  /// By project and model.
  std::vector<std::int64_t> served_by_;
  /// Where each conversation's or prefix's last request was served.
  std::unordered_map<std::uint64_t, std::size_t> last_project_;
  std::int64_t turns_ = 0, same_turns_ = 0, prefixes_ = 0, same_prefixes_ = 0;
  /// By project, model and cause: until when the last answer that was heard asked to wait, -1 before the
  /// first.
  std::vector<Time> known_until_;
  Losses losses_;
};

}  // namespace geminate::simulation
