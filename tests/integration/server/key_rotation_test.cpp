#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "shared/codec/codec.h"
#include "shared/dto/keys.h"
#include "tests/support/plain_client.h"
#include "tests/support/promise.h"
#include "tests/support/server_process.h"

namespace geminate {
namespace {

namespace fs = std::filesystem;
using test::ServerProcess;

/// Base64 of 32 bytes.
constexpr const char* kFirst = "Zmlyc3QtZmlyc3QtZmlyc3QtZmlyc3QtZmlyc3QtMTI=";
constexpr const char* kSecond = "c2Vjb25kLXNlY29uZC1zZWNvbmQtc2Vjb25kLTEyMzQ=";
constexpr const char* kThird = "dGhpcmQtdGhpcmQtdGhpcmQtdGhpcmQtdGhpcmQtMTI=";

/// The built program with a database in a folder of its own.
class KeyRotation : public testing::Test {
 protected:
  using Environment = ServerProcess::Environment;

  static Environment with_key(const std::string& key, const std::string& previous = {}) {
    Environment environment{
        {"KEY_STORAGE_MODE", "database"}, {"CHECK_ON_ADD", "off"}, {"KEY_ENCRYPTION_KEY", key}};
    if (!previous.empty()) environment["KEY_ENCRYPTION_KEY_PREVIOUS"] = previous;
    return environment;
  }
  static std::string admin_fields() {
    return "Content-Type: application/json\r\nAuthorization: Bearer " + std::string(ServerProcess::kAdmin) +
           "\r\n";
  }
  static test::PlainAnswer manage(const ServerProcess& server, const std::string& method,
                                  const std::string& path, const std::string& body = {}) {
    const auto answer = test::ask(server.port(), method, path, admin_fields(), body);
    EXPECT_TRUE(answer) << server.log();
    return answer.value_or(test::PlainAnswer{});
  }
  /// Keys by id: description and the text's last characters.
  static std::map<std::int64_t, std::string> keys_of(const ServerProcess& server) {
    std::map<std::int64_t, std::string> found;
    const auto list = codec::from_json<KeyList>(manage(server, "GET", "/api/manage/keys/data").body);
    EXPECT_TRUE(list.ok());
    if (!list.ok()) return found;
    for (const auto& key : list->keys) found[key.id] = key.description.value_or("") + key.key_preview;
    return found;
  }
  static void add_keys(const ServerProcess& server, int from, int to) {
    std::string lines;
    for (int i = from; i < to; ++i) lines += "AIzaRotatedInTheServer-" + std::to_string(100'000 + i) + "\\n";
    EXPECT_EQ(manage(server, "POST", "/api/manage/keys/import", R"({"text":")" + lines + R"("})").status,
              200);
  }
  std::map<std::int64_t, std::string> begin_with(int keys) {
    ServerProcess server(folder_.path(), with_key(kFirst));
    EXPECT_TRUE(server.running()) << server.log();
    add_keys(server, 0, keys);
    auto found = keys_of(server);
    EXPECT_EQ(found.size(), static_cast<std::size_t>(keys));
    EXPECT_EQ(server.stop(), 0);
    return found;
  }
  /// Every file of the data folder but usage.db, which a start may write before it looks at keys.
  std::map<std::string, std::string> data_files() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(folder_.path() / "data")) {
      const std::string name = entry.path().filename().string();
      if (!name.starts_with("geminate.db")) continue;
      std::ifstream stream(entry.path(), std::ios::binary);
      files[name] = std::string(std::istreambuf_iterator<char>(stream), {});
    }
    return files;
  }
  void expect_refusal(const Environment& environment, const std::string& saying) {
    const auto before = data_files();
    ServerProcess server(folder_.path(), environment);
    EXPECT_FALSE(server.running());
    EXPECT_NE(server.wait_for_exit(), 0);
    EXPECT_NE(server.log().find(saying), std::string::npos) << server.log();
    EXPECT_EQ(server.log().find("Zmlyc3Q"), std::string::npos) << "no key in what it says";
    EXPECT_TRUE(data_files() == before) << "not a byte has changed";
  }
  std::unique_ptr<ServerProcess> rotate(const std::string& key = kFirst) {
    return std::make_unique<ServerProcess>(folder_.path(), with_key(key),
                                           std::vector<std::string>{"rotate-data-key"});
  }

