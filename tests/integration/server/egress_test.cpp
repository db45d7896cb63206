// The way out of the built server: proxies for all, for a project, for a key; nothing is fetched for a
// client.
#include <set>

#include "tests/integration/promises/worst_upstream.h"

namespace geminate {
namespace {

using namespace test;

/// Takes a tunnel's request and answers in upstream's place, naming itself.
WorstUpstream::Part proxy_called(const std::string& name, std::atomic<int>& tunnels) {
  return [name, &tunnels](FakeConnection& connection, const std::string& request) {
    ++tunnels;
    if (!request.starts_with("CONNECT localhost:9 ")) return;
    if (!connection.write("HTTP/1.1 200 OK\r\n\r\n")) return;
    std::string asked;
    if (!connection.read_request(asked)) return;
    const std::string body = asked.starts_with("GET ") ? R"({"models":[]})" : good_body("through " + name);
    if (connection.write(json_answer(body))) connection.close();
  };
}

class Egress : public BeforeTheWorst {
 protected:
  static std::string proxy(const WorstUpstream& upstream) {
    return "http://user-canary:pass-canary@127.0.0.1:" + std::to_string(upstream.port());
  }
  PlainAnswer manage(const std::string& method, const std::string& path, const std::string& body = {}) {
    const auto answer = ask(server_->port(), method, path,
                            "Content-Type: application/json\r\nAuthorization: Bearer " +
                                std::string(ServerProcess::kAdmin) + "\r\n",
                            body);
    return answer.value_or(PlainAnswer{});
  }
  void expect_no_blame() {
    EXPECT_EQ(metric("geminate_keys{state=\"ready\"}"), 2) << server_->log();
    EXPECT_EQ(server_->log().find("canary"), std::string::npos) << server_->log();
  }

  std::atomic<int> tunnels_a_{0};
  std::atomic<int> tunnels_b_{0};
};

/// Upstream's name, which the proxy is given; nothing listens there.
constexpr const char* kElsewhere = "http://localhost:9";

TEST_F(Egress, LooksAtNoProxyOfTheEnvironment) {
  WorstUpstream upstream([](FakeConnection& connection, const std::string&) {
    if (connection.write(json_answer(good_body()))) connection.close();
  });
  std::atomic<int> asked{0};
  WorstUpstream other([&](FakeConnection&, const std::string&) { ++asked; });
  const std::string address = "http://127.0.0.1:" + std::to_string(other.port());
  start(upstream.url(), {{"http_proxy", address},
                         {"https_proxy", address},
                         {"HTTP_PROXY", address},
                         {"HTTPS_PROXY", address},
                         {"all_proxy", address},
                         {"ALL_PROXY", address}});
  EXPECT_TRUE(ask_whole(kSurfaces[0]).has("all is well"));
  EXPECT_EQ(other.connections(), 0);
}

TEST_F(Egress, TakesTheWayOfTheKeyThatIsSpent) {
  WorstUpstream a(proxy_called("a", tunnels_a_));
  WorstUpstream b(proxy_called("b", tunnels_b_));
  start(kElsewhere, {{"UPSTREAM_PROXY", proxy(a) + ", key:2=" + proxy(b)}});
  std::set<std::string> ways;
  for (int i = 0; i < 20; ++i) {
    const Got got = ask_whole(kSurfaces[0]);
    EXPECT_EQ(got.status, 200) << got.bytes;
    for (const char* way : {"through a", "through b"}) {
      if (got.has(way)) ways.insert(way);
    }
  }
  EXPECT_EQ(ways.size(), 2u);
  // Checks of keys go the same way.
  const int before_a = tunnels_a_;
  const int before_b = tunnels_b_;
  EXPECT_EQ(manage("POST", "/api/manage/keys/checks", R"({"all":true})").status, 202);
  const auto patience = Clock::now() + kPatience;
  while (tunnels_a_ == before_a || tunnels_b_ == before_b) ASSERT_LT(Clock::now(), patience);
  expect_no_blame();
  EXPECT_TRUE(quiet_within(milliseconds{5'000}));
}

TEST_F(Egress, GoesOnWithTheKeysWhoseWayIsOpen) {
  WorstUpstream a(proxy_called("a", tunnels_a_));
  std::atomic<int> refused{0};
  WorstUpstream broken([&](FakeConnection& connection, const std::string&) {
    ++refused;
    if (connection.write("HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n")) connection.close();
  });
  start(kElsewhere, {{"UPSTREAM_PROXY", proxy(a) + ", key:2=" + proxy(broken)}, {"WORKERS", "1"}});
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(ask_whole(kSurfaces[1]).has("through a"));
  // Once for the trip, and probes; not each time.
  EXPECT_LE(refused, 5);
  expect_no_blame();
}

TEST_F(Egress, SaysThatTheProxyFailsWhereThereIsNoOtherWay) {
  std::atomic<int> asked{0};
  WorstUpstream broken([&](FakeConnection& connection, const std::string& request) {
    ++asked;
    const bool has_login = request.find("Proxy-Authorization: Basic ") != std::string::npos;
    if (has_login && connection.write("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")) connection.close();
  });
  start(kElsewhere, {{"UPSTREAM_PROXY", proxy(broken)}});
  for (const Surface& surface : kSurfaces) {
    const Got got = ask_whole(surface);
    EXPECT_TRUE(got.status == 502 || got.status == 429) << got.bytes;
    EXPECT_TRUE(got.has("proxy")) << got.bytes;
    EXPECT_FALSE(got.has("canary"));
  }
  EXPECT_GE(asked, 1);
  EXPECT_NE(server_->log().find("the proxy wants other credentials (407)"), std::string::npos);
  expect_no_blame();
}

TEST_F(Egress, FetchesNoImageForAClient) {
  WorstUpstream upstream([](FakeConnection& connection, const std::string& request) {
    const bool names_it = request.find("\"fileUri\":\"http://127.0.0.1:") != std::string::npos;
    if (connection.write(json_answer(good_body(names_it ? "named" : "not named")))) connection.close();
  });
  WorstUpstream image([](FakeConnection&, const std::string&) {});
  start(upstream.url());
  const std::string url = "http://127.0.0.1:" + std::to_string(image.port()) + "/a.png";
  const Got got = ask_all(
      "/v1/chat/completions",
      R"({"model":"gemini-2.5-flash","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":")" +
          url + R"("}}]}]})");
  EXPECT_TRUE(got.has("named") && !got.has("not named")) << got.bytes;
  EXPECT_EQ(image.connections(), 0);
}

TEST_F(Egress, FollowsNoRedirectAndRepeatsNoAddressOfOne) {
  WorstUpstream elsewhere([](FakeConnection&, const std::string&) {});
  WorstUpstream upstream([&](FakeConnection& connection, const std::string&) {
    const bool written = static_cast<bool>(connection.write(
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:" + std::to_string(elsewhere.port()) +
        "/?key=first-key-aaaa\r\nContent-Length: 0\r\n\r\n"));
    if (written) connection.close();
  });
  start(upstream.url(), {{"GEMINI_API_KEYS", "first-key-aaaa"}});
  for (const Surface& surface : kSurfaces) {
    const Got got = ask_whole(surface);
    EXPECT_EQ(got.status, 502) << got.bytes;
    EXPECT_EQ(got.bytes.find("first-key"), std::string::npos);
    EXPECT_EQ(got.bytes.find("ocation:"), std::string::npos);
  }
  EXPECT_EQ(elsewhere.connections(), 0);
}

}  // namespace
}  // namespace geminate
