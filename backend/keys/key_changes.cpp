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

std::uint64_t mix(std::uint64_t hash, std::uint64_t number) {
  return (hash ^ number) * 1099511628211U + (number >> 32U);
}

/// Takes the marks of one moment. Keys of one project have the same rests, which are looked at once.
class Marker {
 public:
  Marker(const KeyPool& pool, const Now& now) : pool_(pool), now_(now), time_(now) {}

  KeyMark mark_of(const PoolEntry& entry) {
    KeyMark mark;
    mark.used = entry.runtime().used_on(time_.day);
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
    const QuotaShare tightest = tightest_of(entry.project());
    if (tightest.percent >= 0) {
      mark.story = mix(mark.story, std::uint64_t{tightest.model} + 1);
      mark.story = mix(mark.story, static_cast<std::uint64_t>(tightest.percent));
    }
    if (const auto fault = entry.runtime().last_fault())
      mark.story = mix(mark.story, static_cast<std::uint64_t>(milliseconds(fault->at)));
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

  /// Keys of one project share it; most have one of their own, for which remembering costs more than looking.
  QuotaShare tightest_of(const Project& project) {
    if (project.key_id() != 0) return pool_.tightest_quota(project, time_);
    const auto [at, is_new] = tightest_.try_emplace(&project);
    if (is_new) at->second = pool_.tightest_quota(project, time_);
    return at->second;
  }

  const KeyPool& pool_;
  Now now_;
  LedgerTime time_;
  std::unordered_map<const Project*, Rests> rests_;
  std::unordered_map<const Project*, QuotaShare> tightest_;
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
  Marker marker(pool, now);
  next_rows_.clear();
  counts_.fill(0);
  // An empty pool has a version too, which can be named.
  if (++version_ == 1) facts_version_ = activity_version_ = version_;
  auto old = rows_.cbegin();
  pool.visit_keys([&](const PoolEntry& entry) {
    while (old != rows_.cend() && old->id < entry.id()) forget((old++)->id);
    const bool is_known = old != rows_.cend() && old->id == entry.id();
    Row row = is_known ? *old++ : Row{};
    const KeyMark mark = marker.mark_of(entry);
    ++counts_[static_cast<std::size_t>(mark.state)];
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
