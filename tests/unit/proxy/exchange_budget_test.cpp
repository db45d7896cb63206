#include "tests/unit/proxy/exchange_fixture.h"

namespace geminate::proxy {
namespace {

constexpr const char* kCounted =
    "data: {\"usageMetadata\":{\"promptTokenCount\":30,\"cachedContentTokenCount\":20,"
    "\"candidatesTokenCount\":5,\"thoughtsTokenCount\":7,\"totalTokenCount\":42}}\n\n";
/// By the prices below: 10 fresh, 20 cached and 12 generated tokens.
constexpr double kCost = (10 * 3.0 + 20 * 0.5 + 12 * 7.0) / 1e6;

class ExchangeBudget : public ExchangeTest {
 protected:
  void SetUp() override {
    ExchangeTest::SetUp();
    context_.prices = &prices_;
    TokenPatch patch;
    patch.max_cost_usd = Patch<double>::to(1);
    ASSERT_TRUE(authenticator_.update(-1, patch, {Caller::server(), AuditAction::KeyUpdate}, now()).ok());
  }
  void set_prices(const std::vector<usage::ModelPrice>& prices) {
    prices_.publish(std::make_shared<const usage::PriceTable>(prices));
  }
  double cost() { return authenticator_.list(now()).front().cost_used_usd; }

  keys::Published<usage::PriceTable> prices_{std::make_shared<const usage::PriceTable>(
      std::vector<usage::ModelPrice>{{"m", 3'000'000, 7'000'000, 500'000}})};
};

TEST_F(ExchangeBudget, IsChargedOnceWithWhatUpstreamCounted) {
  begin_native();
  EXPECT_EQ(cost(), 0) << "an estimate is no cost";
  caller_.answer(200, kCounted, "text/event-stream");
  EXPECT_DOUBLE_EQ(cost(), kCost);
}

TEST_F(ExchangeBudget, IsChargedByThePricesOfTheMoment) {
  begin_native();
  set_prices({{"m", 0, 1'000'000, 0}});
  caller_.answer(200, kCounted, "text/event-stream");
  EXPECT_DOUBLE_EQ(cost(), 12e-6);
  sink_.reset();
  begin_native();
  set_prices({});
  caller_.answer(200, kCounted, "text/event-stream");
  EXPECT_DOUBLE_EQ(cost(), 12e-6) << "a model without a price costs nothing";
}

TEST_F(ExchangeBudget, IsChargedForABrokenAnswerWithWhatItSaidBefore) {
  begin_native();
  caller_.answer_head(200, "text/event-stream");
  caller_.calls.back().observer->on_body(kCounted);
  caller_.calls.back().observer->on_failed({upstream::FailureKind::Broken, "reset"});
  EXPECT_DOUBLE_EQ(cost(), kCost);
  turn();
  sink_.reset();
  begin_native();
  caller_.answer_head(200, "text/event-stream");
  caller_.calls.back().observer->on_body(kCounted);
  sink_.leave();
  EXPECT_DOUBLE_EQ(cost(), 2 * kCost);
  sink_.reset();
}

TEST_F(ExchangeBudget, IsNotChargedForWhatNobodyCounted) {
  begin_native();
  caller_.answer(400, R"({"error":{"code":400,"status":"INVALID_ARGUMENT","message":"no"}})");
  EXPECT_EQ(sink_.status, 400);
  sink_.reset();
  begin_native();
  caller_.answer(200, "data: {\"candidates\":[]}\n\n", "text/event-stream");
  EXPECT_EQ(cost(), 0);
}

TEST_F(ExchangeBudget, CountsNothingWhereThereIsNone) {
  TokenPatch none;
  none.max_cost_usd = Patch<double>::cleared();
  ASSERT_TRUE(authenticator_.update(-1, none, {Caller::server(), AuditAction::KeyUpdate}, now()).ok());
  begin_native();
  caller_.answer(200, kCounted, "text/event-stream");
  EXPECT_EQ(cost(), 0);
}

}  // namespace
}  // namespace geminate::proxy
