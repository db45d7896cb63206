#include "backend/config/run_settings.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace geminate::config {
namespace {

const Change kChange{Caller::server(), AuditAction::SettingsUpdate};

/// A store that fails when it is told to, as a full disk would.
class FakeStore final : public SettingStore {
 public:
  Result<std::vector<SettingRow>> load() override { return kept_.load(); }
  Status save(const std::vector<SettingRow>& rows, const Change& change) override {
    if (is_full) return Error{ErrorCode::Unavailable, "the disk is full", {}, {}, {}};
    return kept_.save(rows, change);
  }
  bool is_full = false;

 private:
  MemorySettingStore kept_;
};

class RunSettingsTest : public testing::Test {
 protected:
  /// A start of the server with this environment; what the console said before is still in the store.
  std::vector<std::string> start(const Environment& environment, const Environment& dot_env = {}) {
    ConfigReport report = load_config(environment, dot_env);
    EXPECT_TRUE(report.faults.empty());
    settings_ = std::make_unique<RunSettings>(report.config, report.sources, store_);
    settings_->on_change([this](const Config& config, const std::vector<SettingMove>& moves) {
      applied_ = config;
      moves_ = moves;
    });
    auto notes = settings_->load();
    EXPECT_TRUE(notes.ok());
    config_ = report.config;
    settings_->put_into(config_);
    return std::move(notes).value();
  }
  SettingView view(const std::string& name) {
    for (const SettingView& each : settings_->list().settings) {
      if (each.name == name) return each;
    }
    ADD_FAILURE() << "no setting " << name;
    return {};
  }
  Result<SettingList> change(const std::string& name, std::optional<std::string> value,
                             std::optional<std::int64_t> revision = {}) {
    return settings_->update({{{name, std::move(value), revision}}}, kChange, kNow);
  }
  Error refused(const std::string& name, std::optional<std::string> value,
                std::optional<std::int64_t> revision = {}) {
    const auto answer = change(name, std::move(value), revision);
    EXPECT_FALSE(answer.ok());
    return answer.ok() ? Error{} : answer.error();
  }

