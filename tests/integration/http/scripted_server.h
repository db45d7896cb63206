#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "backend/http/pistache_listener.h"

namespace geminate::test {

/// What the handlers of all workers have seen. Any thread.
struct ServerRecord {
  std::atomic<int> handled{0};
  std::atomic<int> clients_gone{0};
  std::atomic<int> drained{0};
  std::atomic<int> told_full{0};
  /// Bytes that `/flood` could write before it was first told to stop.
  std::atomic<std::uint64_t> written_before_full{0};
  std::atomic<std::uint64_t> written{0};
};

/// A listener whose handler does what the path says:
///   /echo            answers "<method> <target>\n<body>" at once
///   /later/<ms>      the same after that time, by a timer
///   /posted          the same, from another thread through post()
///   /hang            never answers
///   /size/<n>        answers with n bytes
///   /pieces/<n>      streams n pieces "piece <i>;" , one a turn
///   /sized/<n>       streams n pieces of 10 bytes with their length declared
///   /short           declares 100 bytes, sends 10 and ends
///   /abort           streams a piece and aborts
///   /flood/<n>       streams n bytes as fast as the client takes them
///   /status/<n>      answers with that status and the body "x"
class ScriptedServer {
 public:
  explicit ScriptedServer(http::ListenerOptions options = {});
  ~ScriptedServer();

  [[nodiscard]] std::uint16_t port() const { return listener_.port(); }
  [[nodiscard]] ServerRecord& record() { return record_; }
  http::PistacheListener& listener() { return listener_; }

 private:
  ServerRecord record_;
  http::PistacheListener listener_;
};

/// Waits until it holds, for ten seconds at most.
bool eventually(const std::function<bool()>& holds);

}  // namespace geminate::test
