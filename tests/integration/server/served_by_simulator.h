#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "shared/codec/codec.h"
#include "shared/dto/keys.h"
#include "tests/support/plain_client.h"
#include "tests/support/server_process.h"
#include "tools/simulator/simulator.h"

namespace geminate::test {

/// The real server before a simulated Gemini; each test has its own pair.
class ServedBySimulator : public ::testing::Test {
 protected:
  static constexpr const char* kGenerate = "/v1beta/models/gemini-2.5-flash:generateContent";
  static constexpr const char* kStream = "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse";
  static constexpr const char* kHello = R"({"contents":[{"role":"user","parts":[{"text":"Hello there"}]}]})";

  void start(ServerProcess::Environment environment, simulator::Options options = {}) {
    auto started = simulator::Simulator::start(std::move(options));
    ASSERT_TRUE(started.ok()) << started.error().message;
    simulator_ = std::move(started).value();
    environment.emplace("GEMINI_BASE_URL", simulator_->base_url());
    server_ = std::make_unique<ServerProcess>(folder_.path(), environment);
    ASSERT_TRUE(server_->running()) << server_->log();
  }

  [[nodiscard]] std::string client_fields(const std::string& further = {}) const {
    return "Content-Type: application/json\r\nx-goog-api-key: " + std::string(ServerProcess::kToken) +
           "\r\n" + further;
  }
  [[nodiscard]] std::string admin_fields() const {
    return "Content-Type: application/json\r\nAuthorization: Bearer " + std::string(ServerProcess::kAdmin) +
           "\r\n";
  }
  PlainAnswer generate(const std::string& target = kGenerate, const std::string& body = kHello,
                       const std::string& further = {}) {
    const auto answer = ask(server_->port(), "POST", target, client_fields(further), body);
    EXPECT_TRUE(answer) << "no answer\n" << server_->log();
    return answer.value_or(PlainAnswer{});
  }
  PlainAnswer manage(const std::string& method, const std::string& path, const std::string& body = {}) {
    const auto answer = ask(server_->port(), method, path, admin_fields(), body);
    EXPECT_TRUE(answer) << "no answer\n" << server_->log();
    return answer.value_or(PlainAnswer{});
  }

  UpstreamKeyView key_ending_in(const std::string& preview) {
    const auto list = codec::from_json<KeyList>(manage("GET", "/api/manage/keys/data").body);
    EXPECT_TRUE(list.ok());
    for (const auto& key : list.value().keys) {
      if (key.key_preview == preview) return key;
    }
    ADD_FAILURE() << "no key ends in " << preview;
    return {};
  }

  ScratchFolder folder_;
  std::unique_ptr<simulator::Simulator> simulator_;
  std::unique_ptr<ServerProcess> server_;
};

}  // namespace geminate::test
