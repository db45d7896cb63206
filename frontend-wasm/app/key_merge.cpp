#include "frontend-wasm/app/key_merge.h"

#include <algorithm>

#include "shared/codec/columns.h"

namespace geminate::ui {

void KeyMerge::begin_anew(std::size_t rows) {
  keys_.clear();
  keys_.reserve(rows);
  known_ = 0;
}

std::optional<std::uint32_t> KeyMerge::position_of(KeyId id) {
  if (next_ < keys_.size() && keys_[next_].id == id) return static_cast<std::uint32_t>(next_++);
  std::optional<std::uint32_t> found = known_ > 0 ? index_.position_of(id) : std::nullopt;
  if (!found) {
    const auto at =
        std::lower_bound(keys_.begin() + static_cast<std::ptrdiff_t>(known_), keys_.end(), id,
                         [](const UpstreamKeyView& key, KeyId wanted) { return key.id < wanted; });
    if (at != keys_.end() && at->id == id) found = static_cast<std::uint32_t>(at - keys_.begin());
  }
  if (found) next_ = *found + 1;
  return found;
}

template <class Place>
void KeyMerge::take(std::string_view lines, Place place) {
  while (!lines.empty() && !fault_) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    if (end > 0) {
      codec::ColumnReader<UpstreamKeyView> reader(lines.substr(0, end));
      UpstreamKeyView row;
      for (std::size_t at = 0; at < reader.rows() && !reader.fault(); ++at) place(reader, at, row);
      fault_ = reader.fault();
    }
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
}

void KeyMerge::take_facts(std::string_view lines) {
  next_ = 0;
  take(lines, [this](auto& reader, std::size_t at, UpstreamKeyView& row) {
    row = UpstreamKeyView();
    reader.read(at, row);
    if (reader.fault()) return;
    const auto position = position_of(row.id);
    if (!position) {
      changed_.push_back(static_cast<std::uint32_t>(keys_.size()));
      keys_.push_back(std::move(row));
      next_ = keys_.size();
      return;
    }
    changed_.push_back(*position);
    reader.read(at, keys_[*position]);
  });
}

void KeyMerge::take_activity(std::string_view lines) {
  next_ = 0;
  take(lines, [this](auto& reader, std::size_t at, UpstreamKeyView& row) {
    reader.read_only("id", at, row);
    const auto position = reader.fault() ? std::nullopt : position_of(row.id);
    if (!position) return;
    changed_.push_back(*position);
    reader.read(at, keys_[*position]);
  });
}

std::vector<std::uint32_t> KeyMerge::changed() {
  if (!std::is_sorted(changed_.begin(), changed_.end())) std::sort(changed_.begin(), changed_.end());
  changed_.erase(std::unique(changed_.begin(), changed_.end()), changed_.end());
  return std::move(changed_);
}

}  // namespace geminate::ui
