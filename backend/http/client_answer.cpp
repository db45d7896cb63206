// What goes out of a ClientConnection: heads, pieces, the queue, the end.

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "backend/http/client_connection.h"
#include "backend/http/client_set.h"

namespace geminate::http {
namespace {

/// Pieces up to this size gather until the turn's end and leave in one send; larger ones leave without a
/// copy.
constexpr std::size_t kGatherLimit = 16 * 1024;
/// More than this waiting, and writers are told to stop; below half of it to go on. What they have in hand,
/// and the allocator's share, come on top: a client that does not read is to cost 256 KiB at most.
constexpr std::size_t kQueueLimit = 128 * 1024;

iovec piece(std::string_view bytes) {
  // The kernel only reads; the type is shared with receiving.
  return {const_cast<char*>(bytes.data()), bytes.size()};
}

/// A chunk's size line, in a buffer of its own.
class ChunkSize {
 public:
  explicit ChunkSize(std::size_t size) {
    const auto result = std::to_chars(text_.data(), text_.data() + 16, size, 16);
    auto* end = result.ptr;
    *end++ = '\r';
    *end++ = '\n';
    length_ = static_cast<std::size_t>(end - text_.data());
  }
  [[nodiscard]] std::string_view line() const { return {text_.data(), length_}; }

 private:
  std::array<char, 20> text_;
  std::size_t length_;
};

}  // namespace

void ClientConnection::observe(ResponseObserver* observer) { observer_ = observer; }

void ClientConnection::append_answer_head(const ResponseHead& head,
                                          std::optional<std::uint64_t> content_length) {
  body_dropped_ = head_only_ || !has_body(head.status);
  chunked_ = !content_length && minor_version_ == 1 && has_body(head.status);
  if (set_->draining() || ended_) keep_alive_ = false;
  // Without a length, an HTTP/1.0 client knows the end by the close alone.
  if (!content_length && !chunked_ && !body_dropped_) keep_alive_ = false;
  if (out_sent_ == out_.size()) {
    out_.clear();
    out_sent_ = 0;
  }
  const AnswerFraming framing{minor_version_, keep_alive_, chunked_, content_length,
                              security_fields(head.kind, answer_is_secure_)};
  append_head(out_, head, framing, set_->date());
}

void ClientConnection::send(const ResponseHead& head, std::string_view body) {
  if (phase_ != Phase::InFlight) return;
  append_answer_head(head, body.size());
  if (!body_dropped_) queue({}, body, {});
  finish_answer();
}

void ClientConnection::begin_stream(const ResponseHead& head, std::optional<std::uint64_t> content_length) {
  if (phase_ != Phase::InFlight) return;
  phase_ = Phase::Streaming;
  left_ = content_length;
  append_answer_head(head, content_length);
}

WriteResult ClientConnection::write(std::string_view bytes) {
  if (phase_ != Phase::Streaming || body_dropped_ || bytes.empty()) return WriteResult::More;
  if (left_) {
    // More than was declared would be read as the next answer.
    bytes = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(*left_, bytes.size())));
    *left_ -= bytes.size();
    if (bytes.empty()) return WriteResult::More;
  }
  if (chunked_) {
    queue(ChunkSize(bytes.size()).line(), bytes, "\r\n");
  } else {
    queue({}, bytes, {});
  }
  // On a broken wire too, so that nobody works on for a client that is about to be given up.
  if (queued() <= kQueueLimit && !broken_) return WriteResult::More;
  told_full_ = true;
  return WriteResult::Full;
}

void ClientConnection::end() {
  if (phase_ != Phase::Streaming) return;
  if (!body_dropped_) {
    if (left_.value_or(0) != 0) {
      abort();
      return;
    }
    if (chunked_) queue({}, "0\r\n\r\n", {});
  }
  finish_answer();
}

