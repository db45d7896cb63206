#include <signal.h>

#include <string>

#include "shared/dto/key_columns.h"
#include "shared/dto/settings.h"
#include "shared/dto/tokens.h"
#include "shared/dto/usage.h"
#include "tests/integration/server/served_by_simulator.h"

namespace geminate {
namespace {

/// What the console's lists ask a server for besides whole rows.
class ConsoleData : public test::ServedBySimulator {
 protected:
  KeyGlances glances(const std::string& ids) {
    const auto answer = manage("GET", "/api/manage/keys/glance?ids=" + ids);
    const auto read = codec::from_json<KeyGlances>(answer.body);
    EXPECT_TRUE(read.ok()) << answer.body;
    return read.ok() ? read.value() : KeyGlances{};
  }
  test::PlainClient listen() {
    test::PlainClient client(server_->port());
    EXPECT_TRUE(client.send("GET /api/manage/live HTTP/1.1\r\nHost: a\r\n" + admin_fields() + "\r\n"));
    EXPECT_NE(client.read_until(": listening").find(": listening"), std::string::npos);
    return client;
  }
};

TEST_F(ConsoleData, AGlanceTellsRequestsQuotasAndTheLastErrorOfTheKeysThatAreNamed) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  ASSERT_EQ(generate().status, 200);
  ASSERT_EQ(generate().status, 200);
  const std::int64_t id = key_ending_in("aaaa").id;
  const KeyGlances before = glances(std::to_string(id) + ",999," + std::to_string(id));
  ASSERT_EQ(before.keys.size(), 1U) << "each once, and none that is not there";
  EXPECT_EQ(before.keys[0].id, id);
  ASSERT_EQ(before.keys[0].requests.size(), 24U);
  // The hour may have turned between the requests and the question.
  EXPECT_EQ(before.keys[0].requests[22] + before.keys[0].requests[23], 2);
  ASSERT_EQ(before.keys[0].quotas.size(), 1U);
  EXPECT_EQ(before.keys[0].quotas[0].model, "gemini-2.5-flash");
  EXPECT_FALSE(before.keys[0].last_error);
  simulator_->script_key("first-key-aaaa", "dead", 1);
  EXPECT_NE(generate().status, 200);
  const KeyGlances after = glances(std::to_string(id));
  ASSERT_TRUE(after.keys.at(0).last_error);
  EXPECT_EQ(after.keys[0].last_error->kind, KeyEventKind::Dead);
  EXPECT_EQ(key_ending_in("aaaa").last_error, KeyEventKind::Dead);
  const auto about = codec::from_json<AboutView>(manage("GET", "/api/manage/about").body);
  ASSERT_TRUE(about.ok());
  EXPECT_EQ(about->keys, 1);
  EXPECT_EQ(about->keys_ready, 0);
}

TEST_F(ConsoleData, AGlanceWantsIdsAndNotTooManyOfThem) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  std::string many = "1";
  for (int id = 2; id <= 201; ++id) many += "," + std::to_string(id);
  for (const std::string& ids : {std::string(), std::string("x"), std::string("1,,2"), many})
    EXPECT_EQ(manage("GET", "/api/manage/keys/glance?ids=" + ids).status, 400) << ids;
  EXPECT_EQ(test::ask(server_->port(), "GET", "/api/manage/keys/glance?ids=1")->status, 401);
}

TEST_F(ConsoleData, TheFeedTellsOfTokensThatChangedOrWereUsed) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  auto client = listen();
  EXPECT_NE(client.read_until("event: tokens").find("event: tokens"), std::string::npos);
  const auto list = manage("GET", "/api/manage/tokens/data");
  const std::string etag = list.fields.at("etag");
  const auto seen = test::ask(server_->port(), "GET", "/api/manage/tokens/data",
                              admin_fields() + "If-None-Match: " + etag + "\r\n");
  EXPECT_EQ(seen->status, 304);
  EXPECT_EQ(seen->body, "");
  ASSERT_EQ(generate().status, 200);
  const std::string told = client.read_until("event: tokens");
  EXPECT_NE(told.find("event: tokens"), std::string::npos) << told;
  EXPECT_NE(manage("GET", "/api/manage/tokens/data").fields.at("etag"), etag);
}

TEST_F(ConsoleData, WhenTheFeedEndsBecauseTheServerStopsNoKeptConnectionIsLeftToAskOn) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  auto feed = listen();
  test::PlainClient kept(server_->port());
  ASSERT_TRUE(kept.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"));
  ASSERT_EQ(kept.read_answer()->status, 200);
  ASSERT_EQ(::kill(server_->pid(), SIGTERM), 0);
  EXPECT_TRUE(feed.closed_within(std::chrono::seconds{20}));
  kept.send("GET /api/manage/live HTTP/1.1\r\nHost: a\r\n" + admin_fields() + "\r\n");
  EXPECT_EQ(kept.read_until("stopping"), "") << "not even an answer that the server is stopping";
  EXPECT_EQ(server_->stop(), 0);
}

TEST_F(ConsoleData, PricesThatSomebodySetMeanwhileAreNotOverwritten) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  const auto revision = [this] {
    return codec::from_json<PriceList>(manage("GET", "/api/manage/prices").body)->revision;
  };
  const auto set = [this](const std::string& usd, const std::string& given) {
    return manage("PUT", "/api/manage/prices",
                  R"({"prices":[{"model":"mine","input_usd":)" + usd +
                      R"(,"output_usd":1,"cached_usd":1}],"revision":")" + given + "\"}");
  };
  const std::string first = revision();
  ASSERT_EQ(set("1", first).status, 200);
  const auto late = set("2", first);
  EXPECT_EQ(late.status, 409);
  EXPECT_NE(late.body.find("\"revision\""), std::string::npos) << late.body;
  EXPECT_EQ(set("2", revision()).status, 200);
  EXPECT_EQ(manage("PUT", "/api/manage/prices", R"({"prices":[]})").status, 200) << "who gives none insists";
}

}  // namespace
}  // namespace geminate
