#include "backend/upstream/connection_pool.h"

#include <algorithm>

namespace geminate::upstream {

ConnectionPool::ConnectionPool(reactor::EventLoop& loop, Resolver& resolver, TlsContext* tls,
                               PoolOptions options)
    : loop_(loop),
      resolver_(resolver),
      tls_(tls),
      options_(options),
      gate_(options.gate == nullptr ? own_gate_ : *options.gate),
      self_(std::make_shared<ConnectionPool*>(this)),
      read_buffer_(new char[kReadBytes]),
      age_timer_(
          loop.timers(), [](void* self) { static_cast<ConnectionPool*>(self)->drop_aged(); }, this) {}

ConnectionPool::~ConnectionPool() {
  resolver_.forget(this);
  for (auto& call : calls_) {
    if (call->active()) call->cancel();
  }
}

CallId ConnectionPool::start(const Target& target, const CallRequest& request, CallObserver& observer) {
  if (free_calls_.empty()) {
    free_calls_.push_back(static_cast<std::uint32_t>(calls_.size()));
    calls_.push_back(std::make_unique<Call>(*this, free_calls_.back()));
  }
  Call& call = *calls_[free_calls_.back()];
  free_calls_.pop_back();
  // Before the start: a call that fails at once has ended when that returns.
  const CallId id = call.id();
  call.start(target_pool(target), request, observer);
  return id;
}

Call* ConnectionPool::find(CallId id) {
  if (id.index >= calls_.size() || !calls_[id.index]->is(id)) return nullptr;
  return calls_[id.index].get();
}

void ConnectionPool::cancel(CallId id) {
  if (Call* call = find(id)) call->cancel();
}

void ConnectionPool::pause(CallId id) {
  if (Call* call = find(id)) call->pause();
}

void ConnectionPool::resume(CallId id) {
  if (Call* call = find(id)) call->resume();
}

TargetPool& ConnectionPool::target_pool(const Target& target) {
  // A server has one or two targets: looking at each is quicker than any map.
  for (auto& known : targets_) {
    if (known->target == target) return *known;
  }
  targets_.push_back(std::make_unique<TargetPool>());
  targets_.back()->target = target;
  return *targets_.back();
}

void ConnectionPool::on_connection_ready(Connection& connection, reactor::Readiness readiness) {
  if (connection.call != nullptr) {
    connection.call->on_ready(readiness);
  } else if (readiness.readable && !connection.still_quiet()) {
    // Upstream hung up, or said something that nobody asked for.
    drop_idle(connection);
  }
}

Connection* ConnectionPool::take_idle(TargetPool& home) {
  if (home.idle.empty()) return nullptr;
  if (loop_.now().steady - home.idle.back()->idle_since > options_.max_idle_age) {
    drop_aged();
    return nullptr;
  }
  Connection* connection = home.idle.back();
  home.idle.pop_back();
  idle_count_.fetch_sub(1, std::memory_order_relaxed);
  busy_count_.fetch_add(1, std::memory_order_relaxed);
  connection->reused = true;
  return connection;
}

Connection& ConnectionPool::make_connection(TargetPool& home) {
  if (free_connections_.empty()) {
    connections_.push_back(std::make_unique<Connection>(loop_, *this, scratch_, gate_));
    free_connections_.push_back(connections_.back().get());
  }
  Connection& connection = *free_connections_.back();
  free_connections_.pop_back();
  connection.home = &home;
  busy_count_.fetch_add(1, std::memory_order_relaxed);
  return connection;
}

void ConnectionPool::park(Connection& connection) {
  connection.call = nullptr;
  if (options_.max_idle_per_target == 0 || (connection.may_hold_more() && !connection.still_quiet())) {
    drop(connection);
    return;
  }
  auto& idle = connection.home->idle;
  connection.idle_since = loop_.now().steady;
  idle.push_back(&connection);
  busy_count_.fetch_sub(1, std::memory_order_relaxed);
  idle_count_.fetch_add(1, std::memory_order_relaxed);
  // The freshest stay: the longer one has been idle, the likelier upstream is about to hang up.
  if (idle.size() > options_.max_idle_per_target) drop_idle(*idle.front());
  set_age_timer();
}

void ConnectionPool::drop(Connection& connection) {
  connection.close();
  busy_count_.fetch_sub(1, std::memory_order_relaxed);
  free_connections_.push_back(&connection);
}

void ConnectionPool::drop_idle(Connection& connection) {
  auto& idle = connection.home->idle;
  idle.erase(std::find(idle.begin(), idle.end(), &connection));
  connection.close();
  idle_count_.fetch_sub(1, std::memory_order_relaxed);
  free_connections_.push_back(&connection);
}

void ConnectionPool::set_age_timer() {
  // One timer for all, set while it is needed; a connection may so stay a quarter longer than its age.
  if (!age_timer_.is_set()) age_timer_.set(options_.max_idle_age / 4);
}

void ConnectionPool::drop_aged() {
  const auto oldest = loop_.now().steady - options_.max_idle_age;
  bool any_left = false;
  for (auto& home : targets_) {
    while (!home->idle.empty() && home->idle.front()->idle_since < oldest) drop_idle(*home->idle.front());
    any_left = any_left || !home->idle.empty();
  }
  if (any_left) set_age_timer();
}

void ConnectionPool::resolve(CallId id, const std::string& host) {
  resolver_.request(host, this, loop_, [self = std::weak_ptr(self_), id](const Result<Addresses>& outcome) {
    const auto pool = self.lock();
    if (pool == nullptr) return;
    if (Call* waiting = (*pool)->find(id)) waiting->on_addresses(outcome);
  });
}

void ConnectionPool::read_later(Call& call) {
  loop_.post([self = std::weak_ptr(self_), id = call.id()] {
    const auto pool = self.lock();
    if (pool == nullptr) return;
    if (Call* waiting = (*pool)->find(id)) waiting->read_on();
  });
}

}  // namespace geminate::upstream
