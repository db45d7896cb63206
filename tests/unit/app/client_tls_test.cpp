#include "backend/app/client_tls.h"

#include <gtest/gtest.h>

namespace geminate::app {
namespace {

TEST(PlainOnNetwork, IsAServerBeyondLoopbackWithoutTlsOrADeclaredProxy) {
  const auto is_plain = [](const std::string& host) {
    config::Config config;
    config.host = host;
    return is_plain_on_network(config);
  };
  for (const char* host : {"127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost"})
    EXPECT_FALSE(is_plain(host)) << host;
  for (const char* host : {"0.0.0.0", "::", "[::]", "192.0.2.1", "myhost"})
    EXPECT_TRUE(is_plain(host)) << host;
}

TEST(PlainOnNetwork, IsNotOneWithACertificateOrBehindAProxy) {
  config::Config config;
  config.host = "0.0.0.0";
  config.tls_cert_file = "a.pem";
  EXPECT_FALSE(is_plain_on_network(config));
  config.tls_cert_file.clear();
  config.trusted_proxies = {"10.0.0.1"};
  EXPECT_FALSE(is_plain_on_network(config));
}

}  // namespace
}  // namespace geminate::app
