// Upstream's name: not there yet, moved, and led to where no key must go.
#include <cstdio>
#include <fstream>

#include "tests/integration/promises/worst_upstream.h"

namespace geminate {
namespace {

using namespace test;
using std::chrono::seconds;

class UpstreamDns : public BeforeTheWorst {
 protected:
  static constexpr const char* kName = "gemini.test";

  UpstreamDns()
      : certificates_(kName),
        upstream_(
            [](FakeConnection& connection, const std::string&) {
              if (connection.write(json_answer(good_body()))) connection.close();
            },
            &certificates_) {}

  /// The name leads there from now on; nowhere when empty.
  void lead_to(const std::string& address) {
    const auto next = hosts_.string() + ".next";
    std::ofstream(next) << (address.empty() ? "" : address + " " + kName + "\n");
    std::filesystem::rename(next, hosts_);
  }
  void start_server(const std::string& allowed) {
    const char* options = std::getenv("ASAN_OPTIONS");
    start("https://" + std::string(kName) + ":" + std::to_string(upstream_.port()),
          {{"LD_PRELOAD", GEMINATE_HOSTS_SHIM},
           {"ASAN_OPTIONS", std::string(options == nullptr ? "" : options) + ":verify_asan_link_order=0"},
           {"GEMINATE_TEST_HOSTS", hosts_.string()},
           {"SSL_CERT_FILE", certificates_.ca_file()},
           {"CONNECT_TIMEOUT_SECONDS", "2"},
           {"UPSTREAM_ALLOWED_ADDRESSES", allowed}});
  }
  Got ask_once() { return ask_whole(kSurfaces[0]); }
  /// How long it takes until a request is served again.
  double healed_after() {
    const auto began = Clock::now();
    while (Clock::now() - began < seconds{30}) {
      if (ask_once().status == 200) break;
      std::this_thread::sleep_for(milliseconds{50});
    }
    return std::chrono::duration<double>(Clock::now() - began).count();
  }

  TestCertificates certificates_;
  const std::filesystem::path hosts_ = folder_.path() / "hosts";
  WorstUpstream upstream_;
};

TEST_F(UpstreamDns, FailuresAndChangesHealWithinFiveSeconds) {
  lead_to("");
  start_server("127.0.0.0/8");
  EXPECT_EQ(ask_once().status, 502);
  lead_to("127.0.0.1");
  const double found = healed_after();
  // Nobody listens at the new address, then it moves back.
  lead_to("127.0.0.9");
  const auto patience = Clock::now() + seconds{30};
  while (ask_once().status == 200) ASSERT_LT(Clock::now(), patience) << "the old address is kept for ever";
  lead_to("127.0.0.1");
  const double moved = healed_after();
  // What is known serves on while the name is gone.
  lead_to("");
  std::this_thread::sleep_for(seconds{is_long_run() ? 10 : 1});
  for (int i = 0; i < 2; ++i) {
    const Got got = ask_once();
    EXPECT_EQ(got.status, 200) << got.bytes;
  }
  EXPECT_LT(found, 5);
  EXPECT_LT(moved, 5);
  char figure[200];
  std::snprintf(
      figure, sizeof figure,
      "a name that was not found served %.2f s after it was there, one that moved %.2f s after the move",
      found, moved);
  note_promise("upstream-dns", figure);
}

TEST_F(UpstreamDns, ANameThatIsLedIntoAPrivateNetworkIsRefusedAndBlamesNoKey) {
  lead_to("127.0.0.1");
  start_server("127.0.0.1");
  EXPECT_EQ(ask_once().status, 200);
  for (const char* address : {"169.254.169.254", "127.0.0.2", "::ffff:10.0.0.1"}) {
    lead_to(address);
    Got refused;
    const auto patience = Clock::now() + seconds{30};
    while ((refused = ask_once()).status == 200) ASSERT_LT(Clock::now(), patience);
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(refused.status, 502) << refused.bytes;
      EXPECT_TRUE(refused.has("UPSTREAM_ALLOWED_ADDRESSES")) << refused.bytes;
      refused = ask_once();
    }
  }
  const std::string log = server_->log();
  const std::size_t first = log.find("upstream_address_refused");
  ASSERT_NE(first, std::string::npos) << log;
  EXPECT_EQ(log.find("upstream_address_refused", first + 1), std::string::npos) << "once for each host\n"
                                                                                << log;
  EXPECT_NE(log.find("169.254.169.254", first), std::string::npos);
  EXPECT_EQ(metric("geminate_keys{state=\"ready\"}"), 2);
  lead_to("127.0.0.1");
  EXPECT_LT(healed_after(), 5);
}

}  // namespace
}  // namespace geminate