  static constexpr Timestamp kNow{std::chrono::milliseconds{1'800'000'000'000}};
  FakeStore store_;
  std::unique_ptr<RunSettings> settings_;
  Config config_;
  std::optional<Config> applied_;
  std::vector<SettingMove> moves_;
};

TEST_F(RunSettingsTest, TellWhereEachValueCameFrom) {
  start({{"PORT", "8080"}, {"PASSWORD", "a-client-token-0123"}}, {{"PORT", "1"}, {"LOG_LEVEL", "debug"}});
  EXPECT_EQ(view("PORT").origin, SettingOrigin::Environment);
  EXPECT_EQ(view("PORT").value, "8080");
  EXPECT_EQ(view("LOG_LEVEL").origin, SettingOrigin::File);
  EXPECT_EQ(view("LOG_LEVEL").value, "debug");
  EXPECT_EQ(view("HOST").origin, SettingOrigin::Default);
  EXPECT_EQ(view("HOST").value, "127.0.0.1");
  EXPECT_EQ(view("CLIENT_TOKENS").variable, "PASSWORD");
}

TEST_F(RunSettingsTest, TellOfASecretOnlyThatItIsSet) {
  start({{"ADMIN_API_KEY", "the-admin-secret-0123"}, {"GEMINI_API_KEYS", "AIzaOne,AIzaTwo"}});
  for (const char* name : {"ADMIN_API_KEY", "GEMINI_API_KEYS", "CLIENT_TOKENS", "KEY_ENCRYPTION_KEY"}) {
    EXPECT_EQ(view(name).kind, SettingKind::Secret);
    EXPECT_FALSE(view(name).value) << name;
    EXPECT_FALSE(view(name).is_editable) << name;
  }
  EXPECT_TRUE(view("ADMIN_API_KEY").is_set);
  EXPECT_TRUE(view("GEMINI_API_KEYS").is_set);
  EXPECT_FALSE(view("CLIENT_TOKENS").is_set);
}

TEST_F(RunSettingsTest, SayEverythingInBothLanguages) {
  start({});
  for (const SettingView& each : settings_->list().settings) {
    EXPECT_TRUE(each.sentence.ends_with('.')) << each.name;
    EXPECT_TRUE(each.sentence_zh.ends_with("。")) << each.name;
    EXPECT_FALSE(each.section.empty()) << each.name;
    EXPECT_FALSE(each.section_zh.empty()) << each.name;
    EXPECT_EQ(each.allowed.empty(), each.allowed_zh.empty()) << each.name;
    EXPECT_EQ(each.default_value.empty(), each.default_value_zh.empty()) << each.name;
    EXPECT_EQ(each.kind == SettingKind::Choice, !each.choices.empty()) << each.name;
  }
}

TEST_F(RunSettingsTest, AConsoleValueStandsBeforeTheEnvironmentsUntilItIsReset) {
  start({{"REQUEST_TIMEOUT_SECONDS", "100"}});
  ASSERT_TRUE(change("REQUEST_TIMEOUT_SECONDS", " 30 ").ok());
  ASSERT_TRUE(applied_);
  EXPECT_EQ(applied_->request_timeout_seconds, 30U);
  EXPECT_EQ(view("REQUEST_TIMEOUT_SECONDS").origin, SettingOrigin::Console);
  EXPECT_EQ(view("REQUEST_TIMEOUT_SECONDS").environment_value, "100");
  EXPECT_EQ(view("REQUEST_TIMEOUT_SECONDS").environment_origin, SettingOrigin::Environment);
  EXPECT_EQ(view("REQUEST_TIMEOUT_SECONDS").changed_at, kNow);
  start({{"REQUEST_TIMEOUT_SECONDS", "200"}});
  EXPECT_EQ(config_.request_timeout_seconds, 30U);
  EXPECT_EQ(view("REQUEST_TIMEOUT_SECONDS").environment_value, "200");
  ASSERT_TRUE(change("REQUEST_TIMEOUT_SECONDS", std::nullopt).ok());
  EXPECT_EQ(applied_->request_timeout_seconds, 200U);
  EXPECT_EQ(view("REQUEST_TIMEOUT_SECONDS").origin, SettingOrigin::Environment);
  EXPECT_FALSE(view("REQUEST_TIMEOUT_SECONDS").environment_value);
}

TEST_F(RunSettingsTest, TellWhatMoved) {
  start({});
  ASSERT_TRUE(
      settings_->update({{{"MAX_BODY_BYTES", "1 MiB", {}}, {"QUEUE_LIMIT", "1000", {}}}}, kChange, kNow)
          .ok());
  ASSERT_EQ(moves_.size(), 1U) << "the other one was so before";
  EXPECT_EQ(moves_[0].name, "MAX_BODY_BYTES");
  EXPECT_EQ(moves_[0].from, "64 MiB");
  EXPECT_EQ(moves_[0].to, "1 MiB");
}

TEST_F(RunSettingsTest, RefuseWhatTheStartWouldRefuseInTheSameWords) {
  start({});
  const auto report = load_config({{"MAX_HEADERS", "5"}}, {});
  const Error error = refused("MAX_HEADERS", "5");
  EXPECT_EQ(error.code, ErrorCode::BadRequest);
  EXPECT_EQ(error.field, "MAX_HEADERS");
  EXPECT_EQ(error.message, report.faults.at(0));
  EXPECT_EQ(refused("MAX_HEADERS", "").field, "MAX_HEADERS");
  EXPECT_EQ(refused("LOG_LEVEL", "loud").field, "LOG_LEVEL");
  EXPECT_EQ(refused("CORS_ORIGINS", "https://a.example, nonsense").field, "CORS_ORIGINS");
  EXPECT_FALSE(applied_);
}

TEST_F(RunSettingsTest, RefuseWhatDoesNotGoTogetherAtTheFieldThatWasTouched) {
  start({});
  EXPECT_EQ(refused("MAX_BODY_BYTES", "1 GiB").field, "MAX_BODY_BYTES");
  EXPECT_EQ(refused("BODY_BUDGET_BYTES", "1 MiB").field, "BODY_BUDGET_BYTES");
  EXPECT_TRUE(
      settings_
          ->update({{{"MAX_BODY_BYTES", "1 GiB", {}}, {"BODY_BUDGET_BYTES", "2 GiB", {}}}}, kChange, kNow)
          .ok());
}

TEST_F(RunSettingsTest, ChangeAllOrNothing) {
  start({});
  const auto answer =
      settings_->update({{{"QUEUE_LIMIT", "7", {}}, {"MAX_HEADERS", "1", {}}}}, kChange, kNow);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().field, "MAX_HEADERS");
  EXPECT_EQ(view("QUEUE_LIMIT").value, "1000");
  EXPECT_EQ(view("QUEUE_LIMIT").revision, 0);
}

