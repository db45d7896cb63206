#pragma once

#include <pistache/peer.h>
#include <pistache/tcp.h>
#include <pistache/transport.h>
#include <sys/socket.h>

#include <memory>
#include <unordered_map>
#include <vector>

#include "backend/http/client_set.h"
#include "backend/http/pistache_loop.h"

namespace geminate::http {

class PistacheTransport;

/// One worker: its loop, its clients, and the handler of their requests. Made before the reactor and
/// outliving it, as others may still hold the loop.
struct Worker {
  explicit Worker(unsigned number) : loop(number) {}

  PistacheLoop loop;
  PistacheTransport* transport = nullptr;
  std::unique_ptr<RequestHandler> handler;
  std::unique_ptr<ClientSet> clients;
  /// Clients open here and on their way here; the acceptor's choice goes by it.
  std::atomic<std::uint32_t> load{0};
};

/// What the transports of one listener are made for; Pistache clones the first one for each of its threads.
struct WorkerList {
  std::vector<std::unique_ptr<Worker>> workers;
  std::size_t cloned = 0;
};

/// Pistache's seat of a worker. It takes every event of the worker's epoll to our loop, and leaves to
/// Pistache's own code only Pistache's own descriptors: no byte of a client passes through its parser or its
/// write queue.
class PistacheTransport final : public Pistache::Tcp::Transport, public SocketCloser {
 public:
  /// The prototype that Pistache clones.
  explicit PistacheTransport(std::shared_ptr<WorkerList> workers);
  PistacheTransport(std::shared_ptr<WorkerList> workers, Worker& worker);

  std::shared_ptr<Pistache::Aio::Handler> clone() const override;
  void registerPoller(Pistache::Polling::Epoll& poller) override;
  void onReady(const Pistache::Aio::FdSet& events) override;

  /// Takes an accepted, non-blocking socket. Loop's thread only.
  void admit(int descriptor, const sockaddr_storage& address, bool refused);

  /// Called by Pistache when it has made the peer one of its own.
  void connected(const std::shared_ptr<Pistache::Tcp::Peer>& peer);

  void close_socket(int descriptor) override;

  /// An event for a descriptor that our loop does not know.
  void pass_to_base(Pistache::Polling::Tag tag, bool readable, bool writable);

 private:
  std::shared_ptr<WorkerList> workers_;
  Worker* worker_ = nullptr;
  /// Of the client being admitted.
  std::string admitted_address_;
  bool admitted_refused_ = false;
  std::unordered_map<int, std::shared_ptr<Pistache::Tcp::Peer>> peers_by_descriptor_;
};

}  // namespace geminate::http
