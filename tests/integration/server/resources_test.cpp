#include <algorithm>
#include <map>
#include <vector>

#include "tests/integration/server/served_by_simulator.h"

namespace geminate {
namespace {

using test::PlainAnswer;

/// Files and cached contents through the server, over a simulated Gemini where they belong to their key.
class Resources : public test::ServedBySimulator {
 protected:
  static constexpr const char* kKeys = "owner-key-aaaa,owner-key-bbbb,owner-key-cccc,owner-key-dddd";

  void TearDown() override {
    if (!simulator_) return;
    for (const auto& violation : simulator_->stats().violations) ADD_FAILURE() << violation;
    EXPECT_EQ(server_->log().find("geminate_upload"), std::string::npos) << "a ticket is in the log";
  }
  PlainAnswer ask(const std::string& method, const std::string& target, const std::string& body = {},
                  const std::string& further = {}) {
    const auto answer = test::ask(server_->port(), method, target, client_fields(further), body);
    EXPECT_TRUE(answer) << "no answer\n" << server_->log();
    return answer.value_or(PlainAnswer{});
  }
  /// The text of the first member of that name.
  static std::string text_in(const PlainAnswer& answer, const std::string& name) {
    const std::string begin = "\"" + name + "\":\"";
    const std::size_t at = answer.body.find(begin);
    if (at == std::string::npos) return {};
    const std::size_t from = at + begin.size();
    return answer.body.substr(from, answer.body.find('"', from) - from);
  }
  /// Path and query of the address that an upload goes on at.
  std::string begin_upload() {
    PlainAnswer begun = ask("POST", "/upload/v1beta/files", R"({"file":{"displayName":"notes"}})",
                            "X-Goog-Upload-Protocol: resumable\r\nX-Goog-Upload-Command: start\r\n"
                            "X-Goog-Upload-Header-Content-Type: text/plain\r\n");
    EXPECT_EQ(begun.status, 200) << begun.body;
    EXPECT_EQ(begun.fields["x-goog-upload-status"], "active");
    EXPECT_EQ(begun.fields["x-goog-upload-chunk-granularity"], "262144");
    EXPECT_EQ(begun.fields["x-goog-upload-control-url"].substr(0, 17), "http://127.0.0.1/");
    const std::string address = begun.fields["x-goog-upload-url"];
    EXPECT_EQ(address.substr(0, 17), "http://127.0.0.1/") << address;
    return address.substr(std::min<std::size_t>(16, address.size()));
  }
  PlainAnswer go_on(const std::string& target, const std::string& command, std::size_t offset,
                    const std::string& bytes, const std::string& credential = {}) {
    const std::string fields = "X-Goog-Upload-Command: " + command +
                               "\r\nX-Goog-Upload-Offset: " + std::to_string(offset) + "\r\n" + credential;
    return test::ask(server_->port(), "POST", target, fields, bytes).value_or(PlainAnswer{});
  }
  /// A file's name.
  std::string upload() {
    const PlainAnswer made = go_on(begin_upload(), "upload, finalize", 0, "hello");
    EXPECT_EQ(made.status, 200) << made.body;
    return text_in(made, "name");
  }
  PlainAnswer use(const std::string& name) {
    return generate(kGenerate, R"({"contents":[{"parts":[{"text":"hi"},{"fileData":{"fileUri":
        "https://generativelanguage.googleapis.com/v1beta/)" +
                                   name + R"("}}]}]})");
  }
  /// Of the last request, checks of keys aside.
  std::string last_key() {
    const auto seen = asked();
    return seen.empty() ? std::string() : seen.back().key;
  }
  std::vector<simulator::SeenRequest> asked() {
    auto seen = simulator_->requests();
    seen.erase(std::remove_if(seen.begin(), seen.end(),
                              [](const auto& each) {
                                return each.method == "GET" && each.target.starts_with("/v1beta/models");
                              }),
               seen.end());
    return seen;
  }
};

TEST_F(Resources, AFileIsUploadedInChunksByAClientThatTrustsTheAddressAlone) {
  start({{"GEMINI_API_KEYS", kKeys}});
  const std::string target = begin_upload();
  const std::string owner = last_key();
  EXPECT_EQ(go_on(target, "upload", 0, "hello ").fields["x-goog-upload-status"], "active");
  EXPECT_EQ(last_key(), owner);
  EXPECT_EQ(go_on(target, "query", 0, "").fields["x-goog-upload-size-received"], "6");
  PlainAnswer made = go_on(target, "upload, finalize", 6, "world");
  EXPECT_EQ(made.fields["x-goog-upload-status"], "final");
  EXPECT_EQ(last_key(), owner);
  EXPECT_EQ(asked().back().target.find("geminate"), std::string::npos);
  const std::string name = text_in(made, "name");
  ASSERT_EQ(name.substr(0, 6), "files/") << made.body;
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(ask("GET", "/v1beta/" + name).status, 200);
    EXPECT_EQ(last_key(), owner);
    EXPECT_EQ(use(name).status, 200);
    EXPECT_EQ(last_key(), owner);
  }
  EXPECT_EQ(ask("GET", "/v1beta/" + name + ":download?alt=media").body, "hello world");
  EXPECT_EQ(ask("DELETE", "/v1beta/" + name).status, 200);
  EXPECT_EQ(ask("GET", "/v1beta/" + name).status, 403) << "it is gone";
}

