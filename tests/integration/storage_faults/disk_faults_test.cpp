#include <string>
#include <vector>

#include "tests/integration/storage_faults/served_in_process.h"
#include "tests/support/promise.h"

// The disk fails under a server that runs: it goes on proxying from memory, refuses edits with words that
// help, says in `about` what is wrong, and is well again by itself when the disk is.

namespace geminate {
namespace {

using Fault = test::FaultyVfs::Fault;

struct Case {
  const char* name;
  Fault fault;
  int status;
  const char* promise;
};

void PrintTo(const Case& the_case, std::ostream* out) { *out << the_case.name; }

struct Edit {
  std::string method;
  std::string path;
  std::string body;
};

class DiskFaults : public test::ServedInProcess, public testing::WithParamInterface<Case> {
 protected:
  void begin() {
    start();
    if (HasFatalFailure()) return;
    key_ = added_id("keys", R"({"key_string":"AIzaSyDiskFaultsDiskFaultsDiskFaults1"})");
    spare_key_ = added_id("keys", R"({"key_string":"AIzaSyDiskFaultsDiskFaultsDiskFaults2"})");
    token_ = added_id("tokens", R"({"description":"before"})");
    ASSERT_EQ(describe_key(key_, "before").status, 200);
    serve(3);
  }
  void serve(int requests) {
    for (int i = 0; i < requests; ++i) {
      EXPECT_EQ(generate().status, 200);
      ++served_;
    }
  }
  /// One of each kind.
  [[nodiscard]] std::vector<Edit> edits() const {
    const std::string key = std::to_string(key_);
    const std::string token = std::to_string(token_);
    return {{"PUT", "/api/manage/keys/update/" + key, R"({"description":"during"})"},
            {"POST", "/api/manage/keys/add", R"({"key_string":"AIzaSyDiskFaultsDiskFaultsDiskFaults3"})"},
            {"DELETE", "/api/manage/keys/delete/" + std::to_string(spare_key_), ""},
            {"POST", "/api/manage/keys/import", R"({"text":"AIzaSyDiskFaultsDiskFaultsDiskFaults4"})"},
            {"POST", "/api/manage/keys/bulk", R"({"ids":[)" + key + R"(],"action":"disable"})"},
            {"POST", "/api/manage/tokens/add", R"({"description":"during"})"},
            {"PUT", "/api/manage/tokens/update/" + token, R"({"description":"during"})"},
            {"POST", "/api/manage/tokens/rotate/" + token, "{}"},
            {"DELETE", "/api/manage/tokens/delete/" + token, ""},
            {"PUT", "/api/manage/settings/update",
             R"({"changes":[{"name":"REQUEST_TIMEOUT_SECONDS","value":"300"}]})"},
            {"PUT", "/api/manage/quotas/update",
             R"({"key_id":)" + key + R"(,"model":"gemini-2.5-flash","requests_per_minute":3})"},
            {"PUT", "/api/manage/prices",
             R"({"prices":[{"model":"gemini-2.5-flash","input_usd":1,"output_usd":2,"cached_usd":0.5}]})"}};
  }
  /// What an admin sees of what can be edited; what counts by itself is left out.
  std::string everything() {
    std::string all;
    for (const auto& key : view_of<KeyList>("/api/manage/keys/data").keys) {
      all += std::to_string(key.id) + key.description.value_or("") + key.fingerprint +
             std::to_string(key.revision) + (key.is_active ? "+" : "-");
    }
    for (const auto& token : view_of<TokenList>("/api/manage/tokens/data").tokens)
      all += std::to_string(token.id) + token.description.value_or("") + token.token_preview +
             std::to_string(token.revision);
    for (const auto& setting : view_of<SettingList>("/api/manage/settings/data").settings)
      all += setting.name + setting.value.value_or("");
    return all;
  }
  bool usage_waits() {
    for (const auto& problem : storage_problems()) {
      if (problem.starts_with("usage:")) return true;
    }
    return false;
  }
  std::size_t requests_seen() {
    return view_of<RequestPage>("/api/manage/requests?limit=200").requests.size();
  }

