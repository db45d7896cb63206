// The server with a certificate of its own: as a process, with files that are replaced while it runs.

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "shared/dto/settings.h"
#include "tests/integration/server/served_by_simulator.h"
#include "tests/support/test_certificates.h"
#include "tests/support/tls_client.h"

namespace geminate {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class ServerTlsFiles : public test::ServedBySimulator {
 protected:
  void start_with_certificate(test::ServerProcess::Environment environment = {}) {
    show(first_);
    fs::permissions(key_, fs::perms::owner_read | fs::perms::owner_write);
    environment.emplace("GEMINI_API_KEYS", "first-key-aaaa");
    environment.emplace("TLS_CERT_FILE", certificate_.string());
    environment.emplace("TLS_KEY_FILE", key_.string());
    start(environment);
  }
  /// Replaces both files as certificate clients do: written beside, then renamed.
  void show(const test::TestCertificates& certificates) {
    put(certificates.certificate_file(), certificate_);
    put(certificates.key_file(), key_);
  }
  static void put(const fs::path& from, const fs::path& to) {
    const fs::path beside = to.string() + ".new";
    fs::copy_file(from, beside, fs::copy_options::overwrite_existing);
    fs::permissions(beside, fs::perms::owner_read | fs::perms::owner_write);
    fs::rename(beside, to);
  }
  test::TlsClient connect(const test::TestCertificates& certificates) {
    return {server_->port(), {.ca_file = certificates.ca_file()}};
  }
  static test::PlainAnswer ask(test::TlsClient& client, const std::string& method, const std::string& target,
                               const std::string& fields = {}, const std::string& body = {}) {
    std::string request = method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + fields;
    if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    client.send(request + "\r\n" + body);
    return client.read_answer().value_or(test::PlainAnswer{});
  }
  static bool eventually(const std::function<bool()>& holds) {
    const auto until = std::chrono::steady_clock::now() + 30s;
    while (std::chrono::steady_clock::now() < until) {
      if (holds()) return true;
      std::this_thread::sleep_for(20ms);
    }
    return holds();
  }
  [[nodiscard]] bool logged(const std::string& text) const {
    return server_->log().find(text) != std::string::npos;
  }

  test::TestCertificates first_{"127.0.0.1"};
  test::TestCertificates second_{"127.0.0.1"};
  fs::path certificate_ = folder_.path() / "shown.pem";
  fs::path key_ = folder_.path() / "shown.key";
};

TEST_F(ServerTlsFiles, ServesClientsAndConsoleOverHttps) {
  start_with_certificate();
  EXPECT_TRUE(logged("url=https://127.0.0.1:")) << server_->log();
  auto client = connect(first_);
  ASSERT_TRUE(client.is_open()) << client.failure();
  EXPECT_EQ(ask(client, "POST", kGenerate, client_fields(), kHello).status, 200);
  const auto stream = ask(client, "POST", kStream, client_fields(), kHello);
  EXPECT_EQ(stream.status, 200);
  EXPECT_NE(stream.body.find("data: "), std::string::npos);
  EXPECT_EQ(ask(client, "GET", "/api/manage/keys/data", admin_fields()).status, 200);
  auto begun = ask(client, "POST", "/upload/v1beta/files",
                   client_fields("X-Goog-Upload-Protocol: resumable\r\nX-Goog-Upload-Command: start\r\n"
                                 "X-Goog-Upload-Header-Content-Type: text/plain\r\n"),
                   R"({"file":{"displayName":"notes"}})");
  EXPECT_EQ(begun.fields["x-goog-upload-url"].substr(0, 18), "https://127.0.0.1/");
  EXPECT_FALSE(logged("tls_key_open"));
  EXPECT_EQ(server_->stop(), 0);
}

TEST_F(ServerTlsFiles, TakesReplacedFilesOverAndKeepsTheLastGoodPair) {
  start_with_certificate();
  auto before = connect(first_);
  ASSERT_TRUE(before.is_open()) << before.failure();
  show(second_);
  EXPECT_TRUE(eventually([&] { return connect(second_).is_open(); })) << server_->log();
  EXPECT_TRUE(eventually([&] { return logged("certificate_replaced"); }));
  EXPECT_EQ(ask(before, "GET", "/healthz").status, 200) << "who was there goes on";
  // A key that is another certificate's.
  put(first_.key_file(), key_);
  EXPECT_TRUE(eventually([&] { return logged("certificate_not_replaced"); })) << server_->log();
  EXPECT_TRUE(connect(second_).is_open());
  std::ofstream(certificate_) << "no certificate";
  EXPECT_TRUE(connect(second_).is_open());
  show(first_);
  EXPECT_TRUE(eventually([&] { return connect(first_).is_open(); })) << server_->log();
}

TEST_F(ServerTlsFiles, WarnsOfAKeyThatEverybodyMayRead) {
  show(first_);
  fs::permissions(key_, fs::perms::owner_read | fs::perms::others_read);
  start({{"TLS_CERT_FILE", certificate_.string()},
         {"TLS_KEY_FILE", key_.string()},
         {"GEMINI_API_KEYS", "a-key"}});
  EXPECT_TRUE(logged("tls_key_open")) << server_->log();
}

/// One answer of each kind that the server gives; the name, and the request.
const std::vector<std::pair<std::string, std::string>>& kinds_of_answers() {
  static const std::string kAdmin =
      "Authorization: Bearer " + std::string(test::ServerProcess::kAdmin) + "\r\n";
  static const std::string kClient = "x-goog-api-key: " + std::string(test::ServerProcess::kToken) + "\r\n";
  static const std::vector<std::pair<std::string, std::string>> kAll = {
      {"page", "GET /manage/keys HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"page again", "GET /manage/keys HTTP/1.1\r\nHost: a\r\nIf-None-Match: *\r\n\r\n"},
      {"redirect", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"nothing there", "GET /assets/none.js HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"public data", "GET /api/session HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"metrics", "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"description", "GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"management", "GET /api/manage/keys/data HTTP/1.1\r\nHost: a\r\n" + kAdmin + "\r\n"},
      {"refused management", "GET /api/manage/keys/data HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"models", "GET /v1beta/models HTTP/1.1\r\nHost: a\r\n" + kClient + "\r\n"},
      {"refused client", "GET /v1beta/models HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"stream",
       "POST /v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse HTTP/1.1\r\nHost: a\r\n" +
           kClient + "Content-Length: 61\r\n\r\n" +
           R"({"contents":[{"role":"user","parts":[{"text":"Hello you"}]}]})"},
      {"bad framing", "GET /v1beta/models HTTP/1.1\r\nbad line\r\n\r\n"},
  };
  return kAll;
}

void expect_security_fields(const std::string& name, const test::PlainAnswer& answer, bool is_secure) {
  ASSERT_NE(answer.status, 0) << name;
  const auto field = [&](const std::string& wanted) {
    const auto found = answer.fields.find(wanted);
    return found == answer.fields.end() ? std::string() : found->second;
  };
  EXPECT_EQ(field("x-content-type-options"), "nosniff") << name;
  EXPECT_EQ(field("referrer-policy"), "no-referrer") << name;
  EXPECT_EQ(field("cross-origin-resource-policy"), "same-origin") << name;
  EXPECT_EQ(field("content-security-policy").substr(0, 19), "default-src 'none';") << name;
  EXPECT_EQ(field("strict-transport-security"), is_secure ? "max-age=31536000" : "") << name;
}

TEST_F(ServerTlsFiles, EveryKindOfAnswerTellsBrowsersWhatTheyMayDoWithIt) {
  start_with_certificate();
  for (const auto& [name, request] : kinds_of_answers()) {
    auto client = connect(first_);
    client.send(request);
    expect_security_fields(name, client.read_answer().value_or(test::PlainAnswer{}), true);
  }
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}, {"TRUSTED_PROXIES", "127.0.0.1"}});
  for (const auto& [name, request] : kinds_of_answers()) {
    test::PlainClient client(server_->port());
    client.send(request);
    expect_security_fields(name, client.read_answer().value_or(test::PlainAnswer{}), false);
  }
  const auto behind = test::ask(server_->port(), "GET", "/api/session", "X-Forwarded-Proto: https\r\n");
  expect_security_fields("behind a proxy with TLS", behind.value_or(test::PlainAnswer{}), true);
}

