#include "backend/proxy/token_calibration.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace geminate::proxy {
namespace {

using translate::TokenCost;

TEST(TokenCalibration, ConvergesOnATokenizerThatDisagrees) {
  for (const double truth : {0.5, 1.0, 1.7, 3.0}) {
    TokenRatio ratio;
    std::minstd_rand random(5);
    std::uniform_int_distribution<std::int64_t> length(200, 20'000);
    std::uniform_real_distribution<double> noise(0.95, 1.05);
    for (int i = 0; i < 40; ++i) {
      // Its count has pictures in it as well, each at its fixed price.
      const TokenCost sent{length(random) * 100, 129};
      const double counted = static_cast<double>(sent.text) / 100 * truth * noise(random) + 129;
      ratio = learnt(ratio, sent, std::llround(counted));
    }
    EXPECT_NEAR(ratio.ratio, truth, truth * 0.05);
  }
}

TEST(TokenCalibration, IsHalfWayThereAfterOneSampleAndFollowsAChange) {
  TokenRatio ratio = learnt({}, {100'000, 0}, 2000);
  EXPECT_DOUBLE_EQ(ratio.ratio, 1.5);
  for (int i = 0; i < 100; ++i) ratio = learnt(ratio, {100'000, 0}, 2000);
  EXPECT_NEAR(ratio.ratio, 2, 1e-6);
  for (int i = 0; i < 15; ++i) ratio = learnt(ratio, {100'000, 0}, 1000);
  EXPECT_NEAR(ratio.ratio, 1, 0.05);
}

TEST(TokenCalibration, StaysWithinBounds) {
  TokenRatio ratio;
  for (int i = 0; i < 100; ++i) ratio = learnt(ratio, {10'000, 0}, 1'000'000'000'000);
  EXPECT_NEAR(ratio.ratio, TokenRatio::kMost, 1e-6);
  EXPECT_LE(ratio.ratio, TokenRatio::kMost);
  for (int i = 0; i < 100; ++i) ratio = learnt(ratio, {10'000, 0}, 1);
  EXPECT_NEAR(ratio.ratio, TokenRatio::kLeast, 1e-6);
  EXPECT_GE(ratio.ratio, TokenRatio::kLeast);
}

TEST(TokenCalibration, LearnsNothingFromWhatSaysNothing) {
  for (const TokenCost& sent : {TokenCost{0, 0}, TokenCost{6000, 0}, TokenCost{10'000, 258}})
    EXPECT_EQ(learnt({}, sent, 5000).ratio, 1) << "short, or mostly media";
  EXPECT_EQ(learnt({}, {10'000, 0}, 0).ratio, 1) << "upstream said nothing";
  EXPECT_EQ(learnt({}, {100'000, 258}, 200).ratio, 1) << "less than the media alone";
}

TEST(TokenCalibration, KeepsModelsApart) {
  TokenCalibration calibration;
  calibration.learn("gemini-3-pro", {100'000, 0}, 2000);
  EXPECT_DOUBLE_EQ(calibration.ratio("gemini-3-pro"), 1.5);
  EXPECT_DOUBLE_EQ(calibration.ratio("gemini-3-flash"), 1);
}

TEST(TokenCalibration, KeepsAFewModelsThoseUsedLast) {
  TokenCalibration calibration;
  calibration.learn("kept", {100'000, 0}, 2000);
  for (int i = 0; i < 1000; ++i) {
    calibration.learn("m" + std::to_string(i), {100'000, 0}, 2000);
    calibration.learn("kept", {100'000, 0}, 2000);
  }
  EXPECT_EQ(calibration.size(), TokenCalibration::kMaxModels);
  EXPECT_NEAR(calibration.ratio("kept"), 2, 1e-6);
  EXPECT_DOUBLE_EQ(calibration.ratio("m0"), 1) << "forgotten";
  EXPECT_DOUBLE_EQ(calibration.ratio("m999"), 1.5);
  calibration.learn(std::string(10'000, 'm'), {100'000, 0}, 2000);
  EXPECT_EQ(calibration.ratio(std::string(10'000, 'm')), 1);
}

}  // namespace
}  // namespace geminate::proxy
