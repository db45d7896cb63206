#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "backend/reactor/event_loop.h"
#include "backend/upstream/call.h"
#include "backend/upstream/connection.h"
#include "backend/upstream/resolver.h"
#include "backend/upstream/tls.h"
#include "backend/upstream/upstream_call.h"

namespace geminate::upstream {

struct PoolOptions {
  /// Which addresses may be connected to; null: those of the public Internet and literal ones. Outlives the
  /// pool.
  AddressGate* gate = nullptr;
  /// Connections kept open for the next request, for each target. More cost memory here and at upstream.
  std::size_t max_idle_per_target = 64;
  /// Below what upstream itself allows, so that we hang up first.
  std::chrono::milliseconds max_idle_age{60'000};
};

/// One worker's connections to upstream: calls take an idle connection where there is one (the last used
/// first) and leave it there when the answer was complete. Loop's thread only, but for the two counts.
///
/// A pause stops reading; what has been read by then, kReadBytes at most, still comes. A call reads at most
/// kReadsPerTurn times before others have their turn.
class ConnectionPool final : public UpstreamCaller, public ConnectionOwner {
 public:
  static constexpr std::size_t kReadBytes = 32 * 1024;
  static constexpr unsigned kReadsPerTurn = 16;

  /// `tls` may be null where no target uses TLS; it and the resolver must outlive the pool.
  ConnectionPool(reactor::EventLoop& loop, Resolver& resolver, TlsContext* tls, PoolOptions options = {});
  /// Calls in flight end without a callback.
  ~ConnectionPool() override;
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;

  CallId start(const Target& target, const CallRequest& request, CallObserver& observer) override;
  void cancel(CallId call) override;
  void pause(CallId call) override;
  void resume(CallId call) override;
  /// The connections' side.
  void on_connection_ready(Connection& connection, reactor::Readiness readiness) override;

  /// Any thread, for metrics.
  [[nodiscard]] std::size_t idle_connections() const { return idle_count_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::size_t busy_connections() const { return busy_count_.load(std::memory_order_relaxed); }

 private:
  friend class Call;

  /// Null when the call has ended.
  Call* find(CallId id);
  TargetPool& target_pool(const Target& target);

  // What calls ask for.
  Connection* take_idle(TargetPool& home);
  Connection& make_connection(TargetPool& home);
  void park(Connection& connection);
  void drop(Connection& connection);
  void recycle(Call& call) { free_calls_.push_back(call.id().index); }
  void resolve(CallId call, const std::string& host);
  void connect_failed(const std::string& host) { resolver_.doubt(host); }
  void read_later(Call& call);

  void drop_idle(Connection& connection);
  void drop_aged();
  void set_age_timer();

  reactor::EventLoop& loop_;
  Resolver& resolver_;
  TlsContext* tls_;
  const PoolOptions options_;
  AddressGate own_gate_;
  AddressGate& gate_;
  /// Posted tasks hold a weak one and do nothing once it is gone.
  std::shared_ptr<ConnectionPool*> self_;
  std::string scratch_;
  std::unique_ptr<char[]> read_buffer_;
  std::vector<std::unique_ptr<TargetPool>> targets_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<Connection*> free_connections_;
  std::vector<std::unique_ptr<Call>> calls_;
  std::vector<std::uint32_t> free_calls_;
  reactor::Timer age_timer_;
  std::atomic<std::size_t> idle_count_{0};
  std::atomic<std::size_t> busy_count_{0};
};

}  // namespace geminate::upstream