  test::ScratchFolder folder_;
};

TEST_F(KeyRotation, OfTheKeyEncryptionKeyNeedsThePreviousOneOnceAndKeepsEverything) {
  const auto keys = begin_with(20);
  expect_refusal(with_key(kSecond), "KEY_ENCRYPTION_KEY is not the one");
  {
    ServerProcess server(folder_.path(), with_key(kSecond, kFirst));
    ASSERT_TRUE(server.running()) << server.log();
    EXPECT_NE(server.log().find("wrapped under the new KEY_ENCRYPTION_KEY"), std::string::npos);
    EXPECT_EQ(keys_of(server), keys);
    EXPECT_EQ(
        manage(server, "POST", "/api/manage/keys/add", R"({"key_string":"AIzaRotatedInTheServer-100003"})")
            .status,
        409)
        << "duplicates are still found";
    EXPECT_EQ(server.stop(), 0);
  }
  ServerProcess server(folder_.path(), with_key(kSecond));
  ASSERT_TRUE(server.running()) << server.log();
  EXPECT_EQ(keys_of(server), keys);
  EXPECT_EQ(server.stop(), 0);
  expect_refusal(with_key(kFirst), "KEY_ENCRYPTION_KEY is not the one");
}

TEST_F(KeyRotation, IsRefusedWithWrongKeysAndChangesNoByte) {
  begin_with(3);
  {
    // What a killed server leaves: a log that is not in the database yet.
    ServerProcess server(folder_.path(), with_key(kFirst));
    add_keys(server, 10, 12);
    server.kill_hard();
  }
  ASSERT_TRUE(data_files().contains("geminate.db-wal"));
  expect_refusal(with_key(kSecond), "KEY_ENCRYPTION_KEY is not the one");
  expect_refusal(with_key(kSecond, kThird),
                 "KEY_ENCRYPTION_KEY and KEY_ENCRYPTION_KEY_PREVIOUS are both not");
  expect_refusal({{"KEY_STORAGE_MODE", "database"}}, "KEY_ENCRYPTION_KEY is not set");
  expect_refusal({{"KEY_STORAGE_MODE", "database"}, {"KEY_ENCRYPTION_KEY_PREVIOUS", kFirst}},
                 "KEY_ENCRYPTION_KEY is not set");
  test::note_promise("sealing-wrong-key",
                     "4 wrong or missing keys refused, 0 bytes of database, log and index changed");
}

TEST_F(KeyRotation, OfTheDataKeyIsACommand) {
  const auto keys = begin_with(50);
  auto command = rotate();
  EXPECT_EQ(command->wait_for_exit(), 0) << command->log();
  EXPECT_NE(command->log().find("50 keys were sealed anew"), std::string::npos) << command->log();
  ServerProcess server(folder_.path(), with_key(kFirst));
  ASSERT_TRUE(server.running()) << server.log();
  EXPECT_EQ(keys_of(server), keys);
}

TEST_F(KeyRotation, OfTheDataKeyIsRefusedWhereThereIsNothingToRotate) {
  auto command = rotate();
  EXPECT_NE(command->wait_for_exit(), 0);
  EXPECT_NE(command->log().find("there is no database"), std::string::npos) << command->log();
  EXPECT_FALSE(fs::exists(folder_.path() / "data"));
  ServerProcess in_memory(folder_.path(), {}, {"rotate-data-key"});
  EXPECT_NE(in_memory.wait_for_exit(), 0);
  EXPECT_NE(in_memory.log().find("memory mode"), std::string::npos) << in_memory.log();
}

TEST_F(KeyRotation, OfTheDataKeyIsRefusedWithAWrongKey) {
  begin_with(3);
  const auto before = data_files();
  auto command = rotate(kSecond);
  EXPECT_NE(command->wait_for_exit(), 0);
  EXPECT_TRUE(data_files() == before);
}

TEST_F(KeyRotation, OfTheDataKeyWorksBesideARunningServer) {
  begin_with(300);
  ServerProcess server(folder_.path(), with_key(kFirst));
  ASSERT_TRUE(server.running()) << server.log();
  std::atomic<bool> stop{false};
  std::atomic<int> edits{0};
  std::thread editor([&] {
    for (int i = 0; !stop; ++i, ++edits) {
      const std::string id = std::to_string(1 + i % 200);
      const std::string project = R"({"project":"project-)" + std::to_string(i) + "\"}";
      EXPECT_EQ(manage(server, "PUT", "/api/manage/keys/update/" + id, project).status, 200);
      add_keys(server, 1000 + i, 1001 + i);
    }
  });
  for (int i = 0; i < 3; ++i) {
    auto command = rotate();
    EXPECT_EQ(command->wait_for_exit(), 0) << command->log();
  }
  stop = true;
  editor.join();
  EXPECT_GT(edits, 0);
  const auto keys = keys_of(server);
  EXPECT_EQ(server.stop(), 0);
  ServerProcess again(folder_.path(), with_key(kFirst));
  ASSERT_TRUE(again.running()) << again.log();
  EXPECT_EQ(keys_of(again), keys);
}

TEST_F(KeyRotation, OfTheDataKeyKilledAnywhereLosesNothingAndGoesOn) {
  const int kills = test::is_long_run() ? 300 : 15;
  const auto keys = begin_with(2000);
  std::mt19937 random(20261128);
  int finished = 0;
  for (int round = 0; round < kills; ++round) {
    auto command = rotate();
    std::this_thread::sleep_for(std::chrono::milliseconds{std::uniform_int_distribution<>(1, 400)(random)});
    command->kill_hard();
    if (command->log().find("sealed anew") != std::string::npos) ++finished;
    if (round % 5 != 0) continue;
    ServerProcess server(folder_.path(), with_key(kFirst));
    ASSERT_TRUE(server.running()) << server.log();
    ASSERT_EQ(keys_of(server), keys);
    server.kill_hard();
  }
  auto last = rotate();
  EXPECT_EQ(last->wait_for_exit(), 0) << last->log();
  ServerProcess server(folder_.path(), with_key(kFirst));
  ASSERT_TRUE(server.running()) << server.log();
  EXPECT_EQ(keys_of(server), keys);
  EXPECT_EQ(server.log().find("half exchanged"), std::string::npos);
  test::note_promise("sealing-rotation", std::to_string(kills) + " runs of rotate-data-key killed, " +
                                             std::to_string(finished) + " of them after their end, 0 of " +
                                             std::to_string(keys.size()) + " keys lost");
}

}  // namespace
}  // namespace geminate
