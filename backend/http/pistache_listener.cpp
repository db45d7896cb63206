#include "backend/http/pistache_listener.h"

#include <pistache/reactor.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <future>
#include <thread>
#include <utility>

#include "backend/http/acceptor.h"
#include "backend/http/pistache_transport.h"

namespace geminate::http {
namespace {

/// While it lives, threads that are made inherit that all signals are blocked: they are for the main thread.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

/// Each client is a descriptor, each upstream connection another: what the system allows us is taken at once.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

struct PistacheListener::Impl {
  explicit Impl(ListenerOptions given)
      : options(std::move(given)), budget(options.body_budget_bytes), list(std::make_shared<WorkerList>()) {}

  Worker& least_loaded();
  void admit(int descriptor, const sockaddr_storage& address, bool refused);
  /// Runs it on every worker's loop and waits until all have.
  void run_everywhere(const std::function<void(Worker&)>& task);
  Status start_reactor();
  Status fill_workers(const HandlerFactory& make_handler);

  ListenerOptions options;
  BodyBudget budget;
  ClientCounters counters;
  std::shared_ptr<WorkerList> list;
  std::unique_ptr<Acceptor> acceptor;
  std::shared_ptr<Pistache::Aio::Reactor> reactor;
  std::size_t next_worker = 0;
  bool running = false;
};

Worker& PistacheListener::Impl::least_loaded() {
  auto& workers = list->workers;
  // Begins with another one each time, so that equals take turns.
  auto* best = workers[next_worker++ % workers.size()].get();
  for (const auto& worker : workers) {
    if (worker->load.load(std::memory_order_relaxed) < best->load.load(std::memory_order_relaxed))
      best = worker.get();
  }
  return *best;
}

void PistacheListener::Impl::admit(int descriptor, const sockaddr_storage& address, bool refused) {
  auto& worker = least_loaded();
  worker.load.fetch_add(1, std::memory_order_relaxed);
  if (&worker == list->workers.front().get()) {
    worker.transport->admit(descriptor, address, refused);
    return;
  }
  // A task that is never run must not leave the socket open.
  auto socket = std::make_shared<reactor::OwnedDescriptor>(descriptor);
  worker.loop.post([socket = std::move(socket), &worker, address, refused] {
    worker.transport->admit(socket->release(), address, refused);
  });
}

void PistacheListener::Impl::run_everywhere(const std::function<void(Worker&)>& task) {
  std::vector<std::future<void>> done;
  for (const auto& worker : list->workers) {
    auto promise = std::make_shared<std::promise<void>>();
    done.push_back(promise->get_future());
    worker->loop.post([promise, &task, target = worker.get()] {
      task(*target);
      promise->set_value();
    });
  }
  for (auto& each : done) each.wait();
}

Status PistacheListener::Impl::start_reactor() {
  try {
    reactor = Pistache::Aio::Reactor::create();
    reactor->init(Pistache::Aio::AsyncContext(options.workers, "geminate"));
    reactor->addHandler(std::make_shared<PistacheTransport>(list));
  } catch (const std::exception& failure) {
    return Error{ErrorCode::Internal, "the workers could not be made", failure.what(), {}, {}};
  }
  return Status::success();
}

Status PistacheListener::Impl::fill_workers(const HandlerFactory& make_handler) {
  for (const auto& worker : list->workers) {
    worker->clients =
        std::make_unique<ClientSet>(worker->loop, options, budget, counters, *worker->transport);
    worker->handler = make_handler(worker->loop);
    worker->clients->set_handler(*worker->handler);
  }
  acceptor = std::make_unique<Acceptor>(list->workers.front()->loop, options, counters,
                                        [this](int descriptor, const sockaddr_storage& address,
                                               bool refused) { admit(descriptor, address, refused); });
  return acceptor->open();
}

PistacheListener::PistacheListener(ListenerOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {
  impl_->options.workers = std::max(impl_->options.workers, 1U);
  for (unsigned number = 0; number < impl_->options.workers; ++number) {
    impl_->list->workers.push_back(std::make_unique<Worker>(number));
  }
}

PistacheListener::~PistacheListener() { stop(); }

Status PistacheListener::start(const HandlerFactory& make_handler) {
  ::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  const BlockedSignals blocked;
  GEMINATE_CHECK_OK(impl_->start_reactor());
  GEMINATE_CHECK_OK(impl_->fill_workers(make_handler));
  impl_->running = true;
  impl_->reactor->run();
  return Status::success();
}

std::uint16_t PistacheListener::port() const { return impl_->acceptor ? impl_->acceptor->port() : 0; }

void PistacheListener::stop_accepting() {
  if (!impl_->running) return;
  impl_->run_everywhere([this](Worker& worker) {
    if (worker.loop.worker() == 0) impl_->acceptor->close();
  });
}

void PistacheListener::begin_drain() {
  if (!impl_->running) return;
  stop_accepting();
  impl_->run_everywhere([](Worker& worker) { worker.clients->begin_drain(); });
}

bool PistacheListener::drain(std::chrono::milliseconds deadline) {
  if (!impl_->running) return true;
  begin_drain();
  const auto until = std::chrono::steady_clock::now() + deadline;
  while (impl_->counters.connections.load(std::memory_order_relaxed) != 0) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return true;
}

void PistacheListener::stop() {
  if (impl_->running) {
    stop_accepting();
    impl_->run_everywhere([](Worker& worker) {
      worker.clients->close_all();
      // After this turn, when nothing of a request is on the stack any more.
      worker.loop.post([&worker] { worker.handler.reset(); });
    });
    impl_->run_everywhere([](Worker&) {});
    impl_->reactor->shutdown();
  }
  impl_->running = false;
  // Joins the threads and destroys the transports; then the loops know of no reactor.
  impl_->reactor.reset();
  for (const auto& worker : impl_->list->workers) worker->loop.detach();
}

void PistacheListener::on_every_loop(const std::function<void(unsigned worker)>& task) {
  impl_->run_everywhere([&task](Worker& worker) { task(worker.loop.worker()); });
}

void PistacheListener::set_limits(const FramingLimits& limits, std::uint64_t body_budget_bytes) {
  impl_->budget.set_limit(body_budget_bytes);
  impl_->run_everywhere([&limits](Worker& worker) { worker.clients->set_limits(limits); });
}

void PistacheListener::set_tls(const std::shared_ptr<const ServerTls>& tls) {
  if (!impl_->running) {
    impl_->options.tls = tls;
    return;
  }
  impl_->run_everywhere([&tls](Worker& worker) { worker.clients->set_tls(tls); });
}

ListenerStats PistacheListener::stats() const {
  const auto& counters = impl_->counters;
  return {counters.accepted.load(std::memory_order_relaxed), counters.refused.load(std::memory_order_relaxed),
          counters.framing_faults.load(std::memory_order_relaxed),
          counters.connections.load(std::memory_order_relaxed), impl_->budget.used()};
}

unsigned PistacheListener::workers() const { return static_cast<unsigned>(impl_->list->workers.size()); }

reactor::EventLoop& PistacheListener::loop(unsigned worker) { return impl_->list->workers.at(worker)->loop; }

}  // namespace geminate::http
