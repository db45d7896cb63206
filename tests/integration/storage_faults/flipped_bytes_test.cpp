#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "backend/storage/open_stores.h"
#include "backend/storage/sql_usage_store.h"
#include "backend/storage/usage_file.h"
#include "backend/usage/recorder.h"
#include "backend/usage/request_search.h"
#include "tests/support/promise.h"
#include "tests/unit/storage/database_fixture.h"
#include "tests/unit/usage/usage_fixture.h"

// Bytes of the files change while nobody looks. A start says so and what to do, and leaves the file alone;
// where the change meets nothing that anybody would notice, no key, no token and no secret is missing or
// another one.

namespace geminate::storage {
namespace {

constexpr int kKeys = 300;
constexpr int kTokens = 200;

/// What must never be lost without a word.
struct Content {
  std::map<std::int64_t, std::string> keys;
  std::map<std::int64_t, std::string> tokens;
  /// What else the rows say: descriptions, limits and the like.
  std::string rest;
};

bool has_advice(const std::string& message) {
  for (const char* advice : {"backup", "DATABASE_URL", "Move it away"}) {
    if (message.find(advice) != std::string::npos) return true;
  }
  return false;
}

class FlippedBytes : public testing::Test {
 protected:
  void SetUp() override {
    config_.key_storage_mode = KeyStorageMode::Database;
    config_.data_dir = folder_ / "data";
    config_.database_url = "sqlite:" + (folder_ / "data/geminate.db").string();
    config_.key_encryption_key = Secret(std::string(32, 'k'));
  }

  void fill_database() {
    const Stores stores = need(open_stores(config_));
    std::vector<keys::UpstreamKey> rows;
    for (int i = 0; i < kKeys; ++i) {
      rows.push_back(key_with("AIza-flipped-" + std::to_string(i)));
      rows.back().description = "Key number " + std::to_string(i) + " of the flipped";
    }
    need(stores.keys->insert(rows, kChange));
    for (int i = 0; i < kTokens; ++i) {
      auth::ClientToken token;
      token.secret_hash = std::to_string(i) + std::string(32 - std::to_string(i).size(), 'h');
      token.description = "Token number " + std::to_string(i);
      need(stores.tokens->insert(token, kChange));
    }
    need(stores.settings->save({{"REQUEST_TIMEOUT_SECONDS", "300", 1, now().wall}}, kChange));
  }

  static Result<Content> read(Stores& stores) {
    Content content;
    GEMINATE_TRY(const auto keys, stores.keys->load());
    for (const auto& key : keys) {
      content.keys[key.id] = key.text.reveal();
      content.rest += key.description.value_or("-") + key.project.value_or("-") +
                      (key.is_active ? "+" : "-") + std::to_string(key.weight);
    }
    GEMINATE_TRY(const auto tokens, stores.tokens->load());
    for (const auto& token : tokens) {
      content.tokens[token.id] = token.secret_hash;
      content.rest += token.description.value_or("-") + (token.is_active ? "+" : "-");
    }
    GEMINATE_TRY(const auto settings, stores.settings->load());
    for (const auto& setting : settings) content.rest += setting.name + setting.value.value_or("-");
    return content;
  }

  /// A few single bits, a byte, or a run of zeros as a lost sector leaves them; half of the time in the first
  /// pages, where the schema is.
  static std::string flip(std::string bytes, std::mt19937& random) {
    const std::size_t reach = random() % 4 == 0 ? std::min<std::size_t>(bytes.size(), 8192) : bytes.size();
    const auto kind = random() % 8;
    if (kind == 0) {
      const std::size_t sector = random() % (reach / 512) * 512;
      return bytes.replace(sector, 512, std::string(512, random() % 2 == 0 ? '\0' : '\xff'));
    }
    const int count = kind < 4 ? 1 : static_cast<int>(random() % 16);
    for (int i = 0; i <= count; ++i) {
      char& byte = bytes[random() % reach];
      byte = static_cast<char>(byte ^ (kind % 2 == 0 ? 1 << random() % 8 : 1 + random() % 255));
    }
    return bytes;
  }

  ScratchFolder folder_;
  config::Config config_;
  const unsigned seed_ = std::random_device{}();
  std::mt19937 random_{seed_};
};

TEST_F(FlippedBytes, OfTheKeysAreSaidAtTheStartOrCostNoKeyAndNoToken) {
  SCOPED_TRACE("seed " + std::to_string(seed_));
  const int rounds = test::is_long_run() ? 2000 : 100;
  fill_database();
  const auto path = folder_ / "data/geminate.db";
  const std::string sound = bytes_of(path);
  Content before;
  {
    Stores stores = need(open_stores(config_));
    before = need(read(stores));
  }
  int refused = 0;
  int other_settings = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::string flipped = flip(sound, random_);
    for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(path.string() + suffix);
    write_bytes(path, flipped);
    auto opened = open_stores(config_);
    auto content = opened.ok() ? read(*opened) : Result<Content>(opened.error());
    if (!content.ok()) {
      ++refused;
      EXPECT_EQ(bytes_of(path), flipped) << "round " << round;
      EXPECT_TRUE(has_advice(content.error().message)) << content.error().message;
      continue;
    }
    ASSERT_EQ(content->keys, before.keys) << "round " << round;
    ASSERT_EQ(content->tokens, before.tokens) << "round " << round;
    other_settings += content->rest != before.rest ? 1 : 0;
  }
  EXPECT_GT(refused, 0);
  test::note_promise("flipped-bytes",
                     std::to_string(rounds) + " damaged databases: " + std::to_string(refused) +
                         " starts refused with advice and the file left as it was, " +
                         std::to_string(rounds - refused) + " with every key and token (of them " +
                         std::to_string(other_settings) + " with a changed description or limit), 0 crashes");
}

TEST_F(FlippedBytes, OfUsageAreSaidAtTheStartOrWhenTheyAreRead) {
  SCOPED_TRACE("seed " + std::to_string(seed_));
  const int rounds = test::is_long_run() ? 1000 : 50;
  const auto path = usage_file(folder_.path());
  {
    const auto store = usage::must(SqlUsageStore::open(path));
    usage::Recorder recorder(*store, {}, {});
    usage::must(recorder.start());
    for (std::uint64_t i = 0; i < 3000; ++i) recorder.worker(0).add(usage::record_at(0, i));
    recorder.stop();
  }
  const std::string sound = bytes_of(path);
  int refused = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::string flipped = flip(sound, random_);
    for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(path.string() + suffix);
    write_bytes(path, flipped);
    auto store = SqlUsageStore::open(path);
    if (!store.ok()) {
      ++refused;
      EXPECT_EQ(bytes_of(path), flipped) << "round " << round;
      EXPECT_TRUE(has_advice(store.error().message)) << store.error().message;
      continue;
    }
    usage::Recorder recorder(**store, {}, {});
    if (!recorder.start().ok()) continue;
    recorder.worker(0).add(usage::record_at(0, 1'000'000));
    recorder.flush();
    (void)usage::search_requests(**store, {}, {}, 5000);
  }
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace geminate::storage
