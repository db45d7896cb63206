// The wall clock jumps by a day, as it does when somebody sets it.

#include <fstream>
#include <string>

#include "shared/dto/settings.h"
#include "shared/dto/usage.h"
#include "tests/integration/promises/promise_stand.h"

namespace geminate {
namespace {

using namespace std::chrono_literals;
using test::PlainClient;

class Clock : public test::PromiseStand {
 protected:
  void start_shifted() {
    set(0s);
    start({{"GEMINI_API_KEYS", "first-key-aaaa,second-key-bbbb"},
           {"LD_PRELOAD", GEMINATE_CLOCK_SHIFT},
           {"CLOCK_SHIFT_FILE", file_.string()},
           // Its runtime wants to be the first library, unless told that it need not.
           {"ASAN_OPTIONS", "verify_asan_link_order=0"}});
  }
  void set(std::chrono::seconds shift) {
    const auto beside = file_.string() + ".new";
    std::ofstream(beside) << shift.count();
    std::filesystem::rename(beside, file_);
  }
  /// The server's wall clock.
  Timestamp server_now() {
    const auto view = codec::from_json<AboutView>(manage("GET", "/api/manage/about").body);
    EXPECT_TRUE(view.ok());
    return view.ok() ? view->now : Timestamp{};
  }
  std::string session() {
    auto answer = test::ask(server_->port(), "POST", "/api/login", "Content-Type: application/json\r\n",
                            R"({"password":")" + std::string(test::ServerProcess::kAdmin) + "\"}");
    EXPECT_TRUE(answer && answer->status == 200);
    const std::string cookie = answer ? answer->fields["set-cookie"] : "";
    return cookie.substr(0, cookie.find(';'));
  }
  int with_session(const std::string& cookie) {
    return test::ask(server_->port(), "GET", "/api/manage/keys/data", "Cookie: " + cookie + "\r\n")
        .value_or(test::PlainAnswer{})
        .status;
  }

  std::filesystem::path file_ = folder_.path() / "shift";
};

// clock-jump: jumps of a day, either way, end no stream, no session and no key.
TEST_F(Clock, JumpsOfADayDisturbNothing) {
  start_shifted();
  const std::string cookie = session();
  const Timestamp begun = server_now();
  int served = 0;
  // A key that rests: its rest is measured, not dated.
  simulator_->script_key("first-key-aaaa", "429,retry_ms=1500", 1);
  generate();
  generate();
  for (const auto shift : {86'400s, 0s, -86'400s, 86'400s, 0s}) {
    PlainClient stream(server_->port());
    ASSERT_TRUE(stream.send(stream_request("chunks=4,interval_ms=200")));
    ASSERT_NE(stream.read_until("data:").find("data:"), std::string::npos);
    set(shift);
    const auto moved = std::chrono::duration_cast<std::chrono::seconds>(server_now() - begun);
    EXPECT_LT(std::chrono::abs(moved - shift), 300s) << "the clock was moved";
    for (int i = 0; i < 10; ++i) served += generate().status == 200 ? 1 : 0;
    const auto whole = stream.read_until("finishReason", 20s);
    EXPECT_NE(whole.find("finishReason"), std::string::npos) << "a stream goes on over the jump";
    EXPECT_EQ(with_session(cookie), 200) << "a session is as old as it is";
    EXPECT_EQ(manage("GET", "/api/manage/usage/requests").status, 200);
  }
  EXPECT_EQ(served, 50);
  EXPECT_TRUE(test::eventually_within(20s, [&] { return key_ending_in("aaaa").state == KeyState::Ready; }))
      << "a rest of a second and a half does not become a day";
  EXPECT_EQ(server_->stop(), 0);
  test::note_promise("clock-jump",
                     "5 jumps of a day: 50 of 50 requests answered, every stream whole, session and keys "
                     "as they were");
}

}  // namespace
}  // namespace geminate
