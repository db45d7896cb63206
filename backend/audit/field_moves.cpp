#include "backend/audit/field_moves.h"

#include <algorithm>
#include <iterator>

namespace geminate::audit {
namespace {

/// A cut inside a character of several bytes would make a text that is none.
std::size_t whole_characters(std::string_view text, std::size_t size) {
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80U) --size;
  return size;
}

}  // namespace

std::string cut_value(std::string_view text) {
  if (text.size() <= kLongestValue) return std::string(text);
  const std::size_t kept = whole_characters(text, kLongestValue);
  return std::string(text.substr(0, kept)) + "… (" + std::to_string(text.size() - kept) + " bytes more)";
}

void note_ids(std::vector<FieldMove>& moves, std::vector<std::int64_t> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::string ranges;
  for (std::size_t i = 0; i < ids.size();) {
    std::size_t end = i + 1;
    while (end < ids.size() && ids[end] == ids[end - 1] + 1) ++end;
    std::string range = std::to_string(ids[i]);
    if (end - i > 1) range += '-' + std::to_string(ids[end - 1]);
    if (ranges.size() + range.size() + 1 > kLongestValue) {
      ranges += "… (" + std::to_string(ids.size() - i) + " more)";
      break;
    }
    ranges += (ranges.empty() ? "" : ",") + range;
    i = end;
  }
  moves.push_back({"count", std::nullopt, std::to_string(ids.size())});
  moves.push_back({"ids", std::nullopt, std::move(ranges)});
}

std::vector<FieldMove> map_moves(const std::map<std::string, std::string>& before,
                                 const std::map<std::string, std::string>& after) {
  std::vector<FieldMove> moves;
  for (const auto& [name, value] : before) {
    const auto found = after.find(name);
    if (found == after.end()) {
      moves.push_back({name, value, std::nullopt});
    } else if (found->second != value) {
      moves.push_back({name, value, found->second});
    }
  }
  for (const auto& [name, value] : after) {
    if (!before.contains(name)) moves.push_back({name, std::nullopt, value});
  }
  return moves;
}

void keep_most(std::vector<FieldMove>& moves, std::size_t most) {
  if (moves.size() <= most) return;
  const std::size_t more = moves.size() - most;
  moves.resize(most);
  moves.push_back({"more", std::nullopt, std::to_string(more)});
}

Change completed(const Change& change, std::string target_kind, std::string target_id,
                 std::vector<FieldMove> moves) {
  Change full = change;
  full.target_kind = std::move(target_kind);
  full.target_id = std::move(target_id);
  full.moves.insert(full.moves.end(), std::make_move_iterator(moves.begin()),
                    std::make_move_iterator(moves.end()));
  return full;
}

}  // namespace geminate::audit
