// What an exchange does with upstream's answer: good ones stream on to the client, errors are collected to be
// judged.
#include <algorithm>
#include <utility>

#include "backend/proxy/exchange.h"
#include "backend/upstream/google_error.h"
#include "backend/upstream/secret_scrubber.h"

namespace geminate::proxy {
namespace {

/// More of an error body than this is neither read for its meaning nor handed on.
constexpr std::size_t kMaximumErrorBytes = 64 * 1024;

/// A redirect is never followed and never passed on: whoever followed it would carry a credential elsewhere.
/// 304 and 308 (a resumable upload's "go on") are no redirects here.
bool is_good(int status) { return (status >= 200 && status < 300) || status == 304 || status == 308; }

}  // namespace

void Exchange::on_head(const upstream::AnswerHead& head) {
  upstream_status_ = head.status;
  attempts_.back().upstream_status = head.status;
  answer_is_good_ = is_good(head.status);
  if (answer_is_good_) {
    downstream_ = plan_.mapper->on_head(head);
    begin_resources(head);
  } else {
    error_content_type_ = std::string(head.header("content-type"));
    error_retry_after_ = std::string(head.header("retry-after"));
    error_date_ = std::string(head.header("date"));
  }
}

void Exchange::on_body(std::string_view bytes) {
  if (answer_is_good_) return good_piece(bytes);
  error_text_.append(bytes.substr(0, kMaximumErrorBytes - std::min(error_text_.size(), kMaximumErrorBytes)));
}

void Exchange::good_piece(std::string_view bytes) {
  note_resources(bytes);
  const auto mapped = plan_.mapper->on_piece(bytes);
  if (!mapped.ok()) return inside_failure(mapped.error());
  if (!mapped->empty() && !write(*mapped)) {
    paused_ = true;
    context_.caller.pause(call_);
  }
}

void Exchange::on_done() {
  calling_ = false;
  if (!answer_is_good_) return judge_answer(upstream_status_, error_text_);
  const auto rest = plan_.mapper->on_end();
  if (!rest.ok()) return inside_failure(rest.error());
  end_resources();
  const bool has_failed = judge_passed_error();
  if (!has_failed) end_attempt(keys::VerdictKind::Fine);
  settle_tokens();
  const auto status = downstream_.head.status;
  if (plan_.mapper->is_whole() && !committed_) {
    note_served();
    first_byte_ = context_.loop.now().steady;
    complete_head(downstream_.head);
    context_.metrics.client_bytes(observe::Direction::Out, rest->size());
    bytes_out_ += rest->size();
    sink_.send(downstream_.head, *rest);
    return finish(status, "served");
  }
  if (!rest->empty() || !committed_) write(*rest);
  sink_.end();
  finish(status, has_failed ? "cut" : "served");
}

void Exchange::complete_head(http::ResponseHead& head) const {
  head.extra.reserve(head.extra.size() + request_id_.size() + plan_.further_fields.size() + 32);
  head.extra.append("x-request-id: ").append(request_id_).append("\r\n").append(plan_.further_fields);
  if (window_ != nullptr && window_->is_exceeded()) head.extra.append(window_->field());
}

void Exchange::commit() {
  committed_ = true;
  complete_head(downstream_.head);
  sink_.begin_stream(downstream_.head, downstream_.content_length);
}

bool Exchange::write(std::string_view bytes) {
  if (!committed_) commit();
  if (!std::exchange(answered_, true)) {
    note_served();
    first_byte_ = context_.loop.now().steady;
  }
  if (bytes.empty()) return true;
  watch_silence();
  context_.metrics.client_bytes(observe::Direction::Out, bytes.size());
  bytes_out_ += bytes.size();
  return sink_.write(bytes) == http::WriteResult::More;
}

void Exchange::watch_silence() {
  if (!plan_.mapper->keep_alive().empty()) silence_.set(context_.settings.keep_alive);
}

void Exchange::break_silence() {
  if (finished_) return;
  // A client that does not read needs no sign of life.
  if (!paused_) {
    if (!committed_) {
      downstream_ = plan_.mapper->on_head({});
      commit();
    }
    sink_.write(plan_.mapper->keep_alive());
  }
  watch_silence();
}

void Exchange::on_drained() {
  if (!paused_) return;
  paused_ = false;
  if (calling_) context_.caller.resume(call_);
}

/// A 200 that turned out to carry an error.
void Exchange::inside_failure(const Error& error) {
  if (calling_) context_.caller.cancel(call_);
  calling_ = false;
  if (!answered_) return judge_answer(0, error.detail);
  if (!judge_passed_error()) judge_inside(error.detail);
  Error told = error;
  told.message = upstream::scrub(error.message, lease_.key().text());
  lease_.release();
  end_with_error_event(told);
  finish(downstream_.head.status, "cut");
}

// What an event says of the key's quota holds although this request cannot be tried again.
void Exchange::judge_inside(std::string_view said) {
  const std::string scrubbed = upstream::scrub(said, lease_.key().text());
  const auto google = upstream::read_google_error(0, scrubbed);
  auto verdict = keys::judge(google, plan_.names_resource);
  tell_breaker(verdict);
  end_attempt(verdict.kind);
  context_.pool.report(lease_, verdict, {request_id_, google.http_status, excerpt_of(scrubbed)},
                       context_.loop.now());
}

bool Exchange::judge_passed_error() {
  if (!answered_) return false;
  const std::string said = plan_.mapper->passed_error();
  if (!said.empty()) judge_inside(said);
  return !said.empty();
}

void Exchange::end_with_error_event(const Error& error) {
  const std::string event = plan_.mapper->error_event(error);
  if (event.empty()) return sink_.abort();
  sink_.write(event);
  sink_.end();
}

}  // namespace geminate::proxy
