#include "backend/app/worker.h"

#include "backend/app/config_options.h"

namespace geminate::app {
namespace {

/// Enough that a burst of clients finds its connections again, and little memory where nobody comes.
upstream::PoolOptions pool_options(upstream::AddressGate& gate) {
  upstream::PoolOptions options;
  options.max_idle_per_target = 256;
  options.gate = &gate;
  return options;
}

}  // namespace

Worker::Worker(reactor::EventLoop& loop, const WorkerParts& parts)
    : upstream_(parts.upstream),
      connections_(loop, parts.resolver, parts.tls, pool_options(parts.gate)),
      exchanges_(loop, connections_, parts.pool, parts.metrics.worker(loop.worker()), parts.log,
                 parts.breakers, upstream_),
      key_checks_(loop, connections_, parts.pool, parts.metrics.worker(loop.worker()), upstream_),
      management_(loop),
      pipeline_(parts.services, exchanges_, parts.metrics.worker(loop.worker()), management_, console_) {
  exchanges_.live = &parts.services.live;
  exchanges_.usage = &parts.usage.worker(loop.worker());
  exchanges_.prices = &parts.prices;
  exchanges_.owners = &parts.owners;
  exchanges_.uploads = &parts.uploads;
  parts.register_management([this](api::Verb verb, std::string_view path, http::ManagementHandler handler) {
    management_.add(verb, path, std::move(handler));
  });
}

void Worker::take_over(const config::Config& config) {
  put_into(upstream_, config);
  pipeline_.set_cors_origins(config.cors_origins);
}

void Worker::handle(http::HttpRequest request, http::ResponseSink& sink) {
  pipeline_.handle(std::move(request), sink);
}

std::string Worker::framing_error_body(std::string_view target, const http::FramingFault& fault) {
  return pipeline_.framing_error_body(target, fault);
}

}  // namespace geminate::app
