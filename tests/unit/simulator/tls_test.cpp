#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "tests/support/test_certificates.h"
#include "tools/simulator/simulator.h"

namespace geminate::simulator {
namespace {

struct Free {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(BIO* chain) const { BIO_free_all(chain); }
};

/// Sends one request over TLS with a verified certificate; all that comes back until the server closes.
std::string ask_over_tls(const std::string& address, const std::string& ca_file, const std::string& request) {
  const std::unique_ptr<SSL_CTX, Free> context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_load_verify_locations(context.get(), ca_file.c_str(), nullptr);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  const std::unique_ptr<BIO, Free> chain(BIO_new_ssl_connect(context.get()));
  BIO_set_conn_hostname(chain.get(), address.c_str());
  if (BIO_do_connect(chain.get()) != 1) return "no connection";
  BIO_write(chain.get(), request.data(), static_cast<int>(request.size()));
  std::string answer;
  char piece[4096];
  for (int size = 0; (size = BIO_read(chain.get(), piece, sizeof piece)) > 0;) {
    answer.append(piece, static_cast<std::size_t>(size));
  }
  return answer;
}

TEST(SimulatorOverTls, AnswersAndNoticesWhoLeaves) {
  const test::TestCertificates certificates("127.0.0.1");
  Options options;
  options.tls_certificate_file = certificates.certificate_file();
  options.tls_key_file = certificates.key_file();
  auto simulator = Simulator::start(options);
  ASSERT_TRUE(simulator.ok()) << simulator.error().message;
  EXPECT_EQ((*simulator)->base_url().substr(0, 8), "https://");
  const std::string address = "127.0.0.1:" + std::to_string((*simulator)->port());
  const std::string answer = ask_over_tls(
      address, certificates.ca_file(),
      "GET /v1beta/models HTTP/1.1\r\nHost: x\r\nx-goog-api-key: k\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(answer.substr(0, 15), "HTTP/1.1 200 OK") << answer;
  EXPECT_NE(answer.find("gemini-2.5-flash"), std::string::npos);
  EXPECT_TRUE((*simulator)->wait_until([](const Stats& stats) { return stats.connections_open == 0; }));
}

}  // namespace
}  // namespace geminate::simulator
