#include "backend/keys/key_changes.h"

#include <cstdlib>
#include <functional>
#include <string_view>
#include <unordered_map>

#include "backend/keys/key_standing.h"
#include "backend/keys/pacific_day.h"

namespace geminate::keys {
namespace {

std::int64_t milliseconds(Timestamp time) { return time.time_since_epoch().count(); }

/// What `until` may differ by and still be the same moment: it is told by two clocks.
constexpr std::int64_t kClockSlack = 1500;

bool is_same(const KeyMark& left, const KeyMark& right) {
  return left.used == right.used && left.last_used == right.last_used && left.state == right.state &&
         left.story == right.story && std::abs(left.until - right.until) <= kClockSlack;
}

std::uint64_t mix(std::uint64_t hash, std::string_view text) {
  return hash * 1099511628211U + std::hash<std::string_view>{}(text);
}

/// Takes the marks of one moment. Keys of one project have the same rests, which are looked at once.
class Marker {
 public:
  explicit Marker(const Now& now) : now_(now), today_(pacific_day(now.wall)) {}

  KeyMark mark_of(const PoolEntry& entry) {
    KeyMark mark;
    mark.used = entry.runtime().used_on(today_);
    if (const auto used = entry.runtime().last_used_at()) mark.last_used = milliseconds(*used);
    bool rests = false;
    if (const Cooldowns* cooldowns = entry.project().cooldowns();
        cooldowns != nullptr && cooldowns->rests(now_.steady)) {
      const Rests& found = rests_of(entry.project(), *cooldowns);
      rests = found.any;
      mark.story = found.story;
      mark.until = found.until;
    }
    const Finding found = find_state(entry, rests, now_);
    mark.state = found.state;
    if (!found.health.reason.empty()) mark.story = mix(mark.story, found.health.reason);
    if (found.health.until) mark.until += milliseconds(*found.health.until);
    if (found.spent) mark.until += milliseconds(now_.wall + *found.spent);
    return mark;
  }

 private:
  struct Rests {
    bool any = false;
    std::uint64_t story = 0;
    std::int64_t until = 0;
  };

  const Rests& rests_of(const Project& project, const Cooldowns& cooldowns) {
    const auto [at, is_new] = rests_.try_emplace(&project);
    if (!is_new) return at->second;
    for (const CooldownView& view : cooldowns.list({}, now_)) {
      at->second.any = true;
      at->second.story = mix(mix(mix(at->second.story, view.model), view.quota), view.reason);
      at->second.until += milliseconds(view.until);
    }
    return at->second;
  }

  Now now_;
  std::int32_t today_;
  std::unordered_map<const Project*, Rests> rests_;
};

}  // namespace

void KeyChanges::forget(std::int64_t id) {
  gone_.emplace_back(version_, id);
  facts_version_ = version_;
  if (gone_.size() <= kMostGone) return;
  gone_known_from_ = gone_.front().first;
  gone_.pop_front();
}

bool KeyChanges::refresh(const KeyPool& pool, const Now& now) {
  Marker marker(now);
  next_rows_.clear();
  // An empty pool has a version too, which can be named.
  if (++version_ == 1) facts_version_ = activity_version_ = version_;
  auto old = rows_.cbegin();
  pool.visit_keys([&](const PoolEntry& entry) {
    while (old != rows_.cend() && old->id < entry.id()) forget((old++)->id);
    const bool is_known = old != rows_.cend() && old->id == entry.id();
    Row row = is_known ? *old++ : Row{};
    const KeyMark mark = marker.mark_of(entry);
    if (!is_known || row.revision != entry.revision()) row.facts_at = facts_version_ = version_;
    if (!is_known || !is_same(row.mark, mark)) {
      row.activity_at = activity_version_ = version_;
      row.mark = mark;
    }
    row.id = entry.id();
    row.revision = entry.revision();
    next_rows_.push_back(row);
  });
  while (old != rows_.cend()) forget((old++)->id);
  rows_.swap(next_rows_);
  return facts_version_ == version_ || activity_version_ == version_;
}

std::optional<std::vector<std::int64_t>> KeyChanges::gone_since(std::uint32_t version) const {
  if (version < gone_known_from_) return std::nullopt;
  std::vector<std::int64_t> ids;
  for (auto gone = gone_.rbegin(); gone != gone_.rend() && gone->first > version; ++gone)
    ids.push_back(gone->second);
  return ids;
}

}  // namespace geminate::keys
