#include "tools/simulator/script.h"

#include <utility>

namespace geminate::simulator {
namespace {

bool fits(const Rule& rule, const Subject& subject) {
  if (!rule.key.empty() && rule.key != subject.key) return false;
  if (!rule.model.empty() && rule.model != subject.model) return false;
  return subject.path.substr(0, rule.path.size()) == rule.path;
}

}  // namespace

void Script::add(Rule rule) {
  const std::lock_guard lock(mutex_);
  rules_.push_back(std::move(rule));
}

void Script::clear() {
  const std::lock_guard lock(mutex_);
  rules_.clear();
}

std::optional<Behaviour> Script::take(const Subject& subject) {
  const std::lock_guard lock(mutex_);
  for (auto rule = rules_.begin(); rule != rules_.end(); ++rule) {
    if (!fits(*rule, subject)) continue;
    Behaviour behaviour = rule->behaviour;
    if (rule->times && --*rule->times == 0) rules_.erase(rule);
    return behaviour;
  }
  return std::nullopt;
}

}  // namespace geminate::simulator
