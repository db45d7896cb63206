#include "backend/upstream/egress_routes.h"

#include <algorithm>

namespace geminate::upstream {

using config::ProxyRule;
using config::UpstreamProxy;

EgressRoutes::EgressRoutes(const Target& upstream, const std::vector<ProxyRule>& rules) {
  const auto for_all = std::find_if(rules.begin(), rules.end(),
                                    [](const ProxyRule& rule) { return rule.who == ProxyRule::For::All; });
  route_through(upstream, for_all == rules.end() ? std::nullopt : for_all->proxy);
  for (const ProxyRule& rule : rules) {
    if (rule.who == ProxyRule::For::Project) projects_[rule.project] = route_through(upstream, rule.proxy);
    if (rule.who == ProxyRule::For::Key) keys_[rule.key_id] = route_through(upstream, rule.proxy);
  }
}

std::size_t EgressRoutes::route_through(const Target& upstream, const std::optional<UpstreamProxy>& proxy) {
  const auto is_it = [&](const Target& target) {
    return target.proxy == nullptr ? !proxy : proxy && *target.proxy == *proxy;
  };
  const auto known = std::find_if(targets_.begin(), targets_.end(), is_it);
  if (known != targets_.end()) return static_cast<std::size_t>(known - targets_.begin());
  Target target = upstream;
  target.proxy = proxy ? &proxies_.emplace_back(*proxy) : nullptr;
  targets_.push_back(std::move(target));
  return targets_.size() - 1;
}

std::size_t EgressRoutes::route_of(std::int64_t key_id, std::string_view project) const {
  if (targets_.size() == 1) return 0;
  if (const auto own = keys_.find(key_id); own != keys_.end()) return own->second;
  if (project.empty()) return 0;
  const auto shared = projects_.find(project);
  return shared == projects_.end() ? 0 : shared->second;
}

}  // namespace geminate::upstream
