#include "backend/proxy/wait_queue.h"

#include <algorithm>

namespace geminate::proxy {

using std::chrono::milliseconds;

void Waiter::leave() {
  if (line_ != nullptr) line_->queue.take_out(*this);
}

bool WaitQueue::has_line(std::string_view model) const { return count() > 0 && lines_.contains(model); }

milliseconds WaitQueue::back_in(std::string_view model) const {
  const auto line = lines_.find(model);
  if (line == lines_.end()) return {};
  return std::max(milliseconds{0}, std::chrono::ceil<milliseconds>(line->second.try_at - loop_.now().steady));
}

void WaitQueue::join(Waiter& waiter, std::string_view model, milliseconds back_in) {
  auto found = lines_.find(model);
  if (found == lines_.end()) {
    const auto on_time = [](void* context) {
      WaitLine& line = *static_cast<WaitLine*>(context);
      line.queue.serve_soon(line);
    };
    found = lines_.try_emplace(std::string(model), *this, std::string(model), loop_.timers(), on_time).first;
    found->second.try_at = loop_.now().steady + back_in;
    found->second.timer.set(back_in);
  }
  WaitLine& line = found->second;
  waiter.line_ = &line;
  waiter.is_unanswered_ = false;
  waiter.previous_ = line.last;
  (line.last == nullptr ? line.first : line.last->next_) = &waiter;
  line.last = &waiter;
  count_.fetch_add(1, std::memory_order_relaxed);
}

void WaitQueue::take_out(Waiter& waiter) {
  WaitLine& line = *waiter.line_;
  (waiter.previous_ == nullptr ? line.first : waiter.previous_->next_) = waiter.next_;
  (waiter.next_ == nullptr ? line.last : waiter.next_->previous_) = waiter.previous_;
  waiter.previous_ = waiter.next_ = nullptr;
  waiter.line_ = nullptr;
  count_.fetch_sub(1, std::memory_order_relaxed);
  if (line.first == nullptr) lines_.erase(lines_.find(line.model));
}

void WaitQueue::lease_ended(std::string_view model) {
  if (count() == 0) return;
  const auto line = lines_.find(model);
  if (line != lines_.end()) move_on(line->second);
}

void WaitQueue::answered(Waiter& waiter, std::string_view model, Answer answer) {
  if (!waiter.is_unanswered_) return;
  waiter.is_unanswered_ = false;
  const auto found = lines_.find(model);
  if (found == lines_.end()) return;
  WaitLine& line = found->second;
  // The line may have ended and begun anew meanwhile.
  if (line.unanswered > 0) --line.unanswered;
  if (answer == Answer::Served) line.most_unanswered = std::min(line.most_unanswered + 1, kMostUnanswered);
  if (answer == Answer::Refused) line.most_unanswered = 1;
  move_on(line);
}

void WaitQueue::move_on(WaitLine& line) {
  if (line.unanswered < line.most_unanswered) serve_soon(line);
}

void WaitQueue::serve_soon(WaitLine& line) {
  if (line.turn_is_due) return;
  line.turn_is_due = true;
  // By name: the line may have ended by then.
  loop_.defer([this, model = line.model] { serve(model); });
}

void WaitQueue::serve(const std::string& model) {
  auto found = lines_.find(model);
  if (found == lines_.end()) return;
  found->second.turn_is_due = false;
  Waiter& front = *found->second.first;
  const TurnResult result = front.turn_(front.context_);
  if (result.kind != TurnResult::Kind::NotYet) front.leave();
  front.is_unanswered_ = result.kind == TurnResult::Kind::Served;
  // The line has ended if that was its last.
  found = lines_.find(model);
  if (found == lines_.end()) return;
  WaitLine& line = found->second;
  if (result.kind == TurnResult::Kind::Served) ++line.unanswered;
  if (result.kind != TurnResult::Kind::NotYet && line.unanswered < line.most_unanswered) {
    return serve_soon(line);
  }
  const milliseconds wait = result.kind == TurnResult::Kind::NotYet ? result.again_in : kAnswerPatience;
  line.try_at = loop_.now().steady + wait;
  line.timer.set(wait);
}

}  // namespace geminate::proxy
