#include <algorithm>

#include "tools/simulation/policy.h"
#include "tools/simulation/random.h"

namespace geminate::simulation {
namespace {

class Peer final : public Policy {
 public:
  Peer(const PeerWays& ways, std::size_t keys, std::uint64_t seed)
      : ways_(ways), rests_until_(keys), is_dead_(keys, false), random_(seed) {}

  [[nodiscard]] std::string_view name() const override { return ways_.name; }
  [[nodiscard]] std::uint32_t most_attempts() const override { return ways_.most_attempts; }

  Result<Grant> acquire(const Ask& ask, const Now& now) override {
    const std::size_t first = ways_.order == Order::Turns ? next_ : random_.below(rests_until_.size());
    for (std::size_t step = 0; step < rests_until_.size(); ++step) {
      const std::size_t index = (first + step) % rests_until_.size();
      if (is_dead_[index] || rests_until_[index] > now.steady) continue;
      const auto key = static_cast<std::int64_t>(index + 1);
      if (std::find(ask.tried.begin(), ask.tried.end(), key) != ask.tried.end()) continue;
      next_ = index + 1;
      return Grant{key, {}};
    }
    return Error{ErrorCode::RateLimited, "every key rests", {}, {}, ways_.cooldown};
  }

  void served(Grant& /*grant*/, const Now& /*now*/) override {}

  keys::VerdictKind refused(Grant& grant, const keys::Verdict& verdict, int http_status,
                            const Now& now) override {
    const auto index = static_cast<std::size_t>(grant.key - 1);
    if (verdict.kind == keys::VerdictKind::Dead) is_dead_[index] = true;
    if (http_status == 429) rests_until_[index] = now.steady + ways_.cooldown;
    return verdict.kind;
  }

  void settle(Grant& /*grant*/, std::int64_t /*prompt*/, std::int64_t /*answer*/,
              const Now& /*now*/) override {}

 private:
  PeerWays ways_;
  std::vector<MonotonicTime> rests_until_;
  std::vector<bool> is_dead_;
  std::size_t next_ = 0;
  Random random_;
};

}  // namespace

std::unique_ptr<Policy> peer(const PeerWays& ways, std::size_t keys, std::uint64_t seed) {
  return std::make_unique<Peer>(ways, keys, seed);
}

}  // namespace geminate::simulation
