#include "backend/keys/key_timeline.h"

#include <algorithm>
#include <utility>

namespace geminate::keys {
namespace {

/// A rest of which nobody said how long it is: the usual minute.
constexpr std::chrono::minutes kRestOfNoLength{1};

}  // namespace

KeyTimelineMaker::Why KeyTimelineMaker::why_at(const Track& track, Timestamp at) {
  // In the order in which the pool itself judges.
  if (track.wish.state != KeyState::Ready) return track.wish;
  if (track.finding.state != KeyState::Ready) return track.finding;
  if (track.rest.state != KeyState::Ready && at < track.rests_until) return track.rest;
  return {};
}

void KeyTimelineMaker::apply(Track& track, const KeyEventView& event) {
  const auto why = [&event](KeyState state) { return Why{state, event.model, event.reason}; };
  switch (event.kind) {
    case KeyEventKind::Recovered:
      track.finding = {};
      if (track.rest.model == event.model) track.rest = {};
      break;
    case KeyEventKind::Dead:
      track.finding = why(KeyState::Dead);
      break;
    case KeyEventKind::Suspect:
      track.finding = why(KeyState::Suspect);
      break;
    case KeyEventKind::Limited:
    case KeyEventKind::NoQuotaForModel: {
      const Timestamp until = event.until.value_or(event.at + kRestOfNoLength);
      // Of two rests at once the longer one is shown.
      if (track.rest.state == KeyState::Ready || event.at >= track.rests_until || until > track.rests_until) {
        track.rest = why(KeyState::Cooling);
        track.rests_until = until;
      }
      break;
    }
    case KeyEventKind::Disabled:
      track.wish = why(KeyState::Disabled);
      break;
    case KeyEventKind::Expired:
      track.wish = why(KeyState::Expired);
      break;
    case KeyEventKind::Enabled:
      track.wish = {};
      break;
    case KeyEventKind::Added:
    case KeyEventKind::Replaced:
    case KeyEventKind::Deleted:
      track.wish = track.finding = track.rest = {};
      break;
    case KeyEventKind::WrongOwner:
    case KeyEventKind::ClientFault:
    case KeyEventKind::UpstreamFault:
    case KeyEventKind::Egress:
      break;
  }
}

void KeyTimelineMaker::take(const KeyEventView& event) {
  if (event.key_id == 0) return;
  Track& track = tracks_[event.key_id];
  let_pass(event.key_id, track, event.at);
  apply(track, event);
  Why now = why_at(track, event.at);
  if (now == track.shown) return;
  close(event.key_id, track, event.at);
  track.shown = std::move(now);
  track.since = event.at;
  count_fall(track);
}

void KeyTimelineMaker::let_pass(std::int64_t key_id, Track& track, Timestamp at) {
  if (track.shown.state == KeyState::Cooling && track.rests_until <= at)
    close(key_id, track, track.rests_until);
}

void KeyTimelineMaker::close(std::int64_t key_id, Track& track, std::optional<Timestamp> at) {
  Why was = std::exchange(track.shown, {});
  if (was.state == KeyState::Ready || (at && *at <= from_)) return;
  spans_.push_back({{key_id, track.since, at, was.state, std::move(was.model), 0}, std::move(was.reason)});
}

void KeyTimelineMaker::count_fall(const Track& track) {
  if (track.shown.state == KeyState::Ready || track.since < from_ || track.since > to_) return;
  const Timestamp step = from_ + (track.since - from_) / kStep * kStep;
  KeyFallsView& falls = falls_[step];
  falls.time = step;
  switch (track.shown.state) {
    case KeyState::Dead:
      ++falls.dead;
      break;
    case KeyState::Suspect:
      ++falls.suspect;
      break;
    case KeyState::Disabled:
    case KeyState::Expired:
      ++falls.off;
      break;
    case KeyState::Ready:
    case KeyState::Cooling:
    case KeyState::Spent:
      ++falls.cooling;
      break;
  }
}

std::int32_t KeyTimelineMaker::number_of(const std::string& reason) {
  return numbers_.emplace(reason, static_cast<std::int32_t>(numbers_.size())).first->second;
}

KeyTimeline KeyTimelineMaker::finish(Timestamp known_from) {
  for (auto& [id, track] : tracks_) {
    let_pass(id, track, to_);
    const bool ends_by_itself = track.shown.state == KeyState::Cooling;
    close(id, track, ends_by_itself ? std::optional(track.rests_until) : std::nullopt);
  }
  KeyTimeline timeline;
  timeline.from = from_;
  timeline.to = to_;
  timeline.complete_from = std::max(from_, known_from);
  timeline.step_seconds = static_cast<std::int32_t>(std::chrono::seconds(kStep).count());
  const auto end_of = [](const Span& span) { return span.view.to.value_or(Timestamp::max()); };
  std::sort(spans_.begin(), spans_.end(),
            [&](const Span& left, const Span& right) { return end_of(left) > end_of(right); });
  if (spans_.size() > kMostSpans) {
    // All that end later are here.
    timeline.complete_from = std::max(timeline.complete_from, std::min(to_, end_of(spans_[kMostSpans])));
    spans_.resize(kMostSpans);
  }
  std::sort(spans_.begin(), spans_.end(), [](const Span& left, const Span& right) {
    return std::pair(left.view.from, left.view.key_id) < std::pair(right.view.from, right.view.key_id);
  });
  for (Span& span : spans_) {
    span.view.reason = number_of(span.reason);
    timeline.spans.push_back(std::move(span.view));
  }
  timeline.reasons.resize(numbers_.size());
  for (const auto& [reason, number] : numbers_) timeline.reasons[static_cast<std::size_t>(number)] = reason;
  for (const auto& [time, falls] : falls_) timeline.falls.push_back(falls);
  return timeline;
}

}  // namespace geminate::keys
