#include <algorithm>
#include <chrono>
#include <vector>

#include "shared/dto/quotas.h"
#include "tests/integration/server/served_by_simulator.h"

namespace geminate {
namespace {

using std::chrono::steady_clock;
using namespace std::chrono_literals;

/// Quotas of a server in database mode that is killed and comes back over the same folder.
class Quotas : public test::ServedBySimulator {
 protected:
  void begin() {
    start({{"KEY_STORAGE_MODE", "database"}});
    const auto added =
        manage("POST", "/api/manage/keys/add",
               R"({"key_string":"AIzaSyQuotaQuotaQuotaQuotaQuotaQuota001","project":"alpha"})");
    ASSERT_EQ(added.status, 201) << added.body;
  }
  void kill_and_come_back() {
    server_->kill_hard();
    server_ = std::make_unique<test::ServerProcess>(
        folder_.path(), test::ServerProcess::Environment{{"KEY_STORAGE_MODE", "database"},
                                                         {"GEMINI_BASE_URL", simulator_->base_url()}});
    ASSERT_TRUE(server_->running()) << server_->log();
  }
  QuotaView quota() {
    const auto list = codec::from_json<QuotaList>(manage("GET", "/api/manage/quotas/data").body);
    EXPECT_TRUE(list.ok());
    for (const QuotaView& view : list.value().quotas) {
      if (view.project == "alpha" && view.model == "gemini-2.5-flash") return view;
    }
    return {};
  }
  test::PlainAnswer set(const std::string& limits) {
    return manage("PUT", "/api/manage/quotas/update",
                  R"({"project":"alpha","model":"gemini-2.5-flash",)" + limits + "}");
  }
};

TEST_F(Quotas, ALimitThatWasAcknowledgedOutlivesAKill) {
  begin();
  ASSERT_EQ(set(R"("requests_per_minute":3,"requests_per_day":100)").status, 200);
  kill_and_come_back();
  const QuotaView kept = quota();
  ASSERT_TRUE(kept.requests_per_minute);
  EXPECT_EQ(kept.requests_per_minute->amount, 3);
  EXPECT_EQ(kept.requests_per_minute->origin, LimitOrigin::Admin);
  EXPECT_EQ(kept.requests_per_day->amount, 100);
}

TEST_F(Quotas, ALimitHoldsForTheNextRequestWithoutACallUpstream) {
  begin();
  for (int i = 0; i < 3; ++i) ASSERT_EQ(generate().status, 200);
  ASSERT_EQ(set(R"("requests_per_minute":3)").status, 200);
  const auto refused = generate();
  EXPECT_EQ(refused.status, 429);
  EXPECT_LE(std::stoi(refused.fields.at("retry-after")), 64);
  EXPECT_GE(std::stoi(refused.fields.at("retry-after")), 1);
  EXPECT_EQ(quota().requests_today, 3) << "nothing went upstream";
  ASSERT_EQ(set(R"("requests_per_minute":null)").status, 200);
  EXPECT_EQ(generate().status, 200);
}

TEST_F(Quotas, AKillLosesTheStatedSecondOfCountsAtMost) {
  begin();
  std::vector<steady_clock::time_point> served;
  const auto began = steady_clock::now();
  while (steady_clock::now() - began < 4s) {
    ASSERT_EQ(generate().status, 200);
    served.push_back(steady_clock::now());
  }
  const auto killed = steady_clock::now();
  kill_and_come_back();
  // A second between two savings, and another for a machine that is busy.
  const auto older =
      std::count_if(served.begin(), served.end(), [&](auto time) { return killed - time > 2s; });
  ASSERT_GT(older, 0);
  const QuotaView kept = quota();
  EXPECT_GE(kept.requests_today, older);
  EXPECT_LE(kept.requests_today, static_cast<std::int64_t>(served.size()));
  EXPECT_GE(kept.requests_this_minute, older) << "the minute goes on as well";
}

TEST_F(Quotas, LimitsThatMakeNoSenseAreRefusedByName) {
  begin();
  const auto zero = set(R"("requests_per_day":0)");
  EXPECT_EQ(zero.status, 400);
  EXPECT_NE(zero.body.find(R"("field":"requests_per_day")"), std::string::npos) << zero.body;
  EXPECT_EQ(manage("PUT", "/api/manage/quotas/update", R"({"project":"nobody","model":"m"})").status, 404);
  EXPECT_EQ(manage("PUT", "/api/manage/quotas/update", R"({"project":"alpha"})").status, 400);
}

}  // namespace
}  // namespace geminate