/// A server that must not start; what it says.
std::string refusal(const test::ServerProcess::Environment& environment) {
  const test::ScratchFolder folder;
  test::ServerProcess server(folder.path(), environment);
  EXPECT_FALSE(server.running()) << server.log();
  return server.log();
}

TEST_F(ServerTlsFiles, DoesNotStartWithoutAPairThatWillDo) {
  show(first_);
  EXPECT_NE(refusal({{"TLS_CERT_FILE", certificate_.string()}}).find("TLS wants both"), std::string::npos);
  EXPECT_NE(refusal({{"TLS_KEY_FILE", key_.string()}}).find("TLS wants both"), std::string::npos);
  const auto missing = refusal({{"TLS_CERT_FILE", "/nowhere/at.pem"}, {"TLS_KEY_FILE", key_.string()}});
  EXPECT_NE(missing.find("TLS_CERT_FILE"), std::string::npos) << missing;
  EXPECT_NE(missing.find("/nowhere/at.pem"), std::string::npos) << missing;
  const auto mixed =
      refusal({{"TLS_CERT_FILE", second_.certificate_file()}, {"TLS_KEY_FILE", key_.string()}});
  EXPECT_NE(mixed.find("TLS_KEY_FILE"), std::string::npos) << mixed;
}

class PlainBeyondLoopback : public test::ServedBySimulator {
 protected:
  AboutView about() {
    const auto view = codec::from_json<AboutView>(manage("GET", "/api/manage/about").body);
    EXPECT_TRUE(view.ok());
    return view.ok() ? view.value() : AboutView{};
  }
  [[nodiscard]] bool warned() const { return server_->log().find("plain_on_network") != std::string::npos; }
};

TEST_F(PlainBeyondLoopback, IsSaidLoudly) {
  start({{"GEMINI_API_KEYS", "a-key"}, {"HOST", "0.0.0.0"}});
  EXPECT_TRUE(warned()) << server_->log();
  EXPECT_TRUE(about().plain_on_network);
}

TEST_F(PlainBeyondLoopback, IsFineBehindADeclaredProxyOrOnLoopback) {
  start({{"GEMINI_API_KEYS", "a-key"}, {"HOST", "0.0.0.0"}, {"TRUSTED_PROXIES", "10.0.0.1"}});
  EXPECT_FALSE(warned()) << server_->log();
  EXPECT_FALSE(about().plain_on_network);
  start({{"GEMINI_API_KEYS", "a-key"}});
  EXPECT_FALSE(warned()) << server_->log();
}

}  // namespace
}  // namespace geminate
