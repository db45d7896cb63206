#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "shared/codec/codec.h"
#include "shared/dto/health.h"
#include "shared/dto/keys.h"
#include "shared/dto/pool.h"
#include "tests/integration/server/served_by_simulator.h"

namespace geminate {
namespace {

using std::chrono::seconds;
using test::PlainClient;

class Health : public test::ServedBySimulator {
 protected:
  std::vector<UpstreamKeyView> keys() {
    const auto list = codec::from_json<KeyList>(manage("GET", "/api/manage/keys/data").body);
    EXPECT_TRUE(list.ok());
    return list.ok() ? list->keys : std::vector<UpstreamKeyView>{};
  }
  UpstreamKeyView key(std::int64_t id) {
    for (auto& key : keys()) {
      if (key.id == id) return key;
    }
    ADD_FAILURE() << "no key " << id;
    return {};
  }
  std::int64_t add(const std::string& text) {
    const auto answer = manage("POST", "/api/manage/keys/add", R"({"key_string":")" + text + "\"}");
    EXPECT_EQ(answer.status, 201) << answer.body;
    const auto view = codec::from_json<UpstreamKeyView>(answer.body);
    return view.ok() ? view->id : 0;
  }
  KeyCheckJob job_of(const test::PlainAnswer& answer, int status) {
    EXPECT_EQ(answer.status, status) << answer.body;
    const auto job = codec::from_json<KeyCheckJob>(answer.body);
    EXPECT_TRUE(job.ok()) << answer.body;
    return job.ok() ? *job : KeyCheckJob{};
  }
  KeyCheckJob start_checks(const std::string& body) {
    return job_of(manage("POST", "/api/manage/keys/checks", body), 202);
  }
  KeyCheckJob job(std::int64_t id) {
    return job_of(manage("GET", "/api/manage/keys/checks/" + std::to_string(id)), 200);
  }
  KeyEventPage events(const std::string& path) {
    const auto answer = manage("GET", path);
    EXPECT_EQ(answer.status, 200) << answer.body;
    const auto page = codec::from_json<KeyEventPage>(answer.body);
    EXPECT_TRUE(page.ok()) << answer.body;
    return page.ok() ? *page : KeyEventPage{};
  }
  KeyEventPage history(std::int64_t key_id) {
    return events("/api/manage/keys/history/" + std::to_string(key_id));
  }
  /// Asks the server until it holds; it is served meanwhile like anybody.
  static bool eventually(const std::function<bool()>& holds) {
    const auto end = std::chrono::steady_clock::now() + seconds{30};
    while (!holds()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::yield();
    }
    return true;
  }
  /// A listener of the live feed that has been let in.
  PlainClient listener() {
    PlainClient client(server_->port());
    EXPECT_TRUE(client.send("GET /api/manage/live HTTP/1.1\r\nHost: a\r\n" + admin_fields() + "\r\n"));
    EXPECT_NE(client.read_until(": listening").find("text/event-stream"), std::string::npos);
    return client;
  }
};

TEST_F(Health, OfAnAddedKeyIsFoundOutWithoutAnyClientsRequest) {
  start({});
  simulator_->script_key("wrong-key-aaaa", "dead");
  const auto wrong = add("wrong-key-aaaa");
  const auto right = add("right-key-bbbb");
  EXPECT_TRUE(eventually([&] { return key(wrong).state == KeyState::Dead; }));
  EXPECT_TRUE(simulator_->wait_until([](const auto& stats) { return stats.requests >= 2; }));
  EXPECT_EQ(key(right).state, KeyState::Ready);
  EXPECT_EQ(key(right).current_tokens_used_today, 0) << "a check costs nothing";
  for (const auto& seen : simulator_->requests()) EXPECT_EQ(seen.target, "/v1beta/models?pageSize=1");

  const auto events = history(wrong).events;
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].kind, KeyEventKind::Dead);
  EXPECT_EQ(events[0].http_status, 400);
  EXPECT_NE(events[0].excerpt.find("API key not valid"), std::string::npos) << events[0].excerpt;
  EXPECT_FALSE(events[0].request_id.empty());
  EXPECT_FALSE(events[0].reason.empty());
  EXPECT_EQ(events[1].kind, KeyEventKind::Added);
}

