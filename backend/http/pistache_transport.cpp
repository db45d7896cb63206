#include "backend/http/pistache_transport.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include <array>
#include <exception>
#include <utility>

namespace geminate::http {
namespace {

std::string text_of(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* source = nullptr;
  if (address.ss_family == AF_INET) {
    source = &reinterpret_cast<const sockaddr_in&>(address).sin_addr;
  } else if (address.ss_family == AF_INET6) {
    source = &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
  }
  if (source == nullptr || ::inet_ntop(address.ss_family, source, text.data(), text.size()) == nullptr)
    return "unknown";
  return text.data();
}

/// Pistache tells a transport of its peers through a handler. It never sees input: that is read by our
/// connections.
class PeerHandler final : public Pistache::Tcp::Handler {
  PROTOTYPE_OF(Pistache::Tcp::Handler, PeerHandler)

  void onConnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) override {
    static_cast<PistacheTransport*>(transport())->connected(peer);
  }
  void onDisconnection(const std::shared_ptr<Pistache::Tcp::Peer>&) override {}
  void onInput(const char*, std::size_t, const std::shared_ptr<Pistache::Tcp::Peer>&) override {}
};

}  // namespace

PistacheTransport::PistacheTransport(std::shared_ptr<WorkerList> workers)
    : Pistache::Tcp::Transport(std::make_shared<PeerHandler>()), workers_(std::move(workers)) {}

PistacheTransport::PistacheTransport(std::shared_ptr<WorkerList> workers, Worker& worker)
    : Pistache::Tcp::Transport(std::make_shared<PeerHandler>()),
      workers_(std::move(workers)),
      worker_(&worker) {
  worker.transport = this;
  worker.loop.attach(*this);
}

std::shared_ptr<Pistache::Aio::Handler> PistacheTransport::clone() const {
  auto& next = *workers_->workers.at(workers_->cloned++);
  return std::make_shared<PistacheTransport>(workers_, next);
}

void PistacheTransport::registerPoller(Pistache::Polling::Epoll& poller) {
  Pistache::Tcp::Transport::registerPoller(poller);
  if (worker_ != nullptr) worker_->loop.register_own(poller);
}

void PistacheTransport::onReady(const Pistache::Aio::FdSet& events) { worker_->loop.play(events); }

void PistacheTransport::pass_to_base(Pistache::Polling::Tag tag, bool readable, bool writable) {
  Pistache::Polling::Event event(tag);
  if (readable) event.flags.setFlag(Pistache::Polling::NotifyOn::Read);
  if (writable) event.flags.setFlag(Pistache::Polling::NotifyOn::Write);
  Pistache::Tcp::Transport::onReady(Pistache::Aio::FdSet({event}));
}

void PistacheTransport::admit(int descriptor, const sockaddr_storage& address, bool refused) {
  admitted_address_ = text_of(address);
  admitted_refused_ = refused;
  auto copy = address;
  try {
    // On the worker's own thread Pistache takes the peer at once, by connected() below and into its epoll.
    handleNewPeer(Pistache::Tcp::Peer::Create(
        descriptor, Pistache::Address::fromUnix(reinterpret_cast<sockaddr*>(&copy))));
  } catch (const std::exception&) {
    const auto known = peers_by_descriptor_.find(descriptor);
    if (known == peers_by_descriptor_.end()) {
      ::close(descriptor);
      worker_->load.fetch_sub(1, std::memory_order_relaxed);
    } else {
      // The kernel would not watch it; the connection is there already and ends in the usual way.
      worker_->clients->close_one(descriptor);
    }
  }
}

void PistacheTransport::connected(const std::shared_ptr<Pistache::Tcp::Peer>& peer) {
  const int descriptor = peer->fd();
  peers_by_descriptor_[descriptor] = peer;
  auto& client = worker_->clients->add(descriptor, std::move(admitted_address_), admitted_refused_);
  worker_->loop.adopt(descriptor, client);
}

void PistacheTransport::close_socket(int descriptor) {
  worker_->loop.forget(descriptor);
  worker_->load.fetch_sub(1, std::memory_order_relaxed);
  const auto found = peers_by_descriptor_.find(descriptor);
  if (found == peers_by_descriptor_.end()) return;
  const auto peer = std::move(found->second);
  peers_by_descriptor_.erase(found);
  try {
    removePeer(peer);
  } catch (const std::exception&) {
    // It could not be taken out of the epoll, so Pistache has not come to closing it.
    ::close(descriptor);
  }
}

}  // namespace geminate::http
