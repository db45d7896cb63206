#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "backend/http/client_socket.h"
#include "backend/http/message_framing.h"
#include "backend/http/response_head.h"
#include "backend/http/response_sink.h"
#include "backend/reactor/event_loop.h"

namespace geminate::http {

class ClientSet;

/// One client's connection: reads and frames its requests, hands them on one at a time, sends the answers in
/// order. Lives on its worker's loop, owned by its ClientSet.
class ClientConnection final : public reactor::ReadyTarget, public ResponseSink {
 public:
  ClientConnection(ClientSet& set, int descriptor, std::string peer);
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;

  void on_ready(reactor::Readiness readiness) override;

  void observe(ResponseObserver* observer) override;
  void send(const ResponseHead& head, std::string_view body) override;
  void begin_stream(const ResponseHead& head, std::optional<std::uint64_t> content_length) override;
  WriteResult write(std::string_view bytes) override;
  void end() override;
  void abort() override;
  reactor::EventLoop& loop() override;

  [[nodiscard]] int descriptor() const { return socket_.descriptor(); }

  // For the set.
  /// Answers that there are too many connections.
  void refuse();
  /// Sends what has gathered in this turn, then goes on with what the client sent meanwhile.
  void at_turn_end();
  void begin_drain();
  void close_at_once();
  std::size_t index_in_set = 0;
  bool is_due = false;

 private:
  enum class Phase : std::uint8_t {
    /// Waiting for a request or in the middle of one.
    Reading,
    /// A request is with the handler, nothing answered yet.
    InFlight,
    /// The answer's head is out or on its way, pieces follow.
    Streaming,
    /// The last answer is complete; it still has to be sent.
    Closing,
    /// All sent, our side is shut; the rest of the client's bytes is dropped.
    Lingering,
    Closed,
  };

  [[nodiscard]] bool has_request() const { return phase_ == Phase::InFlight || phase_ == Phase::Streaming; }
  [[nodiscard]] std::size_t queued() const { return out_.size() - out_sent_; }
  /// Between two requests, or before the first, with nothing left to send.
  [[nodiscard]] bool is_idle() const;
  [[nodiscard]] bool may_read() const;
  void read(bool to_end);
  /// After each step of TLS's handshake.
  void note_handshake();
  void refuse_plain();
  void take(std::string_view bytes);
  void process(std::string_view bytes);
  void dispatch();
  void await_rest_of_request();
  void refuse_request(const FramingFault& fault);
  void on_end_of_input();

  void append_answer_head(const ResponseHead& head, std::optional<std::uint64_t> content_length);
  void queue(std::string_view prefix, std::string_view bytes, std::string_view suffix);
  void send_now(std::string_view prefix, std::string_view bytes, std::string_view suffix);
  void flush();
  void note_progress(bool all_sent);
  void watch_writing();
  void finish_answer();
  void finish_after_sending();
  void lose_client();
  void close();
  static void on_deadline(void* self);
  static void on_stalled(void* self);

  ClientSet* set_;
  ClientSocket socket_;
  std::shared_ptr<const ClientOrigin> origin_;
  /// The other end is one of the trusted proxies.
  bool is_forwarded_ = false;
  MessageFraming framing_;
  Phase phase_ = Phase::Reading;

  /// For the request in flight.
  ResponseObserver* observer_ = nullptr;
  bool keep_alive_ = true;
  bool head_only_ = false;
  int minor_version_ = 1;
  bool answer_is_secure_ = false;
  bool chunked_ = false;
  /// The answer's body may not be sent (HEAD, 204, 304).
  bool body_dropped_ = false;
  /// Of the declared length; nothing when the answer is chunked or lasts until close.
  std::optional<std::uint64_t> left_;

  /// A request came, at least one.
  bool served_ = false;
  bool continue_sent_ = false;
  bool header_deadline_set_ = false;
  /// Reading stopped before the socket was empty; nobody will tell us again.
  bool unread_ = false;
  bool ended_ = false;
  /// The wire broke while the handler was writing; it is told at the turn's end.
  bool broken_ = false;
  bool told_full_ = false;
  /// The kernel takes no more; it tells when it does.
  bool blocked_ = false;
  bool watches_writing_ = false;

  /// Requests that came while one is in flight.
  std::string pending_;
  /// What the client has not taken yet begins at out_sent_.
  std::string out_;
  std::size_t out_sent_ = 0;

  /// Header, body, keep-alive or linger, by phase.
  reactor::Timer deadline_;
  reactor::Timer stalled_;
};

}  // namespace geminate::http
