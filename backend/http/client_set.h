#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backend/http/body_budget.h"
#include "backend/http/client_connection.h"
#include "backend/http/listener_options.h"
#include "backend/http/response_sink.h"
#include "backend/reactor/event_loop.h"

namespace geminate::http {

/// Whoever registered a client's descriptor: takes it out of the loop and closes it.
class SocketCloser {
 public:
  virtual void close_socket(int descriptor) = 0;

 protected:
  ~SocketCloser() = default;
};

/// What all workers' connections share. Any thread.
struct ClientCounters {
  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> framing_faults{0};
  std::atomic<std::uint64_t> connections{0};
};

/// The clients of one worker, with what they share: buffers, the Date field, work for the turn's end. Lives
/// on its worker's loop, and is not destroyed within one of its turns.
class ClientSet {
 public:
  /// All must outlive it, the options' values included.
  ClientSet(reactor::EventLoop& loop, const ListenerOptions& options, BodyBudget& budget,
            ClientCounters& counters, SocketCloser& closer);
  ClientSet(const ClientSet&) = delete;
  ClientSet& operator=(const ClientSet&) = delete;
  ~ClientSet();

  /// Before the first client comes.
  void set_handler(RequestHandler& handler) { handler_ = &handler; }

  /// A new client, on a non-blocking socket. With `refused`, it only gets to know that there are too many.
  ClientConnection& add(int descriptor, std::string peer, bool refused);

  /// With which clients that come from now on speak TLS; those that are there go on as they began.
  void set_tls(std::shared_ptr<const ServerTls> tls) { tls_ = std::move(tls); }
  /// For what is read from now on, also of requests that have begun.
  void set_limits(const FramingLimits& limits) { limits_ = limits; }
  /// Idle connections are closed, the others after their answer.
  void begin_drain();
  /// Every connection ends here and now; requests in flight are told that their client is gone.
  void close_all();
  /// The same for one.
  void close_one(int descriptor);
  [[nodiscard]] std::size_t size() const { return clients_.size(); }

  // For connections.
  [[nodiscard]] reactor::EventLoop& loop() { return *loop_; }
  [[nodiscard]] RequestHandler& handler() { return *handler_; }
  [[nodiscard]] const ListenerOptions& options() const { return *options_; }
  [[nodiscard]] const FramingLimits& limits() const { return limits_; }
  [[nodiscard]] BodyBudget& budget() { return *budget_; }
  [[nodiscard]] ClientCounters& counters() { return *counters_; }
  [[nodiscard]] bool draining() const { return draining_; }
  /// Null for a plain client.
  [[nodiscard]] std::unique_ptr<TlsStream> open_tls(int descriptor);
  /// Holds what was just received; valid until the next receive of any client.
  [[nodiscard]] std::span<char> receive_buffer() { return receive_buffer_; }
  [[nodiscard]] std::string_view date();
  std::string make_request_id();
  /// Calls the client's at_turn_end once, when this turn's events are served.
  void schedule(ClientConnection& client);
  /// The same in the next turn, after the other clients had theirs.
  void schedule_next_turn(ClientConnection& client);
  /// Closes the socket; the object goes at the turn's end.
  void release(ClientConnection& client);

 private:
  void defer_finish();
  void finish_turn();

  reactor::EventLoop* loop_;
  const ListenerOptions* options_;
  FramingLimits limits_;
  BodyBudget* budget_;
  ClientCounters* counters_;
  SocketCloser* closer_;
  RequestHandler* handler_ = nullptr;
  bool draining_ = false;

  std::vector<std::unique_ptr<ClientConnection>> clients_;
  std::vector<std::unique_ptr<ClientConnection>> released_;
  std::vector<ClientConnection*> due_;
  std::vector<ClientConnection*> due_next_turn_;
  bool finish_deferred_ = false;

  std::vector<char> receive_buffer_;
  std::shared_ptr<const ServerTls> tls_;
  TlsStream::Scratch tls_scratch_;
  std::string date_;
  Timestamp date_second_{};
  std::uint64_t request_id_state_;
  /// Expires with the set: a posted task may come later.
  std::shared_ptr<ClientSet*> self_;
};

}  // namespace geminate::http
