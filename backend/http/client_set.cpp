#include "backend/http/client_set.h"

#include <algorithm>
#include <array>
#include <random>
#include <utility>

#include "backend/http/response_head.h"

namespace geminate::http {
namespace {

constexpr std::size_t kReceiveBuffer = 64 * 1024;

}  // namespace

ClientSet::ClientSet(reactor::EventLoop& loop, const ListenerOptions& options, BodyBudget& budget,
                     ClientCounters& counters, SocketCloser& closer)
    : loop_(&loop),
      options_(&options),
      limits_(options.framing),
      budget_(&budget),
      counters_(&counters),
      closer_(&closer),
      receive_buffer_(kReceiveBuffer),
      tls_(options.tls),
      self_(std::make_shared<ClientSet*>(this)) {
  std::random_device random;
  request_id_state_ = (static_cast<std::uint64_t>(random()) << 32) | random();
}

ClientSet::~ClientSet() { *self_ = nullptr; }

ClientConnection& ClientSet::add(int descriptor, std::string peer, bool refused) {
  auto client = std::make_unique<ClientConnection>(*this, descriptor, std::move(peer));
  client->index_in_set = clients_.size();
  clients_.push_back(std::move(client));
  counters_->connections.fetch_add(1, std::memory_order_relaxed);
  auto& added = *clients_.back();
  if (refused) added.refuse();
  return added;
}

void ClientSet::begin_drain() {
  draining_ = true;
  // A connection that closes leaves its place to the last one, which was visited before.
  for (auto i = clients_.size(); i-- > 0;) clients_[i]->begin_drain();
}

void ClientSet::close_all() {
  draining_ = true;
  while (!clients_.empty()) clients_.back()->close_at_once();
}

void ClientSet::close_one(int descriptor) {
  for (const auto& client : clients_) {
    if (client->descriptor() == descriptor) {
      client->close_at_once();
      return;
    }
  }
}

std::unique_ptr<TlsStream> ClientSet::open_tls(int descriptor) {
  return tls_ ? std::make_unique<TlsStream>(tls_, descriptor, tls_scratch_) : nullptr;
}

std::string_view ClientSet::date() {
  const auto second = std::chrono::floor<std::chrono::seconds>(loop_->now().wall);
  if (date_.empty() || second != date_second_) {
    date_second_ = second;
    date_ = http_date(second);
  }
  return date_;
}

std::string ClientSet::make_request_id() {
  // Unique is enough here, nobody need fail to guess it.
  auto rest = ++request_id_state_;
  std::string id(16, '0');
  for (auto& digit : id) {
    digit = "0123456789abcdef"[rest & 15];
    rest >>= 4;
  }
  return id;
}

void ClientSet::schedule(ClientConnection& client) {
  if (client.is_due) return;
  client.is_due = true;
  due_.push_back(&client);
  defer_finish();
}

void ClientSet::schedule_next_turn(ClientConnection& client) {
  due_next_turn_.push_back(&client);
  if (due_next_turn_.size() > 1) return;
  loop_->post([self = self_] {
    if (*self == nullptr) return;
    const auto clients = std::exchange((*self)->due_next_turn_, {});
    for (auto* waiting : clients) {
      if (waiting != nullptr) (*self)->schedule(*waiting);
    }
  });
}

void ClientSet::release(ClientConnection& client) {
  closer_->close_socket(client.descriptor());
  counters_->connections.fetch_sub(1, std::memory_order_relaxed);
  // The request in flight may still be on the stack: the object stays until the turn ends.
  const auto index = client.index_in_set;
  released_.push_back(std::move(clients_[index]));
  if (index + 1 != clients_.size()) {
    clients_[index] = std::move(clients_.back());
    clients_[index]->index_in_set = index;
  }
  clients_.pop_back();
  std::replace(due_next_turn_.begin(), due_next_turn_.end(), &client,
               static_cast<ClientConnection*>(nullptr));
  defer_finish();
}

void ClientSet::defer_finish() {
  if (finish_deferred_) return;
  finish_deferred_ = true;
  loop_->defer([this] { finish_turn(); });
}

void ClientSet::finish_turn() {
  // The list may grow while it is worked on.
  for (std::size_t i = 0; i < due_.size(); ++i) {
    due_[i]->is_due = false;
    due_[i]->at_turn_end();
  }
  due_.clear();
  finish_deferred_ = false;
  released_.clear();
}

}  // namespace geminate::http
