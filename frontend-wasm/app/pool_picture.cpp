#include "frontend-wasm/app/pool_picture.h"

#include <algorithm>
#include <unordered_map>

namespace geminate::ui {
namespace {

using Spans = std::vector<const KeySpanView*>;

constexpr std::size_t place_of(KeyState state) { return static_cast<std::size_t>(state); }

const KeySpanView* covering(const Spans& spans, Timestamp at) {
  for (const KeySpanView* span : spans) {
    if (span->from <= at && (!span->to || at < *span->to)) return span;
  }
  return nullptr;
}

/// Lasts until somebody does something about it.
bool is_lasting(KeyState state) {
  return state == KeyState::Disabled || state == KeyState::Dead || state == KeyState::Suspect;
}

/// What is known of one moment: the spans of each key, and of each project whether it rested.
class Past {
 public:
  Past(const std::vector<UpstreamKeyView>& keys, const KeyTimeline& timeline, Timestamp at) : at_(at) {
    for (const KeySpanView& span : timeline.spans) of_key_[span.key_id].push_back(&span);
    for (const UpstreamKeyView& key : keys) {
      const KeySpanView* span = key.project ? own(key) : nullptr;
      if (span != nullptr && span->state == KeyState::Cooling) of_project_.emplace(*key.project, span);
    }
  }

  [[nodiscard]] bool knows(const UpstreamKeyView& key) const { return of_key_.contains(key.id); }
  [[nodiscard]] const KeySpanView* own(const UpstreamKeyView& key) const {
    const auto found = of_key_.find(key.id);
    return found == of_key_.end() ? nullptr : covering(found->second, at_);
  }
  [[nodiscard]] const KeySpanView* of_project(const UpstreamKeyView& key) const {
    const auto found = key.project ? of_project_.find(*key.project) : of_project_.end();
    return found == of_project_.end() ? nullptr : found->second;
  }

 private:
  Timestamp at_;
  std::unordered_map<std::int64_t, Spans> of_key_;
  std::unordered_map<std::string, const KeySpanView*> of_project_;
};

/// A key's state at the moment and, where it is known, the span that it is from.
struct Seen {
  std::size_t state = 0;
  const KeySpanView* span = nullptr;
};

Seen seen_then(const UpstreamKeyView& key, const Past& past, Timestamp at) {
  if (key.created_at > at) return {kNotYet};
  if (const KeySpanView* span = past.own(key)) return {place_of(span->state), span};
  if (key.expires_at && *key.expires_at <= at) return {place_of(KeyState::Expired)};
  if (!past.knows(key) && is_lasting(key.state)) return {place_of(key.state)};
  if (const KeySpanView* span = past.of_project(key)) return {place_of(span->state), span};
  return {place_of(KeyState::Ready)};
}

Seen seen_now(const UpstreamKeyView& key, const Past& past) {
  const KeySpanView* span = past.own(key);
  if (span != nullptr && span->state != key.state) span = nullptr;
  return {place_of(key.state), span};
}

FallenKey fallen_of(const UpstreamKeyView& key, std::size_t position, const Seen& seen,
                    const KeyTimeline& timeline, bool now) {
  FallenKey fallen;
  fallen.position = static_cast<std::uint32_t>(position);
  fallen.id = key.id;
  fallen.state = static_cast<KeyState>(seen.state);
  if (seen.span != nullptr) {
    fallen.from = seen.span->from;
    fallen.to = seen.span->to;
    fallen.model = seen.span->model;
    const auto reason = static_cast<std::size_t>(seen.span->reason);
    if (reason < timeline.reasons.size()) fallen.reason = timeline.reasons[reason];
  }
  if (now || (fallen.reason.empty() && key.state == fallen.state)) {
    fallen.reason = key.state_reason.value_or(fallen.reason);
    fallen.to = key.state_until;
  }
  return fallen;
}

void sort_fallen(PoolPicture& picture) {
  std::sort(picture.fallen.begin(), picture.fallen.end(), [](const FallenKey& left, const FallenKey& right) {
    const auto since = [](const FallenKey& key) { return key.from.value_or(Timestamp::min()); };
    return since(left) != since(right) ? since(left) > since(right) : left.id < right.id;
  });
  if (picture.fallen.size() <= kMostFallen) return;
  picture.left_out = picture.fallen.size() - kMostFallen;
  picture.fallen.resize(kMostFallen);
}

}  // namespace

std::size_t PoolCell::worst() const {
  // The gravest first; what an admin wants is no trouble, and what is not there yet is nothing.
  constexpr std::size_t kGravity[] = {place_of(KeyState::Dead),    place_of(KeyState::Suspect),
                                      place_of(KeyState::Spent),   place_of(KeyState::Cooling),
                                      place_of(KeyState::Expired), place_of(KeyState::Disabled),
                                      place_of(KeyState::Ready)};
  for (const std::size_t state : kGravity) {
    if (states[state] > 0) return state;
  }
  return kNotYet;
}

PoolPicture paint_pool(const std::vector<UpstreamKeyView>& keys, const KeyTimeline& timeline,
                       const PoolMoment& moment) {
  PoolPicture picture;
  const std::size_t count = std::min(keys.size(), kMostCells);
  picture.cells.resize(count);
  const Past past(keys, timeline, moment.at.value_or(timeline.to));
  for (std::size_t each = 0; each < count; ++each) {
    PoolCell& cell = picture.cells[each];
    const std::size_t end = keys.size() * (each + 1) / count;
    cell.first = static_cast<std::uint32_t>(keys.size() * each / count);
    cell.size = static_cast<std::uint32_t>(end - cell.first);
    for (std::size_t position = cell.first; position < end; ++position) {
      const UpstreamKeyView& key = keys[position];
      const Seen seen = moment.at ? seen_then(key, past, *moment.at) : seen_now(key, past);
      ++cell.states[seen.state];
      ++picture.totals[seen.state];
      const bool is_down = seen.state != place_of(KeyState::Ready) && seen.state != kNotYet;
      if (is_down && (!moment.cell || *moment.cell == each))
        picture.fallen.push_back(fallen_of(key, position, seen, timeline, !moment.at));
    }
  }
  sort_fallen(picture);
  return picture;
}

std::optional<Timestamp> fall_before(const KeyTimeline& timeline, Timestamp at) {
  std::optional<Timestamp> latest;
  for (const KeySpanView& span : timeline.spans) {
    if (span.from >= timeline.from && span.from < at && (!latest || span.from > *latest)) latest = span.from;
  }
  return latest;
}

std::optional<Timestamp> fall_after(const KeyTimeline& timeline, Timestamp at) {
  std::optional<Timestamp> earliest;
  for (const KeySpanView& span : timeline.spans) {
    if (span.from > at && (!earliest || span.from < *earliest)) earliest = span.from;
  }
  return earliest;
}

}  // namespace geminate::ui
