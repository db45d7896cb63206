#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "backend/config/upstream_proxy.h"
#include "backend/upstream/upstream_call.h"

namespace geminate::upstream {

/// The ways to upstream, numbered from 0, and who takes which: directly or through a proxy, one for all or
/// one for a key or a project. Unchanging, shared by all workers; its targets point into it.
class EgressRoutes {
 public:
  /// Without rules there is one way, the direct one.
  explicit EgressRoutes(const Target& upstream, const std::vector<config::ProxyRule>& rules = {});
  EgressRoutes(const EgressRoutes&) = delete;
  EgressRoutes& operator=(const EgressRoutes&) = delete;

  /// A key's own way, else its project's, else the one for all. `project` is empty for a key that names none.
  [[nodiscard]] std::size_t route_of(std::int64_t key_id, std::string_view project) const;
  [[nodiscard]] const Target& target(std::size_t route) const { return targets_[route]; }
  /// At least 1.
  [[nodiscard]] std::size_t size() const { return targets_.size(); }

 private:
  std::size_t route_through(const Target& upstream, const std::optional<config::UpstreamProxy>& proxy);

  /// What is in it stays where it is.
  std::deque<config::UpstreamProxy> proxies_;
  std::vector<Target> targets_;
  std::unordered_map<std::int64_t, std::size_t> keys_;
  std::map<std::string, std::size_t, std::less<>> projects_;
};

}  // namespace geminate::upstream
