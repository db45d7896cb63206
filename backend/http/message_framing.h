#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "backend/http/body_budget.h"
#include "backend/http/chunked_body.h"
#include "backend/http/framing_fault.h"
#include "backend/http/http_types.h"
#include "backend/http/request_head.h"

namespace geminate::http {

enum class Framed : std::uint8_t {
  /// All bytes were taken and the request is not complete yet.
  NeedMore,
  /// A request is complete: take() it. Bytes after it are left to the caller.
  Complete,
  /// See fault(). Nothing more can be read from this connection.
  Fault,
};

/// Turns bytes, in whatever pieces they come, into requests, and refuses what RFC 9112 says must be refused.
/// The result depends on the bytes alone, never on how they were cut. No input, no output, no clock; one per
/// connection.
class MessageFraming {
 public:
  /// Both must outlive it.
  MessageFraming(const FramingLimits& limits, BodyBudget& budget);

  /// Takes from the front of `bytes` what belongs to the current request.
  Framed feed(std::string_view& bytes);

  /// After Complete, once; then the next request may be fed.
  HttpRequest take();

  /// For a connection that reads no further: its memory and its part of the budget need not wait for the
  /// close, which lingers. A fault does that by itself.
  void drop_body();

  /// After Fault.
  [[nodiscard]] const FramingFault& fault() const { return fault_; }
  /// The current request's target so far as it could be read; for the error's dialect.
  [[nodiscard]] std::string_view target() const;

  /// No byte of a request has come since the last one.
  [[nodiscard]] bool at_start() const { return stage_ == Stage::Head && partial_.empty(); }
  [[nodiscard]] bool in_body() const { return stage_ == Stage::Length || stage_ == Stage::Chunked; }
  /// The client sent "Expect: 100-continue", and its body has not begun to come.
  [[nodiscard]] bool wants_continue() const;

 private:
  enum class Stage : std::uint8_t { Head, Length, Chunked, Complete, Faulty };

  bool feed_head(std::string_view& bytes);
  void accept_head(std::string_view head);
  void feed_length(std::string_view& bytes);
  void feed_chunked(std::string_view& bytes);
  void fail(FramingFault fault);

  const FramingLimits* limits_;
  BodyBudget* budget_;
  Stage stage_ = Stage::Head;
  RequestHead scanner_;
  /// The head's beginning while its end has not come.
  std::string partial_;
  HttpRequest request_;
  BodyBuffer body_;
  std::uint64_t left_ = 0;
  ChunkedBody chunked_;
  FramingFault fault_;
};

}  // namespace geminate::http
