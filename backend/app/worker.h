#pragma once

#include <memory>

#include "backend/app/pipeline.h"
#include "backend/config/config.h"
#include "backend/http/management_bridge.h"
#include "backend/http/static_files.h"
#include "backend/proxy/key_check.h"
#include "backend/upstream/connection_pool.h"
#include "backend/usage/prices.h"
#include "backend/usage/recorder.h"

namespace geminate::app {

/// What all workers are made from; outlives them.
struct WorkerParts {
  const PipelineServices& services;
  const proxy::UpstreamSettings& upstream;
  upstream::Resolver& resolver;
  /// Null where upstream is plain.
  upstream::TlsContext* tls;
  keys::KeyPool& pool;
  const proxy::EgressBreakers& breakers;
  upstream::AddressGate& gate;
  observe::Metrics& metrics;
  observe::Log& log;
  usage::Recorder& usage;
  const keys::Published<usage::PriceTable>& prices;
  keys::ResourceOwners& owners;
  const proxy::UploadTickets& uploads;
  std::function<void(const http::AddManagementRoute&)> register_management;
};

/// One worker's rooms in the order they depend on each other: upstream connections, the exchanges that use
/// them, the management routes, the pipeline in front of all. Made before its loop runs, destroyed on its
/// thread.
class Worker final : public http::RequestHandler {
 public:
  Worker(reactor::EventLoop& loop, const WorkerParts& parts);

  void handle(http::HttpRequest request, http::ResponseSink& sink) override;
  std::string framing_error_body(std::string_view target, const http::FramingFault& fault) override;

  // For metrics, from any thread while the worker lives.
  [[nodiscard]] const upstream::ConnectionPool& connections() const { return connections_; }
  /// Checks a key on this worker, soon. Any thread while the worker's loop is there.
  void check_key(std::int64_t key_id, std::string request_id, proxy::KeyChecks::Done done) const {
    key_checks_.post_check(key_id, std::move(request_id), std::move(done));
  }
  [[nodiscard]] std::size_t requests_in_flight() const {
    return exchanges_.in_flight_count.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::size_t requests_waiting() const { return exchanges_.waiting.waiting(); }

  /// What settings say from now on. Its loop's thread.
  void take_over(const config::Config& config);

 private:
  /// Its own, so that requests read it without a lock.
  proxy::UpstreamSettings upstream_;
  upstream::ConnectionPool connections_;
  proxy::ExchangeContext exchanges_;
  proxy::KeyChecks key_checks_;
  http::ManagementBridge management_;
  http::StaticFiles console_;
  Pipeline pipeline_;
};

}  // namespace geminate::app
