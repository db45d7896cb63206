#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "backend/http/http_types.h"

namespace geminate::reactor {
class EventLoop;
}

namespace geminate::http {

/// What the transport tells whoever answers a request. Loop's thread only.
class ResponseObserver {
 public:
  /// The client left, or fell behind past its deadline. After this call returns the sink is gone.
  virtual void on_client_gone() = 0;
  /// The queue that `write` found full has emptied; more may be written.
  virtual void on_drained() = 0;

 protected:
  ~ResponseObserver() = default;
};

enum class WriteResult : std::uint8_t { More, Full };

/// Where the answer to one request goes. Exactly one of `send`, `end` or `abort` finishes it; after that, or
/// after on_client_gone, nobody may touch the sink again. Loop's thread only. Keep-alive, chunking for
/// HTTP/1.1, Content-Length, Date and the lingering close are its business.
class ResponseSink {
 public:
  /// Who is told about the client from now on; null for nobody. Needed only when the answer comes later.
  virtual void observe(ResponseObserver* observer) = 0;

  /// A whole answer. A HEAD request gets the head alone.
  virtual void send(const ResponseHead& head, std::string_view body) = 0;

  /// Begins an answer that comes in pieces: with its length where it is known, else chunked (an HTTP/1.0
  /// client gets it until close). The head leaves together with the first piece.
  virtual void begin_stream(const ResponseHead& head, std::optional<std::uint64_t> content_length) = 0;
  /// One piece, copied or sent before it returns. `Full` when over 128 KiB wait to be sent: stop until
  /// on_drained.
  virtual WriteResult write(std::string_view bytes) = 0;
  virtual void end() = 0;
  /// The rest cannot be had: drops the connection, so that the client sees a cut answer for what it is.
  virtual void abort() = 0;

  virtual reactor::EventLoop& loop() = 0;

 protected:
  ~ResponseSink() = default;
};

/// Takes every framed request of a worker. It answers through the sink, at once or later.
class RequestHandler {
 public:
  virtual ~RequestHandler() = default;
  virtual void handle(HttpRequest request, ResponseSink& sink) = 0;
  /// The body of an error that framing itself answers (400, 408, 413, 431, 501, 503, 505), in the dialect
  /// that the path asks for; `target` is empty when not even that was readable.
  virtual std::string framing_error_body(std::string_view target, const struct FramingFault& fault) = 0;
};

}  // namespace geminate::http
