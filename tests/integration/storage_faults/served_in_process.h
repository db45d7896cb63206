#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "backend/app/application.h"
#include "shared/codec/codec.h"
#include "shared/dto/keys.h"
#include "shared/dto/settings.h"
#include "shared/dto/tokens.h"
#include "shared/dto/usage.h"
#include "tests/support/faulty_vfs.h"
#include "tests/support/plain_client.h"
#include "tests/support/server_process.h"
#include "tools/simulator/simulator.h"

namespace geminate::test {

/// The whole server in the test's own process, in database mode, above files that fail on demand and before a
/// simulated Gemini.
class ServedInProcess : public ::testing::Test {
 protected:
  static constexpr const char* kAdmin = "test-admin-secret-0123456789";
  static constexpr const char* kToken = "test-client-token-0123456789";

  void start() {
    if (!simulator_) {
      auto started = simulator::Simulator::start({});
      ASSERT_TRUE(started.ok()) << started.error().message;
      simulator_ = std::move(started).value();
    }
    const auto data = folder_.path() / "data";
    auto report = config::load_config({{"ADMIN_API_KEY", kAdmin},
                                       {"CLIENT_TOKENS", kToken},
                                       {"PORT", "0"},
                                       {"WORKERS", "2"},
                                       {"LOG_LEVEL", "error"},
                                       {"KEY_STORAGE_MODE", "database"},
                                       {"GEMINI_BASE_URL", simulator_->base_url()},
                                       {"DATA_DIR", data.string()},
                                       {"DATABASE_URL", "sqlite:" + (data / "geminate.db").string()}},
                                      {});
    ASSERT_TRUE(report.faults.empty()) << report.faults.front();
    auto made = app::Application::create(std::move(report));
    ASSERT_TRUE(made.ok()) << made.error().message;
    server_ = std::move(made).value();
    const auto began = server_->start();
    ASSERT_TRUE(began.ok()) << began.error().message;
    const std::string url = server_->url();
    port_ = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  }
  void stop() { server_.reset(); }

  PlainAnswer generate() {
    return asked("POST", "/v1beta/models/gemini-2.5-flash:generateContent",
                 "Content-Type: application/json\r\nx-goog-api-key: " + std::string(kToken) + "\r\n",
                 R"({"contents":[{"role":"user","parts":[{"text":"Hello there"}]}]})");
  }
  PlainAnswer manage(const std::string& method, const std::string& path, const std::string& body = {}) {
    return asked(method, path,
                 "Content-Type: application/json\r\nAuthorization: Bearer " + std::string(kAdmin) + "\r\n",
                 body);
  }
  PlainAnswer describe_key(std::int64_t id, const std::string& description) {
    return manage("PUT", "/api/manage/keys/update/" + std::to_string(id),
                  R"({"description":")" + description + "\"}");
  }
  template <class View>
  View view_of(const std::string& path) {
    const auto answer = manage("GET", path);
    auto view = codec::from_json<View>(answer.body);
    EXPECT_TRUE(view.ok()) << answer.status << ' ' << answer.body;
    return view.ok() ? std::move(view).value() : View{};
  }
  std::vector<std::string> storage_problems() {
    return view_of<AboutView>("/api/manage/about").storage_problems;
  }
  /// False when that many seconds pass before `condition` holds.
  template <class Condition>
  static bool comes_true(Condition condition, int seconds = 30) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{seconds};
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    return true;
  }

  ScratchFolder folder_;
  FaultyVfs vfs_;
  std::unique_ptr<simulator::Simulator> simulator_;
  std::unique_ptr<app::Application> server_;
  std::uint16_t port_ = 0;

 private:
  PlainAnswer asked(const std::string& method, const std::string& path, const std::string& fields,
                    const std::string& body) {
    const auto answer = ask(port_, method, path, fields, body);
    EXPECT_TRUE(answer) << "no answer to " << method << ' ' << path;
    return answer.value_or(PlainAnswer{});
  }
};

}  // namespace geminate::test
