#include "backend/app/client_tls.h"

#include "backend/auth/address_block.h"

namespace geminate::app {
namespace {

std::optional<http::TlsFiles> files_of(const config::Config& config) {
  if (config.tls_cert_file.empty()) return std::nullopt;
  return http::TlsFiles{config.tls_cert_file, config.tls_key_file};
}

bool is_loopback(std::string_view host) {
  static const auto kV4 = auth::AddressBlock::parse("127.0.0.0/8");
  static const auto kV6 = auth::AddressBlock::parse("::1");
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  return host == "localhost" || kV4->contains(host) || kV6->contains(host);
}

}  // namespace

ClientTls::ClientTls(const config::Config& config, observe::Log& log, http::PistacheListener& listener)
    : files_(files_of(config)), log_(log), listener_(listener) {}

Status ClientTls::begin() {
  if (!files_) return Status::success();
  // Looked at before they are read: what changes in between is read once more.
  watch_.emplace(*files_);
  return read();
}

Status ClientTls::read() {
  read_at_ = now().steady;
  GEMINATE_TRY(auto tls, http::ServerTls::load(*files_));
  if (http::is_open_to_others(files_->key)) {
    log_.warning("tls_key_open",
                 {{"note", "every account of this machine may read the private key; chmod 600"},
                  {"file", files_->key.string()}});
  }
  listener_.set_tls(tls);
  return Status::success();
}

void ClientTls::look() {
  if (!watch_) return;
  const bool is_replaced = watch_->has_changed();
  if (!is_replaced && now().steady - read_at_ < kTicketKeysFor) return;
  if (const auto taken = read(); !taken.ok()) {
    log_.error("certificate_not_replaced", {{"problem", taken.error().message}});
    return;
  }
  if (is_replaced) log_.info("certificate_replaced", {{"file", files_->certificate.string()}});
}

bool is_plain_on_network(const config::Config& config) {
  return config.tls_cert_file.empty() && config.trusted_proxies.empty() && !is_loopback(config.host);
}

}  // namespace geminate::app
