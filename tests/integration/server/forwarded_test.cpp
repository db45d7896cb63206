// Behind a proxy: whose word about the client counts, and whose doesn't.

#include <string>

#include "shared/dto/tokens.h"
#include "tests/integration/server/served_by_simulator.h"

namespace geminate {
namespace {

class Forwarded : public test::ServedBySimulator {
 protected:
  void start_trusting(const std::string& proxies) {
    start({{"GEMINI_API_KEYS", "first-key-aaaa"}, {"TRUSTED_PROXIES", proxies}});
  }
  /// A token that may be used from 192.0.2.0/24 alone.
  std::string bound_token() {
    const auto answer = manage("POST", "/api/manage/tokens/add", R"({"allowed_ips":["192.0.2.0/24"]})");
    const auto made = codec::from_json<TokenCreated>(answer.body);
    EXPECT_TRUE(made.ok()) << answer.body;
    return made.ok() ? made->token : "";
  }
  int generate_with(const std::string& token, const std::string& further) {
    const auto answer =
        test::ask(server_->port(), "POST", kGenerate,
                  "Content-Type: application/json\r\nx-goog-api-key: " + token + "\r\n" + further, kHello);
    return answer ? answer->status : 0;
  }
  int login(const std::string& password, const std::string& further) {
    const auto answer =
        test::ask(server_->port(), "POST", "/api/login", "Content-Type: application/json\r\n" + further,
                  R"({"password":")" + password + "\"}");
    return answer ? answer->status : 0;
  }
  std::string upload_address(const std::string& further) {
    auto begun =
        test::ask(server_->port(), "POST", "/upload/v1beta/files",
                  client_fields("X-Goog-Upload-Protocol: resumable\r\nX-Goog-Upload-Command: start\r\n"
                                "X-Goog-Upload-Header-Content-Type: text/plain\r\n" +
                                further),
                  R"({"file":{"displayName":"notes"}})");
    const std::string address = begun ? begun->fields["x-goog-upload-url"] : "";
    return address.substr(0, address.find("/upload"));
  }
};

TEST_F(Forwarded, ATokensAddressesAreThoseThatATrustedProxyNames) {
  start_trusting("10.0.0.0/8 127.0.0.1");
  const std::string token = bound_token();
  EXPECT_EQ(generate_with(token, ""), 403);
  EXPECT_EQ(generate_with(token, "X-Forwarded-For: 192.0.2.7\r\n"), 200);
  EXPECT_EQ(generate_with(token, "X-Forwarded-For: 192.0.2.7, 10.1.1.1\r\n"), 200);
  EXPECT_EQ(generate_with(token, "Forwarded: for=192.0.2.7;proto=https\r\n"), 200);
  EXPECT_EQ(generate_with(token, "X-Forwarded-For: 192.0.2.7, 203.0.113.9\r\n"), 403)
      << "the client itself wrote the first";
  EXPECT_EQ(generate_with(token, "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-For: 203.0.113.9\r\n"), 403);
  EXPECT_EQ(generate_with(token, "Forwarded: for=192.0.2.7\r\nX-Forwarded-For: 203.0.113.9\r\n"), 403)
      << "let pass by a proxy that writes the other field";
  EXPECT_EQ(generate_with(token, "X-Forwarded-For: 192.0.2.7, nonsense\r\n"), 403);
}

TEST_F(Forwarded, NobodyElseIsBelieved) {
  start_trusting("10.0.0.0/8");
  const std::string token = bound_token();
  EXPECT_EQ(generate_with(token, "X-Forwarded-For: 192.0.2.7\r\n"), 403);
  EXPECT_EQ(generate_with(token, "Forwarded: for=192.0.2.7\r\n"), 403);
  EXPECT_EQ(upload_address("X-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\n"),
            "http://127.0.0.1");
}

TEST_F(Forwarded, GuessersBehindOneProxyWaitForThemselves) {
  start_trusting("127.0.0.1");
  const std::string guesser = "X-Forwarded-For: 203.0.113.9\r\n";
  int last = 0;
  for (int guess = 0; guess < 8; ++guess) last = login("not-the-admins-secret", guesser);
  EXPECT_EQ(last, 429);
  EXPECT_EQ(login(test::ServerProcess::kAdmin, guesser), 429);
  EXPECT_EQ(login(test::ServerProcess::kAdmin, "X-Forwarded-For: 192.0.2.7\r\n"), 200);
  EXPECT_EQ(login("not-the-admins-secret", "X-Forwarded-For: 203.0.113.10, 203.0.113.9\r\n"), 429)
      << "another address in front of one's own is no way around";
}

TEST_F(Forwarded, AnUploadGoesOnWhereTheClientReachesTheProxy) {
  start_trusting("127.0.0.1");
  EXPECT_EQ(upload_address(""), "http://127.0.0.1");
  EXPECT_EQ(upload_address("X-Forwarded-Proto: https\r\n"), "https://127.0.0.1");
  EXPECT_EQ(upload_address("X-Forwarded-Proto: https\r\nX-Forwarded-Host: gemini.example:8443\r\n"),
            "https://gemini.example:8443");
  EXPECT_EQ(upload_address("Forwarded: for=192.0.2.7;proto=https;host=gemini.example\r\n"),
            "https://gemini.example");
  EXPECT_EQ(upload_address("X-Forwarded-Proto: https\r\nX-Forwarded-Host: a/b\r\n"), "https://127.0.0.1");
}

TEST_F(Forwarded, APageOfTheHostThatTheProxyIsAskedForIsNoOtherOrigin) {
  start_trusting("127.0.0.1");
  const std::string page = "Origin: https://gemini.example\r\n";
  EXPECT_EQ(login(test::ServerProcess::kAdmin, page + "X-Forwarded-Host: gemini.example\r\n"), 200);
  EXPECT_EQ(login(test::ServerProcess::kAdmin, page), 403);
}

TEST(TrustedProxiesSetting, IsRefusedWhereItIsNoAddress) {
  const test::ScratchFolder folder;
  test::ServerProcess server(folder.path(),
                             {{"TRUSTED_PROXIES", "10.0.0.1/8"}, {"GEMINI_API_KEYS", "a-key"}});
  EXPECT_FALSE(server.running());
  EXPECT_NE(server.log().find("TRUSTED_PROXIES"), std::string::npos) << server.log();
}

}  // namespace
}  // namespace geminate
