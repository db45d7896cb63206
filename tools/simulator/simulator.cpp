#include "tools/simulator/simulator.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cassert>
#include <optional>
#include <thread>

#include "tools/simulator/session.h"

namespace geminate::simulator {

using Failure = boost::system::error_code;

class Simulator::Server {
 public:
  explicit Server(Options options)
      : options_(std::move(options)),
        site_({options_.usual, options_.valid_keys, options_.allowed_headers}),
        acceptor_(context_) {}

  ~Server() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  Status start() {
    if (!options_.replay_file.empty()) {
      GEMINATE_TRY(auto recordings, read_recordings(options_.replay_file));
      site_.set_replay(Replay(std::move(recordings)));
    }
    GEMINATE_CHECK_OK(load_certificate());
    GEMINATE_CHECK_OK(listen());
    asio::co_spawn(context_, accept_on(), asio::detached);
    thread_ = std::thread([this] { context_.run(); });
    return Status::success();
  }

  const Options& options() const { return options_; }
  Site& site() { return site_; }
  std::uint16_t port() const { return port_; }
  bool tls() const { return tls_.has_value(); }

 private:
  static Error fault(const std::string& what, const Failure& failure) {
    return {ErrorCode::Internal, what + ": " + failure.message(), {}, {}, {}};
  }

  Status load_certificate() {
    if (options_.tls_certificate_file.empty()) return Status::success();
    tls_.emplace(asio::ssl::context::tls_server);
    Failure failure;
    tls_->use_certificate_chain_file(options_.tls_certificate_file, failure);
    if (failure) return fault("cannot use the certificate " + options_.tls_certificate_file, failure);
    tls_->use_private_key_file(options_.tls_key_file, asio::ssl::context::pem, failure);
    if (failure) return fault("cannot use the private key " + options_.tls_key_file, failure);
    return Status::success();
  }

  Status listen() {
    Failure failure;
    const auto address = asio::ip::make_address(options_.host, failure);
    if (failure) return fault("no address: " + options_.host, failure);
    const tcp::endpoint endpoint(address, options_.port);
    acceptor_.open(endpoint.protocol(), failure);
    if (!failure) acceptor_.set_option(tcp::acceptor::reuse_address(true), failure);
    if (!failure) acceptor_.bind(endpoint, failure);
    if (!failure) acceptor_.listen(asio::socket_base::max_listen_connections, failure);
    if (failure)
      return fault("cannot listen on " + options_.host + ":" + std::to_string(options_.port), failure);
    port_ = acceptor_.local_endpoint().port();
    return Status::success();
  }

  asio::awaitable<void> accept_on() {
    while (true) {
      Failure failure;
      tcp::socket socket =
          co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, failure));
      if (failure == asio::error::operation_aborted) co_return;
      if (failure) {
        // Out of descriptors, most likely: give the open connections time to end.
        asio::steady_timer breath(context_, std::chrono::milliseconds(20));
        co_await breath.async_wait(asio::redirect_error(asio::use_awaitable, failure));
        continue;
      }
      auto wire = std::make_shared<Wire>(std::move(socket), tls_ ? &*tls_ : nullptr);
      asio::co_spawn(context_, wire->read_on(), asio::detached);
      asio::co_spawn(context_, serve(wire, site_), asio::detached);
    }
  }

  // The context is destroyed first: it holds the coroutines, which refer to all the others.
  Options options_;
  Site site_;
  std::optional<asio::ssl::context> tls_;
  std::uint16_t port_ = 0;
  asio::io_context context_{1};
  tcp::acceptor acceptor_;
  std::thread thread_;
};

Simulator::Simulator(std::unique_ptr<Server> server) : server_(std::move(server)) {}
Simulator::~Simulator() = default;

Result<std::unique_ptr<Simulator>> Simulator::start(Options options) {
  auto server = std::make_unique<Server>(std::move(options));
  GEMINATE_CHECK_OK(server->start());
  return std::unique_ptr<Simulator>(new Simulator(std::move(server)));
}

std::uint16_t Simulator::port() const { return server_->port(); }

std::string Simulator::base_url() const {
  return (server_->tls() ? "https://" : "http://") + server_->options().host + ":" + std::to_string(port());
}

void Simulator::script(Rule rule) { server_->site().script().add(std::move(rule)); }

void Simulator::script_key(std::string key, std::string_view behaviour, std::uint32_t times) {
  Result<Behaviour> parsed = parse_behaviour(behaviour, server_->options().usual);
  assert(parsed.ok());
  Rule rule;
  rule.key = std::move(key);
  if (times > 0) rule.times = times;
  rule.behaviour = std::move(parsed).value();
  script(std::move(rule));
}

void Simulator::script_next(std::uint32_t times, std::string_view behaviour) {
  script_key({}, behaviour, times);
}

void Simulator::clear_script() { server_->site().script().clear(); }

Stats Simulator::stats() const { return server_->site().ledger().stats(); }
std::vector<SeenRequest> Simulator::requests() const { return server_->site().ledger().requests(); }
void Simulator::reset_stats() { server_->site().ledger().reset(); }

bool Simulator::wait_until(const std::function<bool(const Stats&)>& wanted,
                           std::chrono::milliseconds limit) const {
  return server_->site().ledger().wait_until(wanted, limit);
}

}  // namespace geminate::simulator
