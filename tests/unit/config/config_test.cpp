#include "backend/config/config.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace geminate::config {
namespace {

ConfigReport load(const Environment& environment) { return load_config(environment, {}); }

/// The one fault of loading this; fails the test when there are none or more.
std::string fault_of(const Environment& environment) {
  const ConfigReport report = load(environment);
  EXPECT_EQ(report.faults.size(), 1U);
  return report.faults.empty() ? "" : report.faults.front();
}

std::vector<std::string> texts_of(const std::vector<Secret>& secrets) {
  std::vector<std::string> texts;
  for (const Secret& secret : secrets) texts.push_back(secret.reveal());
  return texts;
}

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// A file that is gone when the test ends.
class ScratchFile {
 public:
  ScratchFile(const std::string& name, const std::string& content)
      : path_(std::filesystem::path(testing::TempDir()) /
              ("geminate-" + std::to_string(::getpid()) + "-" + name)) {
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~ScratchFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

TEST(Config, WithoutSettingsEverythingIsAsTheContractSays) {
  const ConfigReport report = load({});
  EXPECT_TRUE(report.faults.empty());
  EXPECT_TRUE(report.warnings.empty());
  const Config& config = report.config;
  EXPECT_EQ(config.key_storage_mode, KeyStorageMode::Memory);
  EXPECT_TRUE(config.gemini_api_keys.empty());
  EXPECT_EQ(config.database_url, "sqlite:data/geminate.db");
  EXPECT_TRUE(config.key_encryption_key.empty());
  EXPECT_TRUE(config.client_tokens.empty());
  EXPECT_TRUE(config.admin_api_key.empty());
  EXPECT_EQ(config.host, "127.0.0.1");
  EXPECT_EQ(config.port, 7860);
  EXPECT_EQ(config.data_dir, "data");
  EXPECT_EQ(config.gemini_base_url, "https://generativelanguage.googleapis.com");
  EXPECT_EQ(config.workers, 0U);
  EXPECT_EQ(config.log_level, LogLevel::Info);
  EXPECT_EQ(config.log_format, LogFormat::Text);
  EXPECT_EQ(config.max_header_bytes, 32U * 1024);
  EXPECT_EQ(config.max_headers, 100U);
  EXPECT_EQ(config.max_body_bytes, 64U * 1024 * 1024);
  EXPECT_EQ(config.body_budget_bytes, 512U * 1024 * 1024);
  EXPECT_EQ(config.queue_timeout_ms, 0U);
  EXPECT_EQ(config.queue_limit, 1000U);
  EXPECT_TRUE(config.cors_origins.empty());
  EXPECT_TRUE(config.forward_headers.empty());
}

TEST(Config, ARealVariableWinsOverTheFile) {
  const ConfigReport report = load_config({{"PORT", "1"}}, {{"PORT", "2"}, {"HOST", "0.0.0.0"}});
  EXPECT_EQ(report.config.port, 1);
  EXPECT_EQ(report.config.host, "0.0.0.0");
}

TEST(Config, SetToNothingIsNotSet) {
  const ConfigReport report =
      load({{"PORT", ""}, {"ADMIN_API_KEY", "  "}, {"KEY_STORAGE_MODE", ""}, {"GEMINI_API_KEYS", ""}});
  EXPECT_TRUE(report.faults.empty());
  EXPECT_TRUE(report.warnings.empty());
  EXPECT_EQ(report.config.port, 7860);
}

TEST(Config, TheModeIsReadTrimmedAndInAnyCase) {
  for (const char* text : {"database", " DataBase ", "DATABASE\n"}) {
    const ConfigReport report = load({{"KEY_STORAGE_MODE", text}});
    EXPECT_EQ(report.config.key_storage_mode, KeyStorageMode::Database) << text;
    EXPECT_TRUE(report.warnings.empty());
  }
  EXPECT_EQ(load({{"KEY_STORAGE_MODE", "Memory"}}).config.key_storage_mode, KeyStorageMode::Memory);
}

TEST(Config, AnyOtherModeIsReportedByNameAndValueAndBecomesMemory) {
  for (const char* text : {"postgres", "data base", "memory,database", "1"}) {
    const ConfigReport report = load({{"KEY_STORAGE_MODE", text}});
    EXPECT_TRUE(report.faults.empty()) << "it does not stop the start";
    ASSERT_EQ(report.warnings.size(), 1U);
    EXPECT_TRUE(holds(report.warnings[0], "KEY_STORAGE_MODE"));
    EXPECT_TRUE(holds(report.warnings[0], text));
    EXPECT_EQ(report.config.key_storage_mode, KeyStorageMode::Memory);
  }
}

TEST(Config, KeysAreAListWithoutBlanksAndDuplicates) {
  const ConfigReport report = load({{"GEMINI_API_KEYS", " AIza1, ,AQ.2,,AIza1 ,\nAIza3"}});
  EXPECT_TRUE(report.faults.empty());
  EXPECT_EQ(texts_of(report.config.gemini_api_keys), (std::vector<std::string>{"AIza1", "AQ.2", "AIza3"}));
}

TEST(Config, TheFilesKeysAreAddedToTheVariables) {
  const ScratchFile file("keys", "AIza2\r\nAIza1\n\n  AIza3  \n");
  const ConfigReport report = load({{"GEMINI_API_KEYS", "AIza1"}, {"GEMINI_API_KEYS_FILE", file.path()}});
  EXPECT_TRUE(report.faults.empty());
  EXPECT_EQ(texts_of(report.config.gemini_api_keys), (std::vector<std::string>{"AIza1", "AIza2", "AIza3"}));
}

TEST(Config, AFileThatIsNotThereIsAFault) {
  for (const char* path : {"/nonexistent/keys", "/"}) {
    const std::string fault = fault_of({{"GEMINI_API_KEYS_FILE", path}});
    EXPECT_TRUE(holds(fault, "GEMINI_API_KEYS_FILE")) << fault;
    EXPECT_TRUE(holds(fault, path)) << fault;
  }
}

TEST(Config, AKeyThatNoHeaderCanCarryIsAFaultThatDoesNotShowIt) {
  const std::string fault = fault_of({{"GEMINI_API_KEYS", "AIza1,AIzaCanary密钥"}});
  EXPECT_TRUE(holds(fault, "GEMINI_API_KEYS, entry 2"));
  EXPECT_FALSE(holds(fault, "Canary"));
}

TEST(Config, ClientTokensHaveAliasesThatAllCount) {
  const ConfigReport report = load({{"CLIENT_TOKENS", "token-number-one-1,token-number-two-2"},
                                    {"PASSWORD", "token-number-two-2"},
                                    {"USERS_API_KEY", "token-number-three"}});
  EXPECT_TRUE(report.faults.empty());
  EXPECT_EQ(texts_of(report.config.client_tokens),
            (std::vector<std::string>{"token-number-one-1", "token-number-two-2", "token-number-three"}));
}

TEST(Config, AShortTokenIsAFaultUnderTheNameThatWasUsed) {
  const std::string fault = fault_of({{"PASSWORD", "canary-too-sho"}});
  EXPECT_TRUE(holds(fault, "PASSWORD"));
  EXPECT_TRUE(holds(fault, "16"));
  EXPECT_FALSE(holds(fault, "canary"));
}

TEST(Config, TheAdminsSecretIsLongAndNoClientsToken) {
  EXPECT_TRUE(holds(fault_of({{"ADMIN_API_KEY", "canary-15-chars"}}), "ADMIN_API_KEY"));
  EXPECT_FALSE(holds(fault_of({{"ADMIN_API_KEY", "canary-15-chars"}}), "canary"));
  EXPECT_EQ(load({{"ADMIN_API_KEY", "sixteen-chars-ok"}}).config.admin_api_key.reveal(), "sixteen-chars-ok");
  const std::string shared = fault_of(
      {{"ADMIN_API_KEY", "one-and-the-same-1"}, {"CLIENT_TOKENS", "x-other-token-of-16,one-and-the-same-1"}});
  EXPECT_TRUE(holds(shared, "ADMIN_API_KEY"));
  EXPECT_TRUE(holds(shared, "CLIENT_TOKENS"));
  EXPECT_FALSE(holds(shared, "same-1"));
}

TEST(Config, ThePreviousEncryptionKeyIsLikeThePresentOne) {
  const std::string text = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=";
  const ScratchFile file("previous", text + "\n");
  EXPECT_TRUE(load({}).config.key_encryption_key_previous.empty());
  EXPECT_EQ(load({{"KEY_ENCRYPTION_KEY_PREVIOUS", text}}).config.key_encryption_key_previous.reveal(),
            std::string(32, 'k'));
  EXPECT_EQ(
      load({{"KEY_ENCRYPTION_KEY_PREVIOUS_FILE", file.path()}}).config.key_encryption_key_previous.reveal(),
      std::string(32, 'k'));
  const std::string fault = fault_of({{"KEY_ENCRYPTION_KEY_PREVIOUS", "canary"}});
  EXPECT_TRUE(holds(fault, "KEY_ENCRYPTION_KEY_PREVIOUS")) << fault;
  EXPECT_FALSE(holds(fault, "canary")) << fault;
}

TEST(Config, TheEncryptionKeyIsThirtyTwoBytesOfBase64) {
  const std::string bytes(32, 'k');
  EXPECT_EQ(load({{"KEY_ENCRYPTION_KEY", "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="}})
                .config.key_encryption_key.reveal(),
            bytes);
  for (const char* text : {"a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tr",
                           "a2tra2s=", "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk!", "canary"}) {
    const std::string fault = fault_of({{"KEY_ENCRYPTION_KEY", text}});
    EXPECT_TRUE(holds(fault, "KEY_ENCRYPTION_KEY")) << fault;
    EXPECT_FALSE(holds(fault, text)) << fault;
  }
  const ScratchFile file("encryption", "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=\n");
  EXPECT_EQ(load({{"KEY_ENCRYPTION_KEY_FILE", file.path()}}).config.key_encryption_key.reveal(), bytes);
  EXPECT_TRUE(holds(fault_of({{"KEY_ENCRYPTION_KEY", "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="},
                              {"KEY_ENCRYPTION_KEY_FILE", file.path()}}),
                    "both"));
}

TEST(Config, NumbersAndSizesHaveRanges) {
  const ConfigReport report =
      load({{"PORT", "0"}, {"MAX_BODY_BYTES", "128 MiB"}, {"MAX_HEADER_BYTES", "65536"}, {"WORKERS", "8"}});
  EXPECT_TRUE(report.faults.empty());
  EXPECT_EQ(report.config.port, 0);
  EXPECT_EQ(report.config.max_body_bytes, 128U * 1024 * 1024);
  EXPECT_EQ(report.config.max_header_bytes, 65536U);
  EXPECT_EQ(report.config.workers, 8U);
  for (const char* text : {"65536", "-1", "80a", "0x50", "1e3", "99999999999999999999999", "80 81", "KiB"}) {
    const std::string fault = fault_of({{"PORT", text}});
    EXPECT_TRUE(holds(fault, "PORT=") && holds(fault, text)) << fault;
    EXPECT_TRUE(holds(fault, "0 to 65535")) << fault;
  }
  EXPECT_TRUE(holds(fault_of({{"MAX_HEADER_BYTES", "2MiB"}}), "1 KiB to 1 MiB"));
  EXPECT_TRUE(holds(fault_of({{"MAX_HEADERS", "1KiB"}}), "MAX_HEADERS")) << "a count is no size";
}

TEST(Config, TheBudgetHoldsAtLeastOneBody) {
  const std::string fault = fault_of({{"BODY_BUDGET_BYTES", "1MiB"}});
  EXPECT_TRUE(holds(fault, "BODY_BUDGET_BYTES"));
  EXPECT_TRUE(holds(fault, "MAX_BODY_BYTES"));
  EXPECT_TRUE(load({{"BODY_BUDGET_BYTES", "1MiB"}, {"MAX_BODY_BYTES", "1MiB"}}).faults.empty());
}

TEST(Config, LogLevelsHaveTheirUsualNames) {
  EXPECT_EQ(load({{"LOG_LEVEL", "WARN"}}).config.log_level, LogLevel::Warning);
  EXPECT_EQ(load({{"LOG_LEVEL", "warning"}}).config.log_level, LogLevel::Warning);
  EXPECT_EQ(load({{"LOG_LEVEL", "trace"}}).config.log_level, LogLevel::Trace);
  EXPECT_EQ(load({{"LOG_FORMAT", "JSON"}}).config.log_format, LogFormat::Json);
  EXPECT_TRUE(holds(fault_of({{"LOG_LEVEL", "loud"}}), "trace, debug, info, warning or error"));
}

TEST(Config, UpstreamIsHttpsOrLoopback) {
  EXPECT_EQ(load({{"GEMINI_BASE_URL", "http://127.0.0.1:9000//"}}).config.gemini_base_url,
            "http://127.0.0.1:9000");
  EXPECT_TRUE(
      holds(fault_of({{"GEMINI_BASE_URL", "http://example.org"}}), "GEMINI_BASE_URL=http://example.org"));
}

TEST(Config, TheDatabaseIsWhereFilesAreKeptUnlessSaidOtherwise) {
  EXPECT_EQ(load({{"DATA_DIR", "/srv/geminate"}}).config.database_url, "sqlite:/srv/geminate/geminate.db");
  EXPECT_EQ(load({{"DATA_DIR", "/srv/geminate"}, {"DATABASE_URL", "sqlite:x.db"}}).config.database_url,
            "sqlite:x.db");
  EXPECT_TRUE(holds(fault_of({{"DATABASE_URL", "postgres://x"}}), "DATABASE_URL"));
}

TEST(Config, HeadersAndOriginsAreLists) {
  const ConfigReport report = load({{"FORWARD_HEADERS", "X-Trace-Id, x-team"},
                                    {"CORS_ORIGINS", "https://a.example, http://localhost:3000"}});
  EXPECT_TRUE(report.faults.empty());
  EXPECT_EQ(report.config.forward_headers, (std::vector<std::string>{"x-trace-id", "x-team"}));
  EXPECT_EQ(report.config.cors_origins,
            (std::vector<std::string>{"https://a.example", "http://localhost:3000"}));
  EXPECT_TRUE(holds(fault_of({{"FORWARD_HEADERS", "X-Ok,Authorization"}}), "Authorization"));
  EXPECT_TRUE(holds(fault_of({{"CORS_ORIGINS", "a.example"}}), "CORS_ORIGINS=a.example"));
}

TEST(Config, EveryFaultIsListedAtOnce) {
  const ConfigReport report = load({{"PORT", "x"},
                                    {"LOG_LEVEL", "x"},
                                    {"ADMIN_API_KEY", "x"},
                                    {"CLIENT_TOKENS", "x,y"},
                                    {"WORKERS", "x"}});
  EXPECT_EQ(report.faults.size(), 6U);
}

TEST(Config, AFaultDoesNotRepeatControlCharactersOrAScreenful) {
  const std::string fault = fault_of({{"PORT", "1\x1b[2J\n" + std::string(5000, '9')}});
  EXPECT_LT(fault.size(), 300U);
  EXPECT_FALSE(holds(fault, "\x1b"));
  EXPECT_FALSE(holds(fault, "\n"));
}

TEST(Config, UnknownVariablesAreNobodysBusiness) {
  EXPECT_TRUE(load({{"PATH", "/bin"}, {"GEMINATE_SOMETHING", "x"}}).faults.empty());
}

}  // namespace
}  // namespace geminate::config
