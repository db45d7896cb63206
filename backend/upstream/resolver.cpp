#include "backend/upstream/resolver.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace geminate::upstream {
namespace {

SocketAddress from_sockaddr(const sockaddr* address, socklen_t length) {
  SocketAddress result;
  result.length = std::min<socklen_t>(length, sizeof result.storage);
  std::memcpy(&result.storage, address, result.length);
  return result;
}

/// Addresses that were looked up so lately are not looked up again because they do not answer.
constexpr std::chrono::seconds kDoubtAfter{1};

}  // namespace

void SocketAddress::set_port(std::uint16_t port) {
  // The port stands at the same place in both families' structs, but only by their types is that ours to use.
  if (family() == AF_INET6) {
    reinterpret_cast<sockaddr_in6*>(&storage)->sin6_port = htons(port);
  } else {
    reinterpret_cast<sockaddr_in*>(&storage)->sin_port = htons(port);
  }
}

std::string SocketAddress::bare_text() const {
  char name[INET6_ADDRSTRLEN] = "?";
  if (family() == AF_INET6) {
    ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_addr, name, sizeof name);
  } else {
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(&storage)->sin_addr, name, sizeof name);
  }
  return name;
}

std::string SocketAddress::text() const {
  if (family() == AF_INET6) {
    const auto port = reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_port;
    return '[' + bare_text() + "]:" + std::to_string(ntohs(port));
  }
  return bare_text() + ':' + std::to_string(ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port));
}

bool SocketAddress::operator==(const SocketAddress& other) const {
  return length == other.length && std::memcmp(&storage, &other.storage, length) == 0;
}

Addresses literal_address(const std::string& host) {
  std::string bare = host;
  if (bare.size() > 2 && bare.front() == '[' && bare.back() == ']') bare = bare.substr(1, bare.size() - 2);
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  if (::inet_pton(AF_INET, bare.c_str(), &v4.sin_addr) == 1) {
    return {from_sockaddr(reinterpret_cast<const sockaddr*>(&v4), sizeof v4)};
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  if (::inet_pton(AF_INET6, bare.c_str(), &v6.sin6_addr) == 1) {
    return {from_sockaddr(reinterpret_cast<const sockaddr*>(&v6), sizeof v6)};
  }
  return {};
}

Result<Addresses> system_lookup(const std::string& host) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_ADDRCONFIG;
  addrinfo* list = nullptr;
  const int code = ::getaddrinfo(host.c_str(), nullptr, &wanted, &list);
  if (code != 0) {
    return Error{ErrorCode::UpstreamFailed,
                 "the upstream's name cannot be resolved",
                 host + ": " + ::gai_strerror(code),
                 {},
                 {}};
  }
  Addresses found;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_family != AF_INET && entry->ai_family != AF_INET6) continue;
    const auto address = from_sockaddr(entry->ai_addr, entry->ai_addrlen);
    if (std::find(found.begin(), found.end(), address) == found.end()) found.push_back(address);
  }
  ::freeaddrinfo(list);
  if (found.empty()) {
    return Error{
        ErrorCode::UpstreamFailed, "the upstream's name cannot be resolved", host + ": no address", {}, {}};
  }
  return found;
}

struct Resolver::State {
  struct Waiter {
    const void* owner;
    reactor::EventLoop* loop;
    Callback callback;
  };
  struct Entry {
    Addresses addresses;
    MonotonicTime looked_up_at{};
    std::vector<Waiter> waiters;
    bool queued = false;
  };

  State(Lookup how, std::chrono::milliseconds age) : lookup(std::move(how)), refresh_after(age) {}

  void queue(const std::string& host, Entry& entry) {
    if (entry.queued) return;
    entry.queued = true;
    work.push_back(host);
    changed.notify_one();
  }

  void run() {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [this] { return stopped || !work.empty(); });
      if (stopped) return;
      const std::string host = work.front();
      work.erase(work.begin());
      looking_up = true;
      lock.unlock();
      auto outcome = lookup(host);
      lock.lock();
      looking_up = false;
      if (stopped) return;
      finish(host, outcome);
    }
  }

  /// Posting under the lock is what makes `forget` final.
  void finish(const std::string& host, const Result<Addresses>& outcome) {
    Entry& entry = entries[host];
    entry.queued = false;
    entry.looked_up_at = std::chrono::steady_clock::now();
    if (outcome.ok()) entry.addresses = *outcome;
    const Result<Addresses> answer = entry.addresses.empty() ? outcome : Result<Addresses>(entry.addresses);
    for (auto& waiter : std::exchange(entry.waiters, {})) {
      waiter.loop->post([callback = std::move(waiter.callback), answer] { callback(answer); });
    }
  }

  const Lookup lookup;
  const std::chrono::milliseconds refresh_after;
  /// Guards all below.
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::string, Entry> entries;
  std::vector<std::string> work;
  bool stopped = false;
  bool looking_up = false;
};

Resolver::Resolver(Lookup lookup, std::chrono::milliseconds refresh_after)
    : state_(std::make_shared<State>(std::move(lookup), refresh_after)),
      thread_([state = state_] { state->run(); }) {}

Resolver::~Resolver() {
  bool hangs = false;
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopped = true;
    state_->entries.clear();
    state_->changed.notify_all();
    hangs = state_->looking_up;
  }
  // getaddrinfo may take half a minute, and nobody who stops the server wants to wait for it. The thread owns
  // its share of the state and touches nothing else once `stopped` is set.
  if (hangs) {
    thread_.detach();
  } else {
    thread_.join();
  }
}

Addresses Resolver::find(const std::string& host) {
  if (auto literal = literal_address(host); !literal.empty()) return literal;
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->entries.find(host);
  if (found == state_->entries.end() || found->second.addresses.empty()) return {};
  if (std::chrono::steady_clock::now() - found->second.looked_up_at >= state_->refresh_after) {
    state_->queue(host, found->second);
  }
  return found->second.addresses;
}

void Resolver::doubt(const std::string& host) {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->entries.find(host);
  if (found == state_->entries.end()) return;
  const auto now = std::chrono::steady_clock::now();
  // An outage must not become a storm of look-ups.
  if (now - found->second.looked_up_at < kDoubtAfter) return;
  state_->queue(host, found->second);
}

void Resolver::request(const std::string& host, const void* owner, reactor::EventLoop& loop,
                       Callback callback) {
  const std::lock_guard lock(state_->mutex);
  auto& entry = state_->entries[host];
  entry.waiters.push_back({owner, &loop, std::move(callback)});
  state_->queue(host, entry);
}

void Resolver::forget(const void* owner) {
  const std::lock_guard lock(state_->mutex);
  for (auto& [host, entry] : state_->entries) {
    std::erase_if(entry.waiters, [owner](const State::Waiter& waiter) { return waiter.owner == owner; });
  }
}

}  // namespace geminate::upstream