TEST_F(RunSettingsTest, RefuseWhatIsReadAtTheStartAlone) {
  start({});
  for (const char* name : {"PORT", "KEY_STORAGE_MODE", "ADMIN_API_KEY", "GEMINI_BASE_URL", "WORKERS"}) {
    EXPECT_EQ(refused(name, "1").field, name);
    EXPECT_FALSE(view(name).is_editable) << name;
  }
  EXPECT_EQ(refused("NO_SUCH_SETTING", "1").code, ErrorCode::BadRequest);
  EXPECT_FALSE(settings_->update({}, kChange, kNow).ok());
  EXPECT_FALSE(settings_->update({{{"QUEUE_LIMIT", "7", {}}, {"QUEUE_LIMIT", "8", {}}}}, kChange, kNow).ok());
}

TEST_F(RunSettingsTest, RefuseAChangeOfWhatSomebodyElseChanged) {
  start({});
  ASSERT_TRUE(change("QUEUE_LIMIT", "7", 0).ok());
  const Error error = refused("QUEUE_LIMIT", "8", 0);
  EXPECT_EQ(error.code, ErrorCode::Conflict);
  EXPECT_EQ(error.field, "QUEUE_LIMIT");
  EXPECT_TRUE(change("QUEUE_LIMIT", "8", 1).ok());
  EXPECT_TRUE(change("QUEUE_LIMIT", std::nullopt, 2).ok());
  EXPECT_EQ(view("QUEUE_LIMIT").revision, 3) << "a reset counts as well";
}

TEST_F(RunSettingsTest, AnEmptyListIsAValueOfItsOwn) {
  start({{"CORS_ORIGINS", "https://chat.example.org"}});
  EXPECT_EQ(view("CORS_ORIGINS").value, "https://chat.example.org");
  ASSERT_TRUE(change("CORS_ORIGINS", "").ok());
  EXPECT_TRUE(applied_->cors_origins.empty());
  EXPECT_EQ(view("CORS_ORIGINS").origin, SettingOrigin::Console);
}

TEST_F(RunSettingsTest, NothingHoldsThatCouldNotBeSaved) {
  start({});
  store_.is_full = true;
  EXPECT_EQ(refused("QUEUE_LIMIT", "7").code, ErrorCode::Unavailable);
  EXPECT_EQ(view("QUEUE_LIMIT").value, "1000");
  EXPECT_EQ(view("QUEUE_LIMIT").revision, 0);
  EXPECT_FALSE(applied_);
}

TEST_F(RunSettingsTest, LeaveOutWhatAnotherVersionAllowedAndSayIt) {
  ASSERT_TRUE(
      store_
          .save({{"MAX_HEADERS", "3", 4, kNow}, {"QUEUE_LIMIT", "7", 1, kNow}, {"GONE", "1", 1, kNow}},
                kChange)
          .ok());
  const auto notes = start({});
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_NE(notes[0].find("MAX_HEADERS"), std::string::npos);
  EXPECT_EQ(config_.max_headers, 100U);
  EXPECT_EQ(config_.queue_limit, 7U);
  EXPECT_TRUE(change("MAX_HEADERS", "50", 4).ok()) << "what is left out blocks no later change";
}

TEST_F(RunSettingsTest, LeaveOutWhatNoLongerGoesWithTheEnvironment) {
  start({});
  ASSERT_TRUE(change("MAX_BODY_BYTES", "256 MiB").ok());
  const auto notes = start({{"MAX_BODY_BYTES", "1 MiB"}, {"BODY_BUDGET_BYTES", "2 MiB"}});
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(config_.max_body_bytes, 1024U * 1024U);
}

}  // namespace
}  // namespace geminate::config
