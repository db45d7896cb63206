#include "backend/translate/tool_exchanges.h"

namespace geminate::translate {
namespace {

std::string by_id(std::string_view id) { return "i" + std::string(id); }
std::string by_name(std::string_view name) { return "n" + std::string(name); }

}  // namespace

void ToolExchanges::called(std::uint32_t turn, std::string_view id, std::string_view name) {
  if (!id.empty()) open_[by_id(id)].push_back(turn);
  open_[by_name(name)].push_back(turn);
}

bool ToolExchanges::close(std::string key, std::uint32_t& turn) {
  const auto found = open_.find(std::move(key));
  if (found == open_.end() || found->second.empty()) return false;
  turn = found->second.back();
  found->second.pop_back();
  return true;
}

void ToolExchanges::answered(std::uint32_t turn, std::string_view id, std::string_view name) {
  std::uint32_t call = 0;
  if (id.empty() || !close(by_id(id), call)) {
    if (!close(by_name(name), call)) return;
  }
  spans_.emplace_back(call, turn);
}

std::vector<bool> ToolExchanges::split_by(std::size_t turns) const {
  std::vector<int> steps(turns + 1, 0);
  for (const auto& [call, answer] : spans_) {
    ++steps[call + 1];
    --steps[answer + 1];
  }
  std::vector<bool> split(turns, false);
  int open = 0;
  for (std::size_t turn = 0; turn < turns; ++turn) {
    open += steps[turn];
    split[turn] = open > 0;
  }
  return split;
}

}  // namespace geminate::translate
