#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/reactor/event_loop.h"
#include "backend/upstream/answer_framing.h"
#include "backend/upstream/connection.h"
#include "backend/upstream/upstream_call.h"

namespace geminate::upstream {

class ConnectionPool;

/// What one worker knows of one target.
struct TargetPool {
  Target target;
  TlsSession session;
  /// The most recently used last.
  std::vector<Connection*> idle;
  /// Tried first next time, so that an address that hangs costs its wait once.
  std::optional<SocketAddress> last_good;
};

/// One request on its way to upstream and back: resolve, connect, write, read, and once more on a fresh
/// connection where a reused one turns out dead. Lives in a slot of the pool, which is used again under the
/// next generation. The observer may cancel, pause or start calls from within any of its callbacks; hence
/// every callback is followed by a look at the generation. Loop's thread only.
class Call {
 public:
  Call(ConnectionPool& pool, std::uint32_t index);
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  [[nodiscard]] CallId id() const { return {index_, generation_}; }
  [[nodiscard]] bool is(CallId id) const { return phase_ != Phase::Free && id.generation == generation_; }
  [[nodiscard]] bool active() const { return phase_ != Phase::Free; }

  void start(TargetPool& home, const CallRequest& request, CallObserver& observer);
  void on_addresses(const Result<Addresses>& outcome);
  void on_ready(reactor::Readiness readiness);
  void cancel();
  void pause();
  void resume();
  /// Goes on reading after a pause, or after others have had their turn.
  void read_on();

 private:
  enum class Phase : std::uint8_t { Free, Resolving, Connecting, Writing, Waiting, Reading };

  void open_fresh();
  /// Whom a connection is made to: upstream, or the proxy on the way.
  [[nodiscard]] const std::string& dialled_host() const;
  void connect_to(Addresses addresses);
  void follow(Connection::Progress progress);
  void allow_attempt_its_share();
  void attach(Connection& connection);
  void send();
  void write_on();
  void read_from_connection();
  /// False when the call has ended.
  bool take(std::string_view bytes);
  void on_end_of_stream(IoOutcome outcome);
  void rest_until_more();
  void complete(bool nothing_left);
  void fail(FailureKind kind, std::string detail);
  [[nodiscard]] bool may_send_again() const;
  void send_again();
  /// Frees the slot; returns who is to be told.
  CallObserver& end();

  static void on_phase_deadline(void* self);
  static void on_total_deadline(void* self);
  void phase_deadline();
  void connecting_took_too_long();

  ConnectionPool& pool_;
  const std::uint32_t index_;
  std::uint32_t generation_ = 0;
  Phase phase_ = Phase::Free;
  CallObserver* observer_ = nullptr;
  CallRequest request_;
  TargetPool* home_ = nullptr;
  Connection* connection_ = nullptr;
  AnswerFraming framing_;
  std::size_t written_ = 0;
  /// The turn in which the request's first bytes left.
  MonotonicTime sent_in_turn_{};
  /// Writing failed; the answer, if upstream gave one before it hung up, is still read.
  bool write_broken_ = false;
  bool answer_begun_ = false;
  bool sent_again_ = false;
  bool paused_ = false;
  /// The end of connecting, all addresses together.
  MonotonicTime connect_until_{};
  /// Connect, first byte or idle, whichever is running.
  reactor::Timer phase_timer_;
  reactor::Timer total_timer_;
};

}  // namespace geminate::upstream
