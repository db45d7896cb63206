#include <gtest/gtest.h>
#include <signal.h>

#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <thread>

#include "shared/codec/codec.h"
#include "shared/dto/audit.h"
#include "shared/dto/keys.h"
#include "tests/support/plain_client.h"
#include "tests/support/server_process.h"

namespace geminate {
namespace {

using test::PlainClient;
using test::ScratchFolder;
using test::ServerProcess;

constexpr int kKills = 200;

const std::string kFields = "Host: 127.0.0.1\r\nContent-Type: application/json\r\nAuthorization: Bearer " +
                            std::string(ServerProcess::kAdmin) + "\r\n";

std::optional<test::PlainAnswer> manage(PlainClient& client, const std::string& method,
                                        const std::string& path, const std::string& body) {
  std::string request = method + " " + path + " HTTP/1.1\r\n" + kFields;
  if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  if (!client.send(request + "\r\n" + body)) return std::nullopt;
  return client.read_answer();
}

std::optional<KeyList> list_keys(const ServerProcess& server) {
  PlainClient client(server.port());
  const auto answer = manage(client, "GET", "/api/manage/keys/data", "");
  if (!answer || answer->status != 200) return std::nullopt;
  auto list = codec::from_json<KeyList>(answer->body);
  if (!list.ok()) return std::nullopt;
  return std::move(list).value();
}

/// What the server has acknowledged: descriptions by id, and what was deleted.
struct Acknowledged {
  std::map<std::int64_t, std::string> descriptions;
  /// Edits whose answer never came: either value is right.
  std::map<std::int64_t, std::string> in_doubt;
  std::set<std::int64_t> deletes_in_doubt;
  int edits = 0;
};

/// Adds, edits and deletes keys as fast as it can until the connection breaks.
void edit_until_cut(const ServerProcess& server, int round, Acknowledged& state) {
  PlainClient client(server.port());
  for (int step = 0;; ++step) {
    const std::string name = "r" + std::to_string(round) + "s" + std::to_string(step);
    const auto added = manage(client, "POST", "/api/manage/keys/add",
                              R"({"key_string":"key-)" + name + R"(-text","description":")" + name + "\"}");
    if (!added) return;
    ASSERT_EQ(added->status, 201) << added->body;
    const auto row = codec::from_json<UpstreamKeyView>(added->body);
    ASSERT_TRUE(row.ok());
    state.descriptions[row->id] = name;
    ++state.edits;
    state.in_doubt[row->id] = name + "-edited";
    const auto edited = manage(client, "PUT", "/api/manage/keys/update/" + std::to_string(row->id),
                               R"({"description":")" + name + "-edited\"}");
    if (!edited) return;
    ASSERT_EQ(edited->status, 200) << edited->body;
    state.descriptions[row->id] = name + "-edited";
    state.in_doubt.erase(row->id);
    ++state.edits;
    if (step % 3 != 2) continue;
    state.deletes_in_doubt.insert(row->id);
    const auto deleted = manage(client, "DELETE", "/api/manage/keys/delete/" + std::to_string(row->id), "");
    if (!deleted) return;
    ASSERT_EQ(deleted->status, 204) << deleted->body;
    state.deletes_in_doubt.erase(row->id);
    state.descriptions.erase(row->id);
    ++state.edits;
  }
}

void expect_everything_acknowledged(const ServerProcess& server, Acknowledged& state) {
  const auto list = list_keys(server);
  ASSERT_TRUE(list);
  std::map<std::int64_t, std::string> found;
  for (const auto& key : list->keys) found[key.id] = key.description.value_or("");
  for (const auto& [id, description] : state.descriptions) {
    const auto row = found.find(id);
    if (row == found.end()) {
      EXPECT_TRUE(state.deletes_in_doubt.count(id)) << "lost " << description;
      continue;
    }
    const auto doubt = state.in_doubt.find(id);
    EXPECT_TRUE(row->second == description || (doubt != state.in_doubt.end() && row->second == doubt->second))
        << row->second << " instead of " << description;
  }
  // From here on, what is there is what counts.
  state.in_doubt.clear();
  state.deletes_in_doubt.clear();
  state.descriptions = std::move(found);
}

/// In the audit log, whose chain holds.
void expect_a_row_for_each_edit(const ServerProcess& server, const Acknowledged& state) {
  PlainClient client(server.port());
  const auto answer = manage(client, "GET", "/api/manage/audit/verify", "");
  ASSERT_TRUE(answer);
  const auto found = codec::from_json<AuditVerification>(answer->body);
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(found->ok) << found->reason.value_or("");
  EXPECT_GE(found->rows, state.edits);
}

TEST(KilledServer, LosesNoAcknowledgedEditInDatabaseMode) {
  ScratchFolder folder;
  std::mt19937 random(20261123);
  Acknowledged state;
  for (int round = 0; round < kKills; ++round) {
    ServerProcess server(folder.path(), {{"KEY_STORAGE_MODE", "database"}});
    ASSERT_TRUE(server.running()) << server.log();
    expect_everything_acknowledged(server, state);
    expect_a_row_for_each_edit(server, state);
    if (::testing::Test::HasFailure()) return;
    std::thread editor([&] { edit_until_cut(server, round, state); });
    std::this_thread::sleep_for(std::chrono::milliseconds{std::uniform_int_distribution<>(1, 60)(random)});
    const auto pid = server.pid();
    ::kill(pid, SIGKILL);
    editor.join();
  }
  // The test itself must have tested something.
  EXPECT_GT(state.edits, kKills);
}

TEST(KilledServer, ComesBackWithTheEnvironmentsListInMemoryMode) {
  ScratchFolder folder;
  for (int round = 0; round < 5; ++round) {
    ServerProcess server(folder.path(), {{"GEMINI_API_KEYS", "environment-key-one, environment-key-two"}});
    ASSERT_TRUE(server.running()) << server.log();
    const auto list = list_keys(server);
    ASSERT_TRUE(list);
    ASSERT_EQ(list->keys.size(), 2U);
    EXPECT_EQ(list->key_storage_mode, KeyStorageMode::Memory);
    EXPECT_EQ(list->keys[0].key_preview, "-one");
    EXPECT_EQ(list->keys[1].key_preview, "-two");
    EXPECT_TRUE(list->keys[0].is_system);
    EXPECT_EQ(list->keys[0].origin, Origin::Environment);
    PlainClient client(server.port());
    ASSERT_EQ(manage(client, "POST", "/api/manage/keys/add", R"({"key_string":"a-passing-key"})")->status,
              201);
    const auto id = std::to_string(list->keys[0].id);
    ASSERT_EQ(manage(client, "DELETE", "/api/manage/keys/delete/" + id, "")->status, 204);
    server.kill_hard();
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "data" / "geminate.db"));
}

}  // namespace
}  // namespace geminate
