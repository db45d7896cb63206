#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "backend/app/routes.h"
#include "shared/codec/codec.h"
#include "shared/dto/accounts.h"
#include "shared/dto/audit.h"
#include "tests/support/places.h"
#include "tests/support/plain_client.h"
#include "tests/support/promise.h"
#include "tests/support/server_process.h"

namespace geminate {
namespace {

using test::ScratchFolder;
using test::ServerProcess;

constexpr const char* kCanary = "AIzaAuditCanary-0123456789abcdef";
constexpr const char* kReplacement = "AIzaAuditReplacement-fedcba9876543210";

/// A change through a route: what is sent, and as what it is written down. `{id}` is 1.
struct Sample {
  std::string body;
  std::string action;
  std::string target{};
  bool in_database_only = false;
};

const std::string kProof = std::string(R"({"password":")") + ServerProcess::kAdmin + "\"}";

/// One for each management route that changes something; in the order in which they work.
const std::vector<std::pair<std::string, Sample>>& samples() {
  static const std::vector<std::pair<std::string, Sample>> all = {
      {"POST /api/login", {kProof, "session/login"}},
      {"POST /api/manage/keys/add", {std::string(R"({"key_string":")") + kCanary + "\"}", "keys/add", "1"}},
      {"PUT /api/manage/keys/update/{id}",
       {std::string(R"({"key_string":")") + kReplacement + R"(","description":"d"})", "keys/update", "1"}},
      {"POST /api/manage/keys/import", {R"({"text":"import-key-one import-key-two"})", "keys/import"}},
      {"POST /api/manage/keys/bulk", {R"({"ids":[1,2],"action":"disable"})", "keys/bulk"}},
      {"POST /api/manage/keys/checks", {R"({"ids":[1]})", "keys/check"}},
      {"DELETE /api/manage/keys/checks/{id}", {"", "keys/check_cancel", "1"}},
      {"PUT /api/manage/quotas/update",
       {R"({"key_id":1,"model":"m","requests_per_day":5})", "quotas/update"}},
      {"POST /api/manage/tokens/add", {R"({"description":"t"})", "tokens/add", "1"}},
      {"PUT /api/manage/tokens/update/{id}", {R"({"is_active":false})", "tokens/update", "1"}},
      {"POST /api/manage/tokens/rotate/{id}", {"{}", "tokens/rotate", "1"}},
      {"DELETE /api/manage/tokens/delete/{id}", {"", "tokens/delete", "1"}},
      {"PUT /api/manage/prices",
       {R"({"prices":[{"model":"m","input_usd":1,"output_usd":2,"cached_usd":0}]})", "prices/update"}},
      {"PUT /api/manage/aliases/update",
       {R"({"aliases":[{"alias":"gpt","model":"gemini-2.5-pro","description":""}]})", "aliases/update"}},
      {"PUT /api/manage/settings/update",
       {R"({"changes":[{"name":"MAX_HEADERS","value":"50"}]})", "settings/update"}},
      {"POST /api/manage/keys/reveal/{id}", {kProof, "keys/reveal", "1"}},
      {"POST /api/manage/keys/export", {kProof, "keys/export"}},
      {"DELETE /api/manage/keys/delete/{id}", {"", "keys/delete", "1"}},
      {"POST /api/manage/accounts/add",
       {R"({"name":"anna","role":"viewer","password":"correct horse battery"})", "accounts/add", "1", true}},
      {"PUT /api/manage/accounts/update/{id}", {R"({"is_active":false})", "accounts/update", "1", true}},
      {"DELETE /api/manage/accounts/delete/{id}", {"", "accounts/delete", "1", true}},
  };
  return all;
}

/// Those whose rows other tests look at, and those that leave none.
const std::map<std::string, std::string>& elsewhere() {
  static const std::map<std::string, std::string> all = {
      {"POST /api/logout", "below: it needs a session"},
      {"DELETE /api/manage/sessions/delete/{id}", "below: it needs a session"},
      {"POST /api/manage/second-factor/begin", "only offers a secret: nothing is kept until it is confirmed"},
      {"POST /api/manage/second-factor/confirm", "the store's rows: account_store_test"},
      {"POST /api/manage/second-factor/remove", "the store's rows: account_store_test"},
      {"PUT /api/manage/account/password", "the store's rows: account_store_test"},
  };
  return all;
}

class AuditOf : public testing::TestWithParam<const char*> {
 protected:
  AuditOf() : server_(folder_.path(), environment()) { EXPECT_TRUE(server_.running()) << server_.log(); }

  static ServerProcess::Environment environment() {
    return {{"KEY_STORAGE_MODE", GetParam()},
            {"GEMINI_BASE_URL", "http://127.0.0.1:1"},
            {"CHECK_ON_ADD", "off"},
            {"KEY_REVEAL", "on"}};
  }
  test::PlainAnswer ask(const std::string& method, const std::string& path, const std::string& body = {}) {
    const auto answer = test::ask(server_.port(), method, path, fields_, body);
    EXPECT_TRUE(answer) << path;
    return answer.value_or(test::PlainAnswer{});
  }
  AuditPage page(const std::string& query = {}) {
    const auto answer = ask("GET", "/api/manage/audit" + query);
    EXPECT_EQ(answer.status, 200) << answer.body;
    auto read = codec::from_json<AuditPage>(answer.body);
    EXPECT_TRUE(read.ok());
    return read.ok() ? std::move(read).value() : AuditPage{};
  }
  /// Log-ins are written down after they are answered.
  AuditRow newest_of(const std::string& action) {
    for (int i = 0; i < 500; ++i) {
      const auto found = page("?limit=1&action=" + action);
      if (!found.rows.empty()) return found.rows.front();
    }
    ADD_FAILURE() << "no row of " << action;
    return {};
  }
  AuditVerification verify() {
    auto read = codec::from_json<AuditVerification>(ask("GET", "/api/manage/audit/verify").body);
    EXPECT_TRUE(read.ok());
    return read.ok() ? std::move(read).value() : AuditVerification{};
  }

  const std::string fields_ = "Content-Type: application/json\r\nAuthorization: Bearer " +
                              std::string(ServerProcess::kAdmin) + "\r\n";
  ScratchFolder folder_;
  ServerProcess server_;
};

TEST(AuditOfRoutes, HasASampleOfEveryRouteThatChangesSomething) {
  std::map<std::string, Sample> known(samples().begin(), samples().end());
  for (const auto& route : app::routes()) {
    if (route.action != app::RouteAction::ManagementApi || route.method == "GET") continue;
    const std::string name = std::string(route.method) + ' ' + std::string(route.pattern);
    EXPECT_TRUE(known.contains(name) || elsewhere().contains(name))
        << name << ": a change that leaves no row? Add it to samples().";
  }
}

TEST_P(AuditOf, EveryRouteThatChangesSomethingLeavesARow) {
  std::size_t tried = 0;
  for (const auto& [route, sample] : samples()) {
    if (sample.in_database_only && GetParam() != std::string("database")) continue;
    ++tried;
    const auto space = route.find(' ');
    std::string path = route.substr(space + 1);
    if (const auto at = path.find("{id}"); at != std::string::npos) path.replace(at, 4, "1");
    const auto answer = ask(route.substr(0, space), path, sample.body);
    EXPECT_TRUE(answer.status >= 200 && answer.status < 300) << route << ": " << answer.body;
    const AuditRow row = newest_of(sample.action);
    EXPECT_EQ(row.action, sample.action) << route;
    EXPECT_EQ(row.account_id, 0) << route;
    EXPECT_EQ(row.address, "127.0.0.1") << route;
    EXPECT_EQ(row.request_id, answer.fields.at("x-request-id")) << route;
    EXPECT_EQ(row.target_id.empty() ? std::string() : row.target_id.substr(0, 1),
              sample.target.empty() ? row.target_id.substr(0, row.target_id.empty() ? 0 : 1) : sample.target)
        << route;
  }
  test::note_promise("audit-rows", std::to_string(tried) + " routes that change something, a row of each");
  const auto found = verify();
  EXPECT_TRUE(found.ok) << found.reason.value_or("");
  EXPECT_GE(found.rows, static_cast<std::int64_t>(tried));
  const auto all = ask("GET", "/api/manage/audit/export");
  EXPECT_EQ(all.status, 200);
  EXPECT_EQ(all.body.find(kCanary), std::string::npos);
  EXPECT_EQ(all.body.find(kReplacement), std::string::npos);
  EXPECT_EQ(all.body.find(ServerProcess::kAdmin), std::string::npos);
  EXPECT_NE(all.body.find("…cdef"), std::string::npos);
  EXPECT_NE(all.body.find("audit/export"), std::string::npos) << "the export tells of itself";
}

TEST_P(AuditOf, ChangesThatFailLeaveNone) {
  const auto before = verify().rows;
  EXPECT_EQ(ask("PUT", "/api/manage/keys/update/99", R"({"description":"d"})").status, 404);
  EXPECT_EQ(ask("DELETE", "/api/manage/tokens/delete/99").status, 404);
  EXPECT_EQ(ask("POST", "/api/manage/keys/checks", R"({"ids":[99]})").status, 404);
  EXPECT_EQ(ask("PUT", "/api/manage/settings/update", R"({"changes":[{"name":"X","value":"1"}]})").status,
            400);
  EXPECT_EQ(ask("POST", "/api/manage/keys/import", R"({"text":"a-key-for-nothing","dry_run":true})").status,
            200);
  EXPECT_EQ(verify().rows, before);
}

TEST_P(AuditOf, PagesAreCheckedAndFollowEachOther) {
  for (int i = 0; i < 5; ++i)
    ask("POST", "/api/manage/tokens/add", R"({"description":"t)" + std::to_string(i) + "\"}");
  const auto first = page("?limit=2&action=tokens/");
  ASSERT_EQ(first.rows.size(), 2U);
  ASSERT_TRUE(first.next_before);
  const auto second = page("?limit=2&action=tokens/&before=" + std::to_string(*first.next_before));
  ASSERT_EQ(second.rows.size(), 2U);
  EXPECT_EQ(second.rows[0].target_id, "3");
  EXPECT_EQ(ask("GET", "/api/manage/audit?limit=0").status, 400);
  EXPECT_EQ(ask("GET", "/api/manage/audit?nonsense=1").status, 400);
  EXPECT_EQ(test::ask(server_.port(), "GET", "/api/manage/audit")->status, 401);
}

TEST_P(AuditOf, TellsOfSessionsThatEnd) {
  const std::string json = "Content-Type: application/json\r\n";
  std::string cookie;
  for (int i = 0; i < 2; ++i) {
    const auto login = test::ask(server_.port(), "POST", "/api/login", json, kProof);
    ASSERT_TRUE(login);
    ASSERT_EQ(login->status, 200) << login->body;
    cookie = login->fields.at("set-cookie");
  }
  cookie = "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n";
  const auto list = codec::from_json<SessionList>(ask("GET", "/api/manage/sessions/data").body);
  ASSERT_TRUE(list.ok());
  ASSERT_EQ(list->sessions.size(), 2U);
  const auto out = test::ask(server_.port(), "POST", "/api/logout", cookie);
  ASSERT_TRUE(out);
  const AuditRow row = newest_of("session/logout");
  EXPECT_EQ(row.entrance, "session");
  EXPECT_EQ(row.name, "admin");
  EXPECT_EQ(row.request_id, out->fields.at("x-request-id"));
  // The list has the newest first; that one has just ended.
  const auto id = std::to_string(list->sessions.back().id);
  EXPECT_EQ(ask("DELETE", "/api/manage/sessions/delete/" + id).status, 204);
  EXPECT_EQ(newest_of("session/revoke").target_id, id);
}

TEST_P(AuditOf, TellsOfWrongSecretsWithoutShowingThem) {
  EXPECT_EQ(ask("POST", "/api/login", R"({"password":"a-wrong-password-0123"})").status, 401);
  const AuditRow row = newest_of("session/login_failed");
  EXPECT_EQ(row.outcome, "refused");
  EXPECT_FALSE(row.account_id);
  EXPECT_EQ(ask("GET", "/api/manage/audit/export").body.find("a-wrong-password"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Memory, AuditOf, testing::Values("memory"));
INSTANTIATE_TEST_SUITE_P(Database, AuditOf, testing::Values("database"));

/// What a command prints, with its exit status.
struct Printed {
  std::string text;
  int status = -1;
};

Printed run_command(const std::string& folder, const std::string& arguments) {
  const std::string line = "cd '" + folder + "' && env -i KEY_STORAGE_MODE=database DATA_DIR='" + folder +
                           "/data' ADMIN_API_KEY=" + ServerProcess::kAdmin + " '" +
                           test::server_program().string() + "' " + arguments + " 2>&1";
  Printed printed;
  FILE* pipe = ::popen(line.c_str(), "r");
  if (pipe == nullptr) return printed;
  char buffer[4096];
  for (std::size_t read = 0; (read = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    printed.text.append(buffer, read);
  printed.status = WEXITSTATUS(::pclose(pipe));
  return printed;
}

TEST(AuditCommand, ChecksAndPrintsBesideARunningServerAndSaysWhereItIsBroken) {
  ScratchFolder folder;
  ServerProcess server(folder.path(), {{"KEY_STORAGE_MODE", "database"}});
  ASSERT_TRUE(server.running()) << server.log();
  const std::string fields = "Content-Type: application/json\r\nAuthorization: Bearer " +
                             std::string(ServerProcess::kAdmin) + "\r\n";
  for (int i = 0; i < 3; ++i)
    ASSERT_EQ(test::ask(server.port(), "POST", "/api/manage/tokens/add", fields, "{}")->status, 201);
  auto printed = run_command(folder.path().string(), "audit verify");
  EXPECT_EQ(printed.status, 0) << printed.text;
  EXPECT_EQ(printed.text.rfind("whole: 3 rows, 1 to 3", 0), 0U) << printed.text;
  printed = run_command(folder.path().string(), "audit export");
  EXPECT_EQ(printed.status, 0) << printed.text;
  EXPECT_EQ(std::count(printed.text.begin(), printed.text.end(), '\n'), 3);
  EXPECT_EQ(server.stop(), 0);
  EXPECT_EQ(run_command(folder.path().string(), "audit verify").status, 0) << "without a server too";
  EXPECT_EQ(run_command(folder.path().string(), "audit").status != 0, true);

  const auto file = folder.path() / "data" / "geminate.db";
  std::string bytes;
  {
    std::ifstream stream(file, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(stream), {});
  }
  const auto at = bytes.rfind("tokens/add");
  ASSERT_NE(at, std::string::npos);
  bytes[at + 7] = 'b';
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
  printed = run_command(folder.path().string(), "audit verify");
  EXPECT_EQ(printed.status, 1);
  EXPECT_NE(printed.text.find("broken: row "), std::string::npos) << printed.text;
}

}  // namespace
}  // namespace geminate