TEST_F(Health, OfImportedKeysIsCheckedUnlessThatIsSwitchedOff) {
  start({{"CHECK_ON_ADD", "off"}});
  add("first-key-aaaa");
  ASSERT_EQ(manage("POST", "/api/manage/keys/import", R"({"text":"other-key-bbbb third-key-cccc"})").status,
            200);
  ASSERT_EQ(manage("POST", "/api/manage/keys/import", R"({"text":"never-key-dddd","dry_run":true})").status,
            200);
  EXPECT_EQ(start_checks(R"({"all":true})").total, 3) << "a dry run adds nothing";
  EXPECT_TRUE(simulator_->wait_until([](const auto& stats) { return stats.requests == 3; }));
  const auto list = codec::from_json<KeyCheckJobs>(manage("GET", "/api/manage/keys/checks").body);
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(list->checks.size(), 1U) << "nothing was checked but on demand";
}

TEST_F(Health, OfAllKeysIsCheckedInAJobThatTellsHowFarItIs) {
  start({{"GEMINI_API_KEYS", "good-key-aaaa,dead-key-bbbb,off-key-cccc,spent-key-dddd,slow-key-eeee"}});
  simulator_->script_key("dead-key-bbbb", "suspended");
  simulator_->script_key("off-key-cccc", "disabled");
  simulator_->script_key("spent-key-dddd", "429");
  simulator_->script_key("slow-key-eeee", "503");
  const auto begun = start_checks(R"({"all":true})");
  EXPECT_EQ(begun.total, 5);
  EXPECT_TRUE(eventually([&] { return job(begun.id).state == CheckState::Done; }));
  const auto ended = job(begun.id);
  EXPECT_EQ(ended.done, 5);
  EXPECT_EQ((std::vector{ended.valid, ended.dead, ended.suspect, ended.limited, ended.unknown}),
            (std::vector<std::int64_t>{1, 1, 1, 1, 1}))
      << codec::to_json(ended);
  EXPECT_EQ(ended.results.size(), 5U);
  std::map<std::string, KeyState> states;
  for (const auto& row : keys()) states[row.key_preview] = row.state;
  EXPECT_EQ(states["aaaa"], KeyState::Ready);
  EXPECT_EQ(states["bbbb"], KeyState::Dead);
  EXPECT_EQ(states["cccc"], KeyState::Suspect);
  EXPECT_EQ(states["dddd"], KeyState::Ready) << "the listing's quota is not the requests'";
  EXPECT_EQ(states["eeee"], KeyState::Ready);
}

TEST_F(Health, ChecksAreBoundedAndCanBeCancelled) {
  start({{"CHECK_CONCURRENCY", "3"}, {"CHECK_ON_ADD", "off"}});
  std::string text;
  for (int i = 0; i < 200; ++i) text += "bulk-key-number-" + std::to_string(i) + ' ';
  ASSERT_EQ(manage("POST", "/api/manage/keys/import", R"({"text":")" + text + "\"}").status, 200);
  simulator_->script_next(1000, "stall");
  const auto begun = start_checks(R"({"all":true})");
  EXPECT_EQ(begun.total, 200);
  EXPECT_TRUE(simulator_->wait_until([](const auto& stats) { return stats.in_flight == 3; }));
  const auto path = "/api/manage/keys/checks/" + std::to_string(begun.id);
  EXPECT_EQ(job_of(manage("DELETE", path), 200).state, CheckState::Cancelled);
  EXPECT_EQ(job(begun.id).state, CheckState::Cancelled);
  EXPECT_EQ(simulator_->stats().requests, 3U);
  EXPECT_EQ(simulator_->stats().most_in_flight, 3U);
  EXPECT_EQ(manage("GET", "/api/manage/keys/checks/4711").status, 404);
  EXPECT_EQ(server_->stop(), 0) << "checks in flight hold nobody up";
}

