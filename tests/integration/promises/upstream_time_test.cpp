// An upstream that is slow in every way: drips, silences, connections that are never made.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <future>

#include "tests/integration/promises/worst_upstream.h"

namespace geminate {
namespace {

using namespace test;
using std::chrono::seconds;

std::string in_words(double value, const char* unit) {
  char text[64];
  std::snprintf(text, sizeof text, "%.2f %s", value, unit);
  return text;
}

/// A port at which connections are neither taken nor refused: its backlog is full.
class BlackHole {
 public:
  BlackHole() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    is_ready_ = ::bind(listener_, any, length) == 0 && ::listen(listener_, 0) == 0 &&
                ::getsockname(listener_, any, &length) == 0;
    port_ = ntohs(address.sin_port);
    for (int& filler : fillers_) {
      filler = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      ::connect(filler, any, length);
    }
  }
  ~BlackHole() {
    for (const int filler : fillers_) ::close(filler);
    ::close(listener_);
  }
  BlackHole(const BlackHole&) = delete;
  BlackHole& operator=(const BlackHole&) = delete;

  [[nodiscard]] bool is_ready() const { return is_ready_; }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  int listener_;
  std::array<int, 3> fillers_{};
  bool is_ready_ = false;
  std::uint16_t port_ = 0;
};

class UpstreamTime : public BeforeTheWorst {
 protected:
  /// Writes with a pause after each piece, until the other end has gone.
  static bool drip(FakeConnection& connection, std::string_view bytes, milliseconds pause,
                   std::size_t piece) {
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      if (!connection.write(bytes.substr(at, piece))) return false;
      // Whoever has hung up is noticed by the next write.
      std::this_thread::sleep_for(pause);
    }
    return true;
  }
};

