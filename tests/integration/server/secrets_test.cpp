#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "tests/integration/server/served_by_simulator.h"

namespace geminate {
namespace {

/// What is planted; none of it may come out anywhere but where it belongs.
constexpr const char* kKeyCanary = "AIzaCanaryKey-7f3a9b2c4d5e6f708192a3b4c5d6e7f8";
constexpr const char* kDeadCanary = "AIzaDeadCanaryKey-00112233445566778899aabbcc";
constexpr const char* kAddedCanary = "AQ.CanaryAddedInTheConsole-5566778899aabbccdd";
constexpr const char* kTokenCanary = "canary-client-token-1234567890abcdef";
constexpr const char* kAdminCanary = "canary-admin-secret-fedcba0987654321";

class Secrets : public test::ServedBySimulator {
 protected:
  void expect_clean(const std::string& where, const std::string& text) const {
    for (const auto& canary : canaries_)
      EXPECT_EQ(text.find(canary), std::string::npos) << where << " holds " << canary;
  }
  test::PlainAnswer ask_clean(const std::string& method, const std::string& target, const std::string& fields,
                              const std::string& body = {}) {
    const auto answer = test::ask(server_->port(), method, target, fields, body);
    EXPECT_TRUE(answer) << target;
    if (!answer) return {};
    expect_clean(target, answer->body);
    for (const auto& [name, value] : answer->fields) expect_clean(target + " field " + name, value);
    return *answer;
  }

  void log_in() {
    const auto login = test::ask(server_->port(), "POST", "/api/login", json_,
                                 std::string("{\"password\":\"") + kAdminCanary + "\"}");
    ASSERT_TRUE(login);
    ASSERT_EQ(login->status, 200);
    const auto cookie = login->fields.at("set-cookie");
    canaries_.push_back(cookie.substr(cookie.find('=') + 1, cookie.find(';') - cookie.find('=') - 1));
  }
  void manage_keys() {
    const std::string quoted = std::string("{\"key_string\":\"") + kKeyCanary + "\"}";
    EXPECT_EQ(ask_clean("POST", "/api/manage/keys/add", admin_, quoted).status, 201);
    EXPECT_EQ(ask_clean("POST", "/api/manage/keys/add", admin_, quoted).status, 409);
    const std::string several =
        std::string("{\"text\":\"") + kDeadCanary + "\\n" + kAddedCanary + " \\u0001bad\"}";
    EXPECT_EQ(ask_clean("POST", "/api/manage/keys/import", admin_, several).status, 200);
    const std::string wrong_type = std::string("{\"key_string\":[\"") + kKeyCanary + "\"]}";
    EXPECT_EQ(ask_clean("POST", "/api/manage/keys/add", admin_, wrong_type).status, 400);
  }
  void make_token() {
    plant_token("/api/manage/tokens/add", 201);
    plant_token("/api/manage/tokens/rotate/1", 200);
  }
  void plant_token(const std::string& path, int status) {
    const auto made = test::ask(server_->port(), "POST", path, admin_, "{}");
    ASSERT_TRUE(made);
    ASSERT_EQ(made->status, status) << made->body;
    const auto at = made->body.find("\"token\":\"") + 9;
    canaries_.push_back(made->body.substr(at, made->body.find('"', at) - at));
  }
  void spend() {
    ask_clean("POST", kGenerate, client_, kHello);
    ask_clean("POST", std::string(kGenerate) + "?key=" + kTokenCanary, json_, kHello);
    ask_clean("POST", kGenerate, client_ + "x-goog-sim: 500\r\n", kHello);
    ask_clean("POST", kGenerate, client_ + "x-goog-sim: html\r\n", kHello);
    ask_clean("POST", kStream, client_ + "x-goog-sim: errormid\r\n", kHello);
    ask_clean("POST", kGenerate, client_ + "x-goog-sim: suspended\r\n", kHello);
    ask_clean("POST", "/v1/chat/completions", client_, "{}");
  }
  void ask_with_wrong_secrets() {
    ask_clean("POST", kGenerate, json_ + "x-goog-api-key: " + kAdminCanary + "\r\n", kHello);
    ask_clean("GET", "/api/manage/keys/data", json_ + "Authorization: Bearer " + kTokenCanary + "\r\n");
    ask_clean("GET", std::string("/api/nowhere?password=") + kAdminCanary, json_);
  }
  void expect_clean_files() const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path() / "data")) {
      if (!entry.is_regular_file()) continue;
      std::ostringstream bytes;
      bytes << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      expect_clean(entry.path().filename().string(), bytes.str());
      const auto permissions = entry.status().permissions() & std::filesystem::perms::mask;
      EXPECT_EQ(permissions, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)
          << entry.path();
    }
  }

  const std::string json_ = "Content-Type: application/json\r\n";
  const std::string admin_ = json_ + "Authorization: Bearer " + kAdminCanary + "\r\n";
  const std::string client_ = json_ + "x-goog-api-key: " + kTokenCanary + "\r\n";
  std::vector<std::string> canaries_{kKeyCanary, kDeadCanary, kAddedCanary, kTokenCanary, kAdminCanary};
};

TEST_F(Secrets, AppearWholeInNoLogErrorMetricListOrUrl) {
  simulator::Options options;
  options.valid_keys = "AIzaCanary";
  start({{"KEY_STORAGE_MODE", "database"},
         {"CLIENT_TOKENS", kTokenCanary},
         {"ADMIN_API_KEY", kAdminCanary},
         {"LOG_LEVEL", "trace"}},
        std::move(options));
  log_in();
  manage_keys();
  make_token();
  for (int i = 0; i < 6; ++i) spend();
  ask_with_wrong_secrets();
  for (const auto* path : {"/api/manage/keys/data", "/api/manage/tokens/data"})
    ask_clean("GET", path, admin_);
  for (const auto* path : {"/metrics", "/openapi.json"}) ask_clean("GET", path, json_);
  EXPECT_TRUE(simulator_->stats().violations.empty());
  for (const auto& request : simulator_->requests()) {
    EXPECT_EQ(request.target.find("Canary"), std::string::npos);
    EXPECT_EQ(request.target.find("canary"), std::string::npos);
  }
  EXPECT_EQ(server_->stop(), 0);
  expect_clean("the log", server_->log());
  expect_clean_files();
}

}  // namespace
}  // namespace geminate
