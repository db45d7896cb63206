#include "backend/usage/key_hours.h"

#include <algorithm>
#include <set>

#include "backend/usage/usage_series.h"
#include "backend/usage/usage_time.h"

namespace geminate::usage {
namespace {

constexpr std::int64_t kHour = length_of(UsageStep::Hour);

using Pairs = std::vector<std::pair<std::int64_t, std::uint32_t>>;

/// One pair a key, by rising key.
void sum_up(Pairs& pairs) {
  std::sort(pairs.begin(), pairs.end());
  std::size_t kept = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (kept > 0 && pairs[kept - 1].first == pairs[i].first) {
      pairs[kept - 1].second += pairs[i].second;
    } else {
      pairs[kept++] = pairs[i];
    }
  }
  pairs.resize(kept);
  pairs.shrink_to_fit();
}

}  // namespace

std::int64_t KeyHours::first_open() const {
  std::int64_t hour = from_ms();
  for (; hour < present_; hour += kHour) {
    const auto found = hours_.find(hour);
    if (found == hours_.end() || !found->second.is_over) break;
  }
  return hour;
}

Status KeyHours::look(Timestamp now) {
  const std::int64_t present = begin_of_step(UsageStep::Hour, now.time_since_epoch().count());
  if (looked_at_ && present == present_ && now >= *looked_at_ && now - *looked_at_ < kFresh)
    return Status::success();
  present_ = present;
  const std::int64_t from = first_open();
  GEMINATE_TRY(const auto found,
               gather_rollups(store_, writer_, UsageStep::Hour, Cut::Key, from, present + kHour));
  std::map<std::int64_t, Hour> fresh;
  std::set<std::int64_t> growing;
  for (std::int64_t hour = from; hour <= present; hour += kHour) fresh[hour];
  for (std::size_t i = 0; i < found.parts.size(); ++i) {
    const auto& [start, bytes] = found.parts[i];
    if (i >= found.saved) growing.insert(start);
    Pairs& pairs = fresh[start].requests;
    GEMINATE_CHECK_OK(read_rollup(bytes, [&pairs](const EncodedCell& cell) {
      pairs.emplace_back(cell.id, static_cast<std::uint32_t>(cell.requests()));
      return Status::success();
    }));
  }
  for (auto& [start, hour] : fresh) {
    sum_up(hour.requests);
    hour.is_over = start < present && !growing.contains(start);
    hours_[start] = std::move(hour);
  }
  hours_.erase(hours_.begin(), hours_.lower_bound(from_ms()));
  looked_at_ = now;
  return Status::success();
}

Timestamp KeyHours::from() const { return Timestamp{std::chrono::milliseconds{from_ms()}}; }

std::int64_t KeyHours::from_ms() const { return present_ - static_cast<std::int64_t>(kHours - 1) * kHour; }

KeyHours::Requests KeyHours::of(std::int64_t key_id) const {
  Requests requests{};
  for (const auto& [start, hour] : hours_) {
    const auto place = static_cast<std::size_t>((start - from_ms()) / kHour);
    const auto found =
        std::lower_bound(hour.requests.begin(), hour.requests.end(), std::pair(key_id, std::uint32_t{0}));
    if (place < kHours && found != hour.requests.end() && found->first == key_id)
      requests[place] = static_cast<std::int64_t>(found->second);
  }
  return requests;
}

}  // namespace geminate::usage