TEST_F(Health, OfADeadKeyIsRestoredByACheckOnDemand) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  simulator_->script_key("first-key-aaaa", "dead", 1);
  EXPECT_EQ(generate().status, 502);
  const auto id = keys().at(0).id;
  EXPECT_EQ(key(id).state, KeyState::Dead);
  const auto ids = "{\"ids\":[" + std::to_string(id) + "]";
  ASSERT_EQ(manage("POST", "/api/manage/keys/bulk", ids + R"(,"action":"check"})").status, 200);
  EXPECT_TRUE(eventually([&] { return key(id).state == KeyState::Ready; }));
  EXPECT_TRUE(simulator_->wait_until([](const auto& stats) { return stats.requests == 2; }))
      << "the bulk action asks upstream";
  EXPECT_EQ(generate().status, 200);
}

TEST_F(Health, OfASuspectIsRestoredByARecheckOfItsOwn) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}, {"RECHECK_AFTER_SECONDS", "1"}});
  simulator_->script_key("first-key-aaaa", "disabled", 1);
  EXPECT_EQ(generate().status, 502);
  const auto id = keys().at(0).id;
  EXPECT_TRUE(eventually([&] { return key(id).state == KeyState::Ready; }));
  EXPECT_EQ(simulator_->requests().back().target, "/v1beta/models?pageSize=1");
  EXPECT_TRUE(eventually([&] { return history(id).events.size() == 2; }));
  const auto happened = history(id).events;
  EXPECT_EQ(happened[0].kind, KeyEventKind::Recovered);
  EXPECT_EQ(happened[1].kind, KeyEventKind::Suspect);
  EXPECT_EQ(happened[1].http_status, 403);
}

TEST_F(Health, HistoryIsStillThereAfterARestartInDatabaseMode) {
  const test::ServerProcess::Environment environment{{"KEY_STORAGE_MODE", "database"}};
  start(environment);
  simulator_->script_key("wrong-key-aaaa", "dead");
  const auto id = add("wrong-key-aaaa");
  EXPECT_TRUE(eventually([&] { return key(id).state == KeyState::Dead; }));
  const auto before = history(id);
  ASSERT_EQ(before.events.size(), 2U);
  server_->kill_hard();
  start(environment);
  const auto after = history(id);
  EXPECT_EQ(codec::to_json(after.events), codec::to_json(before.events));
  add("other-key-bbbb");
  EXPECT_GT(events("/api/manage/events?limit=1").events.at(0).id, after.events[0].id);
}

TEST_F(Health, IsToldPageByPage) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}, {"CHECK_ON_ADD", "off"}});
  const auto id = add("other-key-bbbb");
  const auto path = "/api/manage/keys/update/" + std::to_string(id);
  ASSERT_EQ(manage("PUT", path, R"({"is_active":false})").status, 200);
  ASSERT_EQ(manage("PUT", path, R"({"is_active":true})").status, 200);
  const auto newest = events("/api/manage/events?limit=2");
  ASSERT_EQ(newest.events.size(), 2U);
  EXPECT_EQ(newest.events[0].kind, KeyEventKind::Enabled);
  EXPECT_EQ(newest.events[1].kind, KeyEventKind::Disabled);
  ASSERT_TRUE(newest.next_before);
  const auto rest = events("/api/manage/events?limit=2&before=" + std::to_string(*newest.next_before));
  ASSERT_EQ(rest.events.size(), 1U);
  EXPECT_EQ(rest.events[0].kind, KeyEventKind::Added);
  EXPECT_FALSE(rest.next_before);
  for (const auto* query :
       {"limit=0", "limit=501", "limit=x", "before=-1", "limit=1&limit=2", "colour=red"}) {
    const auto answer = manage("GET", std::string("/api/manage/events?") + query);
    EXPECT_EQ(answer.status, 400) << query;
    EXPECT_NE(answer.body.find("\"field\":\""), std::string::npos) << answer.body;
  }
}