  std::int64_t key_ = 0;
  std::int64_t spare_key_ = 0;
  std::int64_t token_ = 0;
  std::size_t served_ = 0;

 private:
  std::int64_t added_id(const std::string& what, const std::string& body) {
    const auto answer = manage("POST", "/api/manage/" + what + "/add", body);
    EXPECT_EQ(answer.status, 201) << answer.body;
    const auto id = answer.body.find("\"id\":");
    return id == std::string::npos ? 0 : std::stoll(answer.body.substr(id + 5));
  }
};

TEST_P(DiskFaults, CostEditsAndNothingElseAndHealUnaided) {
  begin();
  if (HasFatalFailure()) return;
  const std::string before = everything();
  vfs_.fail(GetParam().fault);
  for (const Edit& edit : edits()) {
    const auto answer = manage(edit.method, edit.path, edit.body);
    EXPECT_EQ(answer.status, GetParam().status) << edit.path << ' ' << answer.body;
    EXPECT_NE(answer.body.find("nothing was changed"), std::string::npos) << edit.path << ' ' << answer.body;
    serve(1);
  }
  EXPECT_EQ(everything(), before);
  EXPECT_FALSE(storage_problems().empty());
  // Usage waits in memory meanwhile; only a commit of it is not synced each time, and so may not notice.
  if (GetParam().fault != Fault::SyncError) {
    EXPECT_TRUE(comes_true([&] { return usage_waits(); }));
  }

  vfs_.heal();
  const auto edited = describe_key(key_, "after");
  EXPECT_EQ(edited.status, 200) << edited.body;
  EXPECT_TRUE(comes_true([&] { return storage_problems().empty(); }));
  serve(1);
  EXPECT_TRUE(comes_true([&] { return requests_seen() == served_; })) << requests_seen() << " of " << served_;
  stop();
  start();
  EXPECT_EQ(view_of<KeyList>("/api/manage/keys/data").keys.front().description, "after");
  EXPECT_EQ(requests_seen(), served_);
  test::note_promise(GetParam().promise, std::string(GetParam().name) + ": " + std::to_string(served_) +
                                             " requests served and kept, " + std::to_string(edits().size()) +
                                             " kinds of edits answered " + std::to_string(GetParam().status) +
                                             ", well again without a restart");
}

INSTANTIATE_TEST_SUITE_P(Of, DiskFaults,
                         testing::Values(Case{"FullDisk", Fault::DiskFull, 507, "disk-full"},
                                         Case{"ReadOnly", Fault::ReadOnly, 503, "read-only"},
                                         Case{"FailingWrites", Fault::WriteError, 503, "io-error"},
                                         Case{"FailingSyncs", Fault::SyncError, 503, "io-error"},
                                         Case{"FailingReads", Fault::ReadError, 503, "io-error"}),
                         [](const auto& one) { return one.param.name; });

class DiskFaultsSeen : public DiskFaults {};

TEST_P(DiskFaultsSeen, EndInAboutWithoutAnyEdit) {
  begin();
  if (HasFatalFailure()) return;
  vfs_.fail(GetParam().fault, "geminate.db");
  EXPECT_EQ(describe_key(key_, "during").status, GetParam().status);
  const auto problems = storage_problems();
  ASSERT_FALSE(problems.empty());
  EXPECT_TRUE(problems.back().starts_with("geminate.db: ")) << problems.back();
  vfs_.heal();
  EXPECT_TRUE(comes_true([&] { return storage_problems().empty(); }));
}

INSTANTIATE_TEST_SUITE_P(Of, DiskFaultsSeen, testing::Values(Case{"FullDisk", Fault::DiskFull, 507, ""}),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace geminate