TEST_F(UpstreamTime, DripsReachTheClientAsTheyAreAndHinderNobodyElse) {
  const auto pause = is_long_run() ? milliseconds{1'000} : milliseconds{3};
  const std::string answer = json_answer(good_body("drip by drip"));
  const std::string stream = kStreamHead + chunk(gemini_event("drop", true)) + kLastChunk;
  WorstUpstream upstream([&](FakeConnection& connection, const std::string& request) {
    if (request.find("quick") != std::string::npos) {
      if (connection.write(json_answer(good_body("quickly")))) connection.close();
    } else if (drip(connection, request.find("stream") == std::string::npos ? answer : stream, pause, 1)) {
      connection.close();
    }
  });
  start(upstream.url(), {{"WORKERS", "1"}});
  std::vector<std::future<Got>> dripping;
  for (const Surface& surface : kSurfaces) {
    dripping.push_back(std::async(std::launch::async, [this, &surface] {
      return ask_all(surface.stream_target, surface.stream_body, seconds{900});
    }));
  }
  double slowest = 0;
  for (int i = 0; i < 20; ++i) {
    const Got quick = ask_all(kSurfaces[0].whole_target, R"({"contents":[{"parts":[{"text":"quick"}]}]})");
    EXPECT_TRUE(quick.has("quickly")) << quick.bytes;
    slowest = std::max(slowest, quick.took.count());
  }
  double took = 0;
  for (std::size_t i = 0; i < dripping.size(); ++i) {
    const Got got = dripping[i].get();
    EXPECT_EQ(got.status, 200);
    EXPECT_TRUE(got.is_whole && got.has("drop") && got.has(kSurfaces[i].good_end)) << got.bytes;
    took = std::max(took, got.took.count());
  }
  EXPECT_TRUE(quiet_within(seconds{5}));
  note_promise("upstream-drip",
               "a stream that came a byte at a time, one each " + std::to_string(pause.count()) +
                   " ms, took " + in_words(took, "s") +
                   " and was whole in four dialects; others beside it, on the same worker, " +
                   in_words(slowest * 1000, "ms") + " at most");
}

/// What was to take how long, and did.
class Deadline {
 public:
  void check(const char* name, double took, double limit) {
    EXPECT_LT(std::abs(took - limit) / limit, 0.1) << name << " took " << took << " s of " << limit;
    figure += (figure.empty() ? "" : ", ") + std::string(name) + " " + in_words(took, "s") + " of " +
              in_words(limit, "s");
  }
  std::string figure;
};

/// Seconds in the short and in the long form, where a tenth is a stricter bound on what the server adds; in
/// the short one it has to leave room for a busy machine's waking up.
using Seconds = int[2];
constexpr Seconds kFirstByte{3, 20};
constexpr Seconds kIdle{3, 10};
constexpr Seconds kTotal{5, 30};
constexpr Seconds kConnect{3, 20};
int deadline(const Seconds& of) { return of[is_long_run() ? 1 : 0]; }

/// Upstream that says nothing, then something and nothing more, then something without end. The time that it
/// was waited for is what it sees.
class SlowUpstream {
 public:
  enum class Phase { Mute, Stalling, Endless };

  std::atomic<Phase> phase{Phase::Mute};

  /// Of the phase's first call; a retry comes behind it, and may end when the next phase has begun.
  double waited(Phase in) const { return waited_[static_cast<std::size_t>(in)]; }

  void play(FakeConnection& connection) {
    const Phase now = phase;
    if (now == Phase::Mute) return note_wait(connection, now);
    if (now == Phase::Stalling) {
      if (connection.write(kStreamHead + chunk(gemini_event("then silence")))) note_wait(connection, now);
      return;
    }
    if (!connection.write(kStreamHead)) return;
    while (connection.write(chunk(gemini_event("on")), milliseconds{200})) {
      if (!connection.stays_quiet(milliseconds{100})) break;
    }
  }

 private:
  void note_wait(FakeConnection& connection, Phase in) {
    const auto began = Clock::now();
    if (!connection.wait_for_end(seconds{300})) return;
    double nothing = 0;
    waited_[static_cast<std::size_t>(in)].compare_exchange_strong(
        nothing, std::chrono::duration<double>(Clock::now() - began).count());
  }

  std::array<std::atomic<double>, 2> waited_{};
};

TEST_F(UpstreamTime, DeadlinesOfAnswersHoldWithinATenth) {
  SlowUpstream slow;
  WorstUpstream upstream([&](FakeConnection& connection, const std::string&) { slow.play(connection); });
  start(upstream.url(), {{"FIRST_BYTE_TIMEOUT_SECONDS", std::to_string(deadline(kFirstByte))},
                         {"IDLE_TIMEOUT_SECONDS", std::to_string(deadline(kIdle))},
                         {"REQUEST_TIMEOUT_SECONDS", std::to_string(deadline(kTotal))},
                         {"WORKERS", "1"}});
  Deadline held;
  const Got none = ask_stream(kSurfaces[1]);
  // Who waits long has had a sign of life by then, and the error as an event.
  EXPECT_TRUE(none.status == 504 || none.has_error()) << none.bytes;
  held.check("first byte", slow.waited(SlowUpstream::Phase::Mute), deadline(kFirstByte));
  slow.phase = SlowUpstream::Phase::Stalling;
  const Got stalled = ask_stream(kSurfaces[1]);
  EXPECT_TRUE(stalled.has("then silence") && stalled.has_error()) << stalled.bytes;
  held.check("idle", slow.waited(SlowUpstream::Phase::Stalling), deadline(kIdle));
  slow.phase = SlowUpstream::Phase::Endless;
  const Got endless = ask_stream(kSurfaces[1]);
  EXPECT_TRUE(endless.has_error()) << endless.bytes.substr(0, 2000);
  EXPECT_FALSE(endless.has("[DONE]"));
  held.check("total", endless.took.count(), deadline(kTotal));
  note_promise("upstream-deadlines", held.figure);
}

TEST_F(UpstreamTime, DeadlinesOfConnectionsHoldWithinATenth) {
  const BlackHole hole;
  ASSERT_TRUE(hole.is_ready());
  start(hole.url(), {{"CONNECT_TIMEOUT_SECONDS", std::to_string(deadline(kConnect))}, {"WORKERS", "1"}});
  // The first may be retried, on credit; the one beside it is not.
  auto first = std::async(std::launch::async, [this] { return ask_whole(kSurfaces[0]); });
  auto second = std::async(std::launch::async, [this] { return ask_whole(kSurfaces[0]); });
  const Got one = first.get();
  const Got other = second.get();
  EXPECT_EQ(one.status, 504);
  EXPECT_EQ(other.status, 504);
  Deadline held;
  held.check("connect", std::min(one.took.count(), other.took.count()), deadline(kConnect));
  note_promise("upstream-deadlines", held.figure);
}

TEST_F(UpstreamTime, SilencesWithinALongStreamCostNothing) {
  const auto silence = is_long_run() ? milliseconds{55'000} : milliseconds{700};
  const int silences = is_long_run() ? 33 : 2;
  WorstUpstream upstream([&](FakeConnection& connection, const std::string&) {
    if (!connection.write(kStreamHead)) return;
    for (int i = 0; i <= silences; ++i) {
      if (i > 0 && !connection.stays_quiet(silence)) return;
      const std::string text = "piece-" + std::to_string(i) + ";";
      if (!connection.write(chunk(gemini_event(text, i == silences)))) return;
    }
    if (connection.write(kLastChunk)) connection.close();
  });
  start(upstream.url(), {{"REQUEST_TIMEOUT_SECONDS", "3600"}, {"IDLE_TIMEOUT_SECONDS", "60"}});
  std::vector<std::future<Got>> streams;
  for (const Surface& surface : kSurfaces) {
    streams.push_back(std::async(std::launch::async, [this, &surface] {
      return ask_all(surface.stream_target, surface.stream_body, seconds{3600});
    }));
  }
  double took = 0;
  for (std::size_t i = 0; i < streams.size(); ++i) {
    const Got got = streams[i].get();
    EXPECT_TRUE(got.is_whole && got.has(kSurfaces[i].good_end)) << got.bytes;
    std::size_t at = 0;
    for (int piece = 0; piece <= silences; ++piece) {
      const std::size_t next = got.body.find("piece-" + std::to_string(piece) + ";", at);
      ASSERT_NE(next, std::string::npos) << kSurfaces[i].name << ", piece " << piece;
      at = next;
    }
    took = std::max(took, got.took.count());
  }
  note_promise("upstream-long-stream", "a stream of " + in_words(took, "s") + " with " +
                                           std::to_string(silences) + " silences of " +
                                           in_words(static_cast<double>(silence.count()) / 1000, "s") +
                                           " was whole in four dialects");
}

}  // namespace
}  // namespace geminate