TEST_F(Health, AndRequestsAreToldToListenersAsTheyHappen) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  auto live = listener();
  simulator_->script_key("first-key-aaaa", "dead", 1);
  EXPECT_EQ(generate().status, 502);
  const auto ids = "{\"ids\":[" + std::to_string(keys().at(0).id) + "]";
  ASSERT_EQ(manage("POST", "/api/manage/keys/bulk", ids + R"(,"action":"check"})").status, 200);
  const auto answer = generate();
  EXPECT_EQ(answer.status, 200);
  const auto text = live.read_until("\"request_id\":\"" + answer.fields.at("x-request-id"));
  for (const auto* part : {"event: key", "\"kind\":\"dead\"", "event: request", "\"status\":502",
                           "\"model\":\"gemini-2.5-flash\"", "\"dialect\":\"gemini\""}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
  }
  EXPECT_EQ(text.find("first-key"), std::string::npos) << "no key's text";
  EXPECT_NE(manage("GET", "/metrics").body.find("geminate_live_listeners 1\n"), std::string::npos);
}

TEST_F(Health, ListenersHoldNeitherTheStopNorTheServerUp) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  auto live = listener();
  auto gone = listener();
  gone.close(true);
  EXPECT_TRUE(eventually([&] {
    return manage("GET", "/metrics").body.find("geminate_live_listeners 1\n") != std::string::npos;
  }));
  const auto head = test::ask(server_->port(), "GET", "/api/manage/live");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 401);
  EXPECT_EQ(server_->stop(), 0);
  EXPECT_TRUE(live.closed_within(seconds{5}));
  EXPECT_EQ(server_->log().find("requests_cut"), std::string::npos) << server_->log();
}

TEST_F(Health, OfTheLastDayIsToldByTheTimesInWhichKeysWereDown) {
  start({});
  simulator_->script_key("wrong-key-aaaa", "dead");
  const auto wrong = add("wrong-key-aaaa");
  add("right-key-bbbb");
  EXPECT_TRUE(eventually([&] { return key(wrong).state == KeyState::Dead; }));
  const auto answer = manage("GET", "/api/manage/keys/timeline");
  const auto timeline = codec::from_json<KeyTimeline>(answer.body);
  ASSERT_TRUE(timeline.ok()) << answer.body;
  ASSERT_EQ(timeline->spans.size(), 1U) << answer.body;
  const KeySpanView& span = timeline->spans.front();
  EXPECT_EQ(span.key_id, wrong);
  EXPECT_EQ(span.state, KeyState::Dead);
  EXPECT_FALSE(span.to);
  EXPECT_FALSE(timeline->reasons.at(static_cast<std::size_t>(span.reason)).empty());
  ASSERT_EQ(timeline->falls.size(), 1U);
  EXPECT_EQ(timeline->falls.front().dead, 1);
  EXPECT_EQ(timeline->to - timeline->from, std::chrono::hours{24});
}

TEST_F(Health, OfThePoolsDayIsToldByModel) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa,second-key-bbbb"}});
  const std::string id = std::to_string(keys().front().id);
  const auto set = manage("PUT", "/api/manage/quotas/update",
                          R"({"key_id":)" + id + R"(,"model":"gemini-2.5-flash","requests_per_day":250})");
  ASSERT_EQ(set.status, 200) << set.body;
  const auto answer = manage("GET", "/api/manage/quotas/capacity");
  const auto report = codec::from_json<CapacityReport>(answer.body);
  ASSERT_TRUE(report.ok()) << answer.body;
  ASSERT_EQ(report->models.size(), 1U) << answer.body;
  EXPECT_EQ(report->models.front().projects, 2);
  EXPECT_EQ(report->models.front().requests_known, 1);
  EXPECT_EQ(report->models.front().requests_left, 250);
  EXPECT_GT(report->resets_at, report->at);
}

}  // namespace
}  // namespace geminate
