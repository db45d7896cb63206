#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "backend/http/listener_options.h"
#include "backend/http/response_sink.h"
#include "backend/reactor/event_loop.h"
#include "shared/core/result.h"

namespace geminate::http {

/// The server's listening side: workers on Pistache's reactor, each with an event loop, its clients and its
/// own RequestHandler. Its functions are for the thread that made it, but for those that say otherwise.
class PistacheListener {
 public:
  /// Makes a worker's handler, on the starting thread, before any loop runs: it may watch descriptors, set
  /// timers and post. The handler is destroyed on its loop's thread.
  using HandlerFactory = std::function<std::unique_ptr<RequestHandler>(reactor::EventLoop& loop)>;

  explicit PistacheListener(ListenerOptions options);
  PistacheListener(const PistacheListener&) = delete;
  PistacheListener& operator=(const PistacheListener&) = delete;
  /// Stops first.
  ~PistacheListener();

  /// Binds, then runs the workers on threads of their own. Once. Ignores SIGPIPE for the process; the
  /// workers' threads take no signals.
  Status start(const HandlerFactory& make_handler);
  /// The port that was bound.
  [[nodiscard]] std::uint16_t port() const;

  /// Frees the port; clients that are there are served on.
  void stop_accepting();
  /// Stops accepting, closes idle connections and lets the others end with the answer they wait for. Whoever
  /// came just now may still send its first request. Returns when every worker knows.
  void begin_drain();
  /// The same, then waits; true when all connections have ended before the deadline.
  bool drain(std::chrono::milliseconds deadline);
  /// Ends every connection, destroys the handlers, joins the threads. The loops stay (for those who still
  /// hold them, say to post) until the listener is destroyed; what is posted to them now is dropped then.
  void stop();

  /// Runs the task on every worker's loop, between two of its turns, and returns when all have: not for a
  /// worker's thread. Between start and stop.
  void on_every_loop(const std::function<void(unsigned worker)>& task);
  /// The limits of what is read from now on. As on_every_loop.
  void set_limits(const FramingLimits& limits, std::uint64_t body_budget_bytes);

  /// With which clients that come from now on speak TLS; the others go on as they began. Before start, or as
  /// on_every_loop.
  void set_tls(const std::shared_ptr<const ServerTls>& tls);

  /// Any thread.
  [[nodiscard]] ListenerStats stats() const;
  [[nodiscard]] unsigned workers() const;
  [[nodiscard]] reactor::EventLoop& loop(unsigned worker);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace geminate::http