void ClientConnection::abort() {
  if (!has_request()) return;
  // Where only the close tells the end, a plain one would look like a whole answer.
  const bool until_close = phase_ == Phase::Streaming && !chunked_ && !left_;
  observer_ = nullptr;
  if (until_close) {
    socket_.reset_on_close();
    out_.clear();
    out_sent_ = 0;
    close();
    return;
  }
  keep_alive_ = false;
  phase_ = Phase::Closing;
  set_->schedule(*this);
}

void ClientConnection::queue(std::string_view prefix, std::string_view bytes, std::string_view suffix) {
  if (broken_) return;
  if (blocked_ || queued() + bytes.size() <= kGatherLimit) {
    out_.append(prefix).append(bytes).append(suffix);
    if (!blocked_) set_->schedule(*this);
    return;
  }
  send_now(prefix, bytes, suffix);
}

void ClientConnection::send_now(std::string_view prefix, std::string_view bytes, std::string_view suffix) {
  const std::string_view waiting = std::string_view(out_).substr(out_sent_);
  const std::array<std::string_view, 4> parts{waiting, prefix, bytes, suffix};
  std::array<iovec, 4> pieces;
  std::size_t used = 0;
  std::size_t total = 0;
  for (const auto part : parts) {
    if (part.empty()) continue;
    pieces[used++] = piece(part);
    total += part.size();
  }
  const auto sent = socket_.send(std::span(pieces.data(), used));
  if (sent.state == Transfer::State::Broken) {
    broken_ = true;
    set_->schedule(*this);
    return;
  }
  auto skip = sent.bytes;
  const auto from_queue = std::min(skip, waiting.size());
  out_sent_ += from_queue;
  skip -= from_queue;
  for (const auto part : {prefix, bytes, suffix}) {
    const auto gone = std::min(skip, part.size());
    skip -= gone;
    out_.append(part.substr(gone));
  }
  note_progress(sent.bytes == total);
}

void ClientConnection::note_progress(bool all_sent) {
  if (all_sent) {
    out_.clear();
    out_sent_ = 0;
    // One large answer shall not cost its memory for the rest of the connection.
    if (out_.capacity() > kGatherLimit * 2) out_.shrink_to_fit();
    stalled_.cancel();
    return;
  }
  blocked_ = true;
  watch_writing();
  stalled_.set(set_->options().timeouts.stalled);
  // Moving the rest to the front now and then keeps the queue near what really waits.
  if (out_sent_ > kQueueLimit) {
    out_.erase(0, out_sent_);
    out_sent_ = 0;
  }
}

void ClientConnection::watch_writing() {
  if (watches_writing_) return;
  watches_writing_ = true;
  loop().change(descriptor(), reactor::Interest::ReadWrite);
}

void ClientConnection::flush() {
  if (phase_ == Phase::Closed || blocked_) return;
  if (queued() != 0) {
    const std::array<iovec, 1> pieces{piece(std::string_view(out_).substr(out_sent_))};
    const auto sent = socket_.send(pieces);
    if (sent.state == Transfer::State::Broken) {
      lose_client();
      return;
    }
    out_sent_ += sent.bytes;
    note_progress(queued() == 0);
  }
  finish_after_sending();
}

void ClientConnection::finish_after_sending() {
  if (phase_ == Phase::Closing && queued() == 0) {
    if (ended_) {
      close();
      return;
    }
    phase_ = Phase::Lingering;
    socket_.shut_down_writing();
    deadline_.set(set_->options().timeouts.linger);
    if (unread_) set_->schedule(*this);
    return;
  }
  if (told_full_ && queued() <= kQueueLimit / 2) {
    told_full_ = false;
    if (observer_ != nullptr) observer_->on_drained();
  }
  if (phase_ == Phase::Reading && !blocked_ && (unread_ || !pending_.empty())) set_->schedule(*this);
}

void ClientConnection::finish_answer() {
  observer_ = nullptr;
  told_full_ = false;
  left_.reset();
  set_->schedule(*this);
  if (!keep_alive_ || set_->draining()) {
    phase_ = Phase::Closing;
    pending_.clear();
    return;
  }
  phase_ = Phase::Reading;
  deadline_.set(set_->options().timeouts.keep_alive);
}

}  // namespace geminate::http