TEST_F(Resources, AnAddressOfAnUploadLetsNobodyDoAnythingElse) {
  start({{"GEMINI_API_KEYS", kKeys},
         {"CLIENT_TOKENS", std::string(test::ServerProcess::kToken) + ",another-token-0123456"}});
  const std::string target = begin_upload();
  const auto status = [&](const std::string& changed, const std::string& credential = {}) {
    return go_on(changed, "upload", 0, "x", credential).status;
  };
  EXPECT_EQ(status(target, "x-goog-api-key: another-token-0123456\r\n"), 403);
  EXPECT_EQ(status(target, "x-goog-api-key: no-token-at-all-01234\r\n"), 401);
  std::string other = target;
  other.replace(other.find("sim-upload-"), 11, "sim-upload-9");
  EXPECT_EQ(status(other), 404);
  EXPECT_EQ(status(target.substr(0, target.find("&geminate_upload"))), 401);
  const std::string ticket = target.substr(target.find("geminate_upload"));
  EXPECT_EQ(status("/v1beta/files?" + ticket), 401);
  EXPECT_EQ(status("/upload/v1beta/files?" + ticket), 404);
  EXPECT_EQ(status(target, client_fields()), 200);
}

TEST_F(Resources, ACacheIsUsedWithTheKeyThatMadeIt) {
  start({{"GEMINI_API_KEYS", kKeys}});
  std::map<std::string, std::string> owners;
  for (int i = 0; i < 4; ++i) {
    const std::string name =
        text_in(ask("POST", "/v1beta/cachedContents", R"({"model":"models/gemini-2.5-flash"})"), "name");
    owners[name] = last_key();
  }
  for (const auto& [name, owner] : owners) {
    EXPECT_EQ(
        generate(kGenerate, R"({"cachedContent":")" + name + R"(","contents":[{"parts":[{"text":"hi"}]}]})")
            .status,
        200);
    EXPECT_EQ(last_key(), owner);
    EXPECT_EQ(ask("PATCH", "/v1beta/" + name + "?updateMask=ttl", R"({"ttl":"600s"})").status, 200);
    EXPECT_EQ(last_key(), owner);
  }
}

TEST_F(Resources, ATranslatedRequestUsesThemToo) {
  start({{"GEMINI_API_KEYS", kKeys}});
  const std::string name = upload();
  const std::string owner = last_key();
  for (int i = 0; i < 4; ++i) {
    const auto answer = ask("POST", "/v1/chat/completions",
                            R"({"model":"gemini-2.5-flash","messages":[{"role":"user",
        "content":[{"type":"text","text":"hi"},{"type":"file","file":{"file_id":")" +
                                name + R"("}}]}]})");
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(last_key(), owner);
  }
}

TEST_F(Resources, AnOwnerThatRestsIsWaitedForByTheClient) {
  start({{"GEMINI_API_KEYS", kKeys}});
  const std::string name = upload();
  simulator_->script_key(last_key(), "429,retry_ms=30000", 1);
  PlainAnswer refused = use(name);
  EXPECT_EQ(refused.status, 429) << refused.body;
  EXPECT_EQ(refused.fields["retry-after"], "30");
  EXPECT_NE(refused.body.find(name), std::string::npos) << refused.body;
  EXPECT_EQ(generate().status, 200) << "others serve meanwhile";
}

/// Over the same folder again, with keys that the database has.
class KeptResources : public Resources {
 protected:
  void begin() {
    start({{"KEY_STORAGE_MODE", "database"}});
    for (const std::string end : {"aaaa", "bbbb", "cccc", "dddd"}) {
      ASSERT_EQ(manage("POST", "/api/manage/keys/add", R"({"key_string":"owner-key-)" + end + "\"}").status,
                201);
    }
  }
  void come_back() {
    ASSERT_EQ(server_->stop(), 0);
    server_ = std::make_unique<test::ServerProcess>(
        folder_.path(), test::ServerProcess::Environment{{"KEY_STORAGE_MODE", "database"},
                                                         {"GEMINI_BASE_URL", simulator_->base_url()}});
    ASSERT_TRUE(server_->running()) << server_->log();
  }
};

TEST_F(KeptResources, OutliveARestart) {
  begin();
  std::map<std::string, std::string> owners;
  for (int i = 0; i < 4; ++i) {
    const std::string name = upload();
    owners[name] = last_key();
  }
  const std::string unfinished = begin_upload();
  const std::string its_owner = last_key();
  come_back();
  for (const auto& [name, owner] : owners) {
    EXPECT_EQ(use(name).status, 200);
    EXPECT_EQ(last_key(), owner);
  }
  EXPECT_EQ(go_on(unfinished, "upload, finalize", 0, "x").status, 200);
  EXPECT_EQ(last_key(), its_owner);
}

TEST_F(KeptResources, SayThatTheirOwnerIsGone) {
  begin();
  const std::string name = upload();
  const std::string owner = last_key();
  const auto id = std::to_string(key_ending_in(owner.substr(owner.size() - 4)).id);
  const auto before = asked().size();
  EXPECT_EQ(manage("PUT", "/api/manage/keys/update/" + id, R"({"is_active":false})").status, 200);
  PlainAnswer refused = use(name);
  EXPECT_EQ(refused.status, 404);
  EXPECT_NE(refused.body.find(name), std::string::npos) << refused.body;
  EXPECT_NE(refused.body.find("disabled"), std::string::npos) << refused.body;
  EXPECT_EQ(manage("DELETE", "/api/manage/keys/delete/" + id).status, 204);
  come_back();
  refused = ask("GET", "/v1beta/" + name);
  EXPECT_EQ(refused.status, 404);
  EXPECT_NE(refused.body.find("no longer configured"), std::string::npos) << refused.body;
  EXPECT_NE(refused.body.find("NOT_FOUND"), std::string::npos) << refused.body;
  EXPECT_EQ(asked().size(), before) << "nobody else is asked";
}

}  // namespace
}  // namespace geminate
