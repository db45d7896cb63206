#include "frontend-wasm/api/api_client.h"

#include <gtest/gtest.h>

#include <memory>

#include "tests/unit/frontend/fake_transport.h"

namespace geminate::ui {
namespace {

class ApiClientTest : public ::testing::Test {
 protected:
  FakeTransport transport;
  std::unique_ptr<ApiClient> client = std::make_unique<ApiClient>(transport);
};

TEST_F(ApiClientTest, SendsTheRoutesVerbPathAndBody) {
  KeyDraft draft;
  draft.key_string = "AIzaX";
  client->call(api::kAddKey, draft, [](const auto&) {});
  const TransportRequest* request = transport.find("/api/manage/keys/add");
  ASSERT_NE(request, nullptr);
  EXPECT_EQ(request->verb, api::Verb::Post);
  const auto body = codec::from_json<KeyDraft>(request->body);
  ASSERT_TRUE(body.ok());
  EXPECT_EQ(body->key_string, "AIzaX");
}

TEST_F(ApiClientTest, PutsIdsIntoPaths) {
  client->call(api::kDeleteKey, 42, {}, [](const auto&) {});
  const TransportRequest* request = transport.find("/api/manage/keys/delete/42");
  ASSERT_NE(request, nullptr);
  EXPECT_EQ(request->verb, api::Verb::Delete);
  EXPECT_TRUE(request->body.empty());
}

TEST_F(ApiClientTest, BringsTheTypedAnswer) {
  std::optional<Outcome<SessionView>> outcome;
  client->call(api::kSession, {}, [&](auto got) { outcome = std::move(got); });
  transport.answer("/api/session", 200, codec::to_json(SessionView{true, KeyStorageMode::Database, "1"}));
  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_EQ(outcome->value().key_storage_mode, KeyStorageMode::Database);
  EXPECT_EQ(client->calls_on_their_way(), 0U);
}

TEST_F(ApiClientTest, EqualAnswersHaveEqualDigests) {
  std::vector<std::uint64_t> digests;
  for (const char* version : {"1", "1", "2"}) {
    client->call(api::kSession, {}, [&](const auto& got) { digests.push_back(got.digest); });
    transport.answer("/api/session", 200, codec::to_json(SessionView{true, KeyStorageMode::Memory, version}));
  }
  ASSERT_EQ(digests.size(), 3U);
  EXPECT_EQ(digests[0], digests[1]);
  EXPECT_NE(digests[0], digests[2]);
}

TEST_F(ApiClientTest, AnAnswerWithoutBodyIsFine) {
  bool ok = false;
  client->call(api::kLogout, {}, [&](const auto& got) { ok = got.ok(); });
  transport.answer("/api/logout", 204);
  EXPECT_TRUE(ok);
}

struct Case {
  const char* what;
  std::uint16_t status;
  const char* body;
  FailureKind kind;
};

TEST_F(ApiClientTest, TellsFailuresApart) {
  const Case cases[] = {
      {"nothing came", 0, "", FailureKind::Unreachable},
      {"a proxy without us", 502, "<html>Bad Gateway</html>", FailureKind::Unreachable},
      {"our own refusal", 400, R"({"error":{"code":"bad_request","message":"no","field":"weight"}})",
       FailureKind::Refused},
      {"our own 503", 503, R"({"error":{"code":"unavailable","message":"later","field":null}})",
       FailureKind::Refused},
      {"a 404 of something else", 404, "not found", FailureKind::Unreadable},
      {"another success than promised", 204, "", FailureKind::Unreadable},
      {"cut JSON", 201, R"({"id":1,)", FailureKind::Unreadable},
      {"another type", 201, R"({"id":"one"})", FailureKind::Unreadable},
      {"a missing field", 201, R"({"id":1})", FailureKind::Unreadable},
  };
  for (const Case& each : cases) {
    std::optional<Failure> failure;
    client->call(api::kAddKey, {}, [&](const auto& got) {
      if (!got.ok()) failure = got.failure();
    });
    transport.answer("/api/manage/keys/add", each.status, each.body);
    ASSERT_TRUE(failure) << each.what;
    EXPECT_EQ(failure->kind, each.kind) << each.what;
    EXPECT_EQ(failure->status, each.status) << each.what;
  }
}

TEST_F(ApiClientTest, KeepsTheServersWordsAndField) {
  std::optional<Failure> failure;
  client->call(api::kUpdateKey, 3, {}, [&](const auto& got) { failure = got.failure(); });
  transport.answer("/api/manage/keys/update/3", 409,
                   R"({"error":{"code":"conflict","message":"moved on","field":"revision"}})");
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->code, "conflict");
  EXPECT_EQ(failure->message, "moved on");
  EXPECT_EQ(failure->field, "revision");
}

TEST_F(ApiClientTest, AbortsWhatIsOnItsWayWhenItDies) {
  client->call(api::kSession, {}, [](const auto&) { ADD_FAILURE() << "nobody is there to hear it"; });
  client->call(api::kListKeys, {}, [](const auto&) { ADD_FAILURE() << "nobody is there to hear it"; });
  EXPECT_EQ(client->calls_on_their_way(), 2U);
  client.reset();
  EXPECT_EQ(transport.aborted, 2);
  EXPECT_TRUE(transport.waiting.empty());
}

}  // namespace
}  // namespace geminate::ui
