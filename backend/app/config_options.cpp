#include "backend/app/config_options.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include "backend/config/upstream_proxy.h"
#include "backend/crypto/encoding.h"

namespace geminate::app {

using std::chrono::milliseconds;
using std::chrono::seconds;

unsigned worker_count(const config::Config& config) {
  if (config.workers != 0) return config.workers;
  return std::max(1U, std::thread::hardware_concurrency());
}

observe::LogOptions log_options(const config::Config& config) {
  observe::LogOptions options;
  options.level = static_cast<observe::Level>(config.log_level);
  options.format =
      config.log_format == config::LogFormat::Json ? observe::Format::Json : observe::Format::Text;
  return options;
}
static_assert(static_cast<int>(observe::Level::Error) == static_cast<int>(config::LogLevel::Error));

namespace {

http::TrustedProxies trusted_proxies(const config::Config& config) {
  std::vector<auth::AddressBlock> blocks;
  for (const auto& text : config.trusted_proxies) {
    // What is no block was refused when the settings were read.
    if (const auto block = auth::AddressBlock::parse(text)) blocks.push_back(*block);
  }
  return http::TrustedProxies(std::move(blocks));
}

}  // namespace

http::ListenerOptions listener_options(const config::Config& config) {
  http::ListenerOptions options;
  options.host = config.host;
  options.port = config.port;
  options.max_connections = config.max_connections;
  options.trusted_proxies = trusted_proxies(config);
  options.workers = worker_count(config);
  options.framing.max_header_bytes = config.max_header_bytes;
  options.framing.max_headers = config.max_headers;
  options.framing.max_body_bytes = config.max_body_bytes;
  options.body_budget_bytes = config.body_budget_bytes;
  return options;
}

KeyHealthOptions health_options(const config::Config& config) {
  KeyHealthOptions options;
  options.check_on_add = config.check_on_add == config::Toggle::On;
  options.checks_at_once = config.check_concurrency;
  options.recheck_after = seconds{config.recheck_after_seconds};
  return options;
}

usage::RecorderOptions recorder_options(const config::Config& config) {
  usage::RecorderOptions options;
  options.workers = worker_count(config);
  options.retention.requests = std::chrono::days{config.usage_retention_days};
  options.retention.most_bytes = config.usage_max_bytes;
  return options;
}

std::vector<auth::AddressBlock> allowed_addresses(const config::Config& config) {
  std::vector<auth::AddressBlock> blocks;
  for (const std::string& text : config.upstream_allowed_addresses) {
    if (const auto block = auth::AddressBlock::parse(text)) blocks.push_back(*block);
  }
  return blocks;
}

std::vector<Secret> proxy_secrets(const config::Config& config) {
  std::vector<Secret> secrets = config.upstream_proxy;
  for (const Secret& piece : config.upstream_proxy) {
    const auto rule = config::read_proxy_rule(piece.reveal());
    if (!rule.ok() || !rule->proxy || rule->proxy->user.empty()) continue;
    secrets.push_back(rule->proxy->password);
    secrets.emplace_back(crypto::base64_encode(rule->proxy->user + ':' + rule->proxy->password.reveal()));
  }
  return secrets;
}

void put_into(proxy::UpstreamSettings& upstream, const config::Config& config) {
  upstream.protocol.set_forward_headers(config.forward_headers);
  upstream.deadlines.connect = seconds{config.connect_timeout_seconds};
  upstream.deadlines.first_byte = seconds{config.first_byte_timeout_seconds};
  upstream.deadlines.idle = seconds{config.idle_timeout_seconds};
  upstream.deadlines.total = seconds{config.request_timeout_seconds};
  upstream.request_timeout = seconds{config.request_timeout_seconds};
  upstream.waiting = {milliseconds{config.queue_timeout_ms}, config.queue_limit};
}

}  // namespace geminate::app
