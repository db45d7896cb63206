// Settings of a server that runs: shown, changed, in force for the next request, kept as the mode says.
#include <string>

#include "shared/dto/settings.h"
#include "tests/integration/server/served_by_simulator.h"

namespace geminate {
namespace {

class Settings : public test::ServedBySimulator {
 protected:
  void begin(const std::string& mode, test::ServerProcess::Environment further = {}) {
    further.emplace("KEY_STORAGE_MODE", mode);
    start(further);
    ASSERT_EQ(
        manage("POST", "/api/manage/keys/add", R"({"key_string":"AIzaSySettingsSettingsSettingsSett01"})")
            .status,
        201);
  }
  void come_back(test::ServerProcess::Environment environment) {
    if (server_->running()) server_->stop();
    environment.emplace("GEMINI_BASE_URL", simulator_->base_url());
    server_ = std::make_unique<test::ServerProcess>(folder_.path(), environment);
    ASSERT_TRUE(server_->running()) << server_->log();
  }
  test::PlainAnswer update(const std::string& name, const std::string& value) {
    return manage("PUT", "/api/manage/settings/update",
                  R"({"changes":[{"name":")" + name + R"(","value":)" + value + "}]}");
  }
  SettingView setting(const std::string& name) {
    const auto list = codec::from_json<SettingList>(manage("GET", "/api/manage/settings/data").body);
    EXPECT_TRUE(list.ok());
    for (const SettingView& view : list.value().settings) {
      if (view.name == name) return view;
    }
    ADD_FAILURE() << "no setting " << name;
    return {};
  }
  AboutView about() {
    const auto view = codec::from_json<AboutView>(manage("GET", "/api/manage/about").body);
    EXPECT_TRUE(view.ok());
    return view.value();
  }
};

TEST_F(Settings, AreForAdminsAndHoldNoSecret) {
  begin("memory", {{"GEMINI_API_KEYS", "AIzaSyFromTheEnvironment0001"}});
  EXPECT_EQ(test::ask(server_->port(), "GET", "/api/manage/settings/data", "")->status, 401);
  EXPECT_EQ(test::ask(server_->port(), "GET", "/api/manage/about", "")->status, 401);
  const auto answer = manage("GET", "/api/manage/settings/data");
  ASSERT_EQ(answer.status, 200);
  for (const char* secret :
       {"AIzaSyFromTheEnvironment0001", test::ServerProcess::kAdmin, test::ServerProcess::kToken}) {
    EXPECT_EQ(answer.body.find(secret), std::string::npos);
  }
  EXPECT_TRUE(setting("ADMIN_API_KEY").is_set);
  EXPECT_EQ(setting("PORT").origin, SettingOrigin::Environment);
  EXPECT_EQ(setting("HOST").origin, SettingOrigin::Default);
}

TEST_F(Settings, ALimitHoldsForTheNextRequest) {
  begin("memory", {{"WORKERS", "2"}});
  const std::string body =
      R"({"contents":[{"role":"user","parts":[{"text":")" + std::string(4000, 'x') + R"("}]}]})";
  ASSERT_EQ(generate(kGenerate, body).status, 200);
  ASSERT_EQ(update("MAX_BODY_BYTES", "\"2 KiB\"").status, 200);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(generate(kGenerate, body).status, 413) << "on whichever worker";
  ASSERT_EQ(update("MAX_BODY_BYTES", "null").status, 200);
  EXPECT_EQ(generate(kGenerate, body).status, 200);
}

TEST_F(Settings, AConnectionThatIsOpenTakesOverWhatChanged) {
  begin("memory");
  test::PlainClient client(server_->port());
  const auto send = [&] {
    client.send("GET /v1beta/models HTTP/1.1\r\nHost: x\r\n" +
                client_fields("X-Long: " + std::string(2000, 'y')) + "\r\n\r\n");
    const auto answer = client.read_answer();
    return answer ? answer->status : 0;
  };
  EXPECT_EQ(send(), 200);
  ASSERT_EQ(update("MAX_HEADER_BYTES", "\"1 KiB\"").status, 200);
  EXPECT_EQ(send(), 431);
}

TEST_F(Settings, ATimeoutHoldsForTheNextRequest) {
  begin("memory");
  ASSERT_EQ(update("FIRST_BYTE_TIMEOUT_SECONDS", "\"1\"").status, 200);
  ASSERT_EQ(update("REQUEST_TIMEOUT_SECONDS", "\"2\"").status, 200);
  EXPECT_EQ(generate(kGenerate, kHello, "x-goog-sim: stall\r\n").status, 504);
}

TEST_F(Settings, OriginsAndForwardedHeadersAreTakenOver) {
  begin("memory");
  const std::string origin = "Origin: https://chat.example.org\r\n";
  EXPECT_FALSE(generate(kGenerate, kHello, origin).fields.contains("access-control-allow-origin"));
  ASSERT_EQ(update("CORS_ORIGINS", "\"https://chat.example.org\"").status, 200);
  ASSERT_EQ(update("FORWARD_HEADERS", "\"x-team\"").status, 200);
  const auto answer = generate(kGenerate, kHello, origin + "X-Team: blue\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.fields.at("access-control-allow-origin"), "https://chat.example.org");
}

TEST_F(Settings, TheLogTellsWhatChangedAndObeysItsLevel) {
  begin("memory");
  ASSERT_EQ(update("LOG_LEVEL", "\"error\"").status, 200);
  ASSERT_EQ(update("QUEUE_LIMIT", "\"7\"").status, 200);
  ASSERT_EQ(update("LOG_LEVEL", "\"info\"").status, 200);
  ASSERT_EQ(update("QUEUE_LIMIT", "\"8\"").status, 200);
  server_->stop();
  const std::string log = server_->log();
  EXPECT_EQ(log.find("from=1000 to=7"), std::string::npos);
  EXPECT_NE(log.find("setting=QUEUE_LIMIT from=7 to=8"), std::string::npos) << log;
}

TEST_F(Settings, AValueThatWillNotDoIsRefusedAtItsField) {
  begin("memory");
  const auto refused = update("MAX_HEADERS", "\"3\"");
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find(R"("field":"MAX_HEADERS")"), std::string::npos) << refused.body;
  EXPECT_NE(refused.body.find("a number from 10 to 10000"), std::string::npos) << refused.body;
  EXPECT_EQ(update("PORT", "\"1\"").status, 400);
  EXPECT_EQ(update("NO_SUCH_THING", "\"1\"").status, 400);
  EXPECT_EQ(setting("MAX_HEADERS").value, "100");
}

TEST_F(Settings, AStaleRevisionIsRefused) {
  begin("database");
  ASSERT_EQ(update("QUEUE_LIMIT", "\"7\"").status, 200);
  const auto stale = manage("PUT", "/api/manage/settings/update",
                            R"({"changes":[{"name":"QUEUE_LIMIT","value":"9","revision":0}]})");
  EXPECT_EQ(stale.status, 409);
  EXPECT_EQ(setting("QUEUE_LIMIT").value, "7");
}

TEST_F(Settings, DatabaseModeKeepsThemOverAKill) {
  begin("database", {{"REQUEST_TIMEOUT_SECONDS", "100"}});
  ASSERT_EQ(update("REQUEST_TIMEOUT_SECONDS", "\"30\"").status, 200);
  server_->kill_hard();
  come_back({{"KEY_STORAGE_MODE", "database"}, {"REQUEST_TIMEOUT_SECONDS", "200"}});
  const SettingView kept = setting("REQUEST_TIMEOUT_SECONDS");
  EXPECT_EQ(kept.value, "30");
  EXPECT_EQ(kept.origin, SettingOrigin::Console);
  EXPECT_EQ(kept.environment_value, "200");
  ASSERT_EQ(update("REQUEST_TIMEOUT_SECONDS", "null").status, 200);
  come_back({{"KEY_STORAGE_MODE", "database"}, {"REQUEST_TIMEOUT_SECONDS", "200"}});
  EXPECT_EQ(setting("REQUEST_TIMEOUT_SECONDS").value, "200");
  EXPECT_EQ(setting("REQUEST_TIMEOUT_SECONDS").revision, 2);
}

TEST_F(Settings, MemoryModeBringsTheEnvironmentsBackAtARestart) {
  begin("memory");
  ASSERT_EQ(update("QUEUE_LIMIT", "\"7\"").status, 200);
  EXPECT_EQ(setting("QUEUE_LIMIT").value, "7");
  come_back({{"KEY_STORAGE_MODE", "memory"}});
  EXPECT_EQ(setting("QUEUE_LIMIT").value, "1000");
}

TEST_F(Settings, AboutTellsWhatRuns) {
  begin("database", {{"WORKERS", "2"}});
  const AboutView view = about();
  EXPECT_FALSE(view.version.empty());
  EXPECT_EQ(view.key_storage_mode, KeyStorageMode::Database);
  EXPECT_EQ(view.workers, 2);
  EXPECT_EQ(view.keys, 1);
  EXPECT_EQ(view.keys_ready, 1);
  EXPECT_EQ(view.tokens, 1);
  EXPECT_LE(view.started_at, view.now);
  EXPECT_GT(view.database_bytes.value_or(0), 0);
  EXPECT_GT(view.usage_bytes.value_or(0), 0);
  EXPECT_TRUE(view.storage_problems.empty());
  EXPECT_TRUE(view.not_ready.empty());
}

}  // namespace
}  // namespace geminate
