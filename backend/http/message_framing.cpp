#include "backend/http/message_framing.h"

#include <algorithm>
#include <utility>

namespace geminate::http {
MessageFraming::MessageFraming(const FramingLimits& limits, BodyBudget& budget)
    : limits_(&limits), budget_(&budget) {}

void MessageFraming::fail(FramingFault fault) {
  fault_ = std::move(fault);
  stage_ = Stage::Faulty;
  drop_body();
}

void MessageFraming::drop_body() { body_.drop(); }

Framed MessageFraming::feed(std::string_view& bytes) {
  if (stage_ == Stage::Head && !feed_head(bytes)) {
    return stage_ == Stage::Faulty ? Framed::Fault : Framed::NeedMore;
  }
  if (stage_ == Stage::Length) feed_length(bytes);
  if (stage_ == Stage::Chunked) feed_chunked(bytes);
  if (stage_ == Stage::Complete) return Framed::Complete;
  return stage_ == Stage::Faulty ? Framed::Fault : Framed::NeedMore;
}

bool MessageFraming::feed_head(std::string_view& bytes) {
  // A head that comes in one piece, as nearly all do, is read where it lies.
  const auto held = partial_.size();
  if (held != 0) partial_.append(bytes);
  const std::string_view data = held != 0 ? std::string_view(partial_) : bytes;
  switch (scanner_.scan(data, *limits_)) {
    case RequestHead::Outcome::NeedMore:
      if (held == 0) partial_.assign(bytes);
      bytes = {};
      return false;
    case RequestHead::Outcome::Fault:
      fail(scanner_.fault());
      if (held == 0) partial_.assign(bytes.substr(0, limits_->max_header_bytes));
      return false;
    case RequestHead::Outcome::Complete:
      break;
  }
  bytes.remove_prefix(scanner_.size() - held);
  accept_head(data.substr(0, scanner_.size()));
  partial_.clear();
  return stage_ != Stage::Faulty;
}

void MessageFraming::accept_head(std::string_view head) {
  request_.head_.assign(head);
  scanner_.fill(request_);
  if (!scanner_.chunked() && scanner_.content_length() == 0) {
    stage_ = Stage::Complete;
    return;
  }
  body_.lease = BodyLease(*budget_);
  if (scanner_.chunked()) {
    stage_ = Stage::Chunked;
    return;
  }
  left_ = scanner_.content_length();
  stage_ = Stage::Length;
  if (left_ > limits_->max_body_bytes) fail(body_too_large_fault());
}

void MessageFraming::feed_length(std::string_view& bytes) {
  const auto piece = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
  if (!body_.append(piece, body_.bytes.size() + left_)) {
    fail(budget_fault());
    return;
  }
  bytes.remove_prefix(piece.size());
  left_ -= piece.size();
  if (left_ == 0) stage_ = Stage::Complete;
}

void MessageFraming::feed_chunked(std::string_view& bytes) {
  switch (chunked_.feed(bytes, body_, *limits_)) {
    case ChunkedBody::Outcome::NeedMore:
      break;
    case ChunkedBody::Outcome::Complete:
      stage_ = Stage::Complete;
      break;
    case ChunkedBody::Outcome::Fault:
      fail(chunked_.fault());
      break;
  }
}

bool MessageFraming::wants_continue() const {
  return in_body() && scanner_.expects_continue() && body_.bytes.empty();
}

std::string_view MessageFraming::target() const {
  // Before a head is accepted it lies in partial_, afterwards in the request.
  const std::string_view head =
      partial_.empty() ? std::string_view(request_.head_) : std::string_view(partial_);
  const auto slice = scanner_.target();
  if (slice.offset + slice.length > head.size()) return {};
  return head.substr(slice.offset, slice.length);
}

HttpRequest MessageFraming::take() {
  request_.body_ = std::move(body_.bytes);
  request_.body_lease_ = std::move(body_.lease);
  HttpRequest taken = std::move(request_);
  request_ = HttpRequest();
  body_.bytes.clear();
  scanner_.reset();
  chunked_.reset();
  stage_ = Stage::Head;
  return taken;
}

}  // namespace geminate::http
