#include "backend/proxy/token_calibration.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace geminate::proxy {
namespace {

using translate::TokenCost;

TEST(TokenCalibration, ConvergesOnATokenizerThatDisagrees) {
  for (const double truth : {0.5, 1.0, 1.7, 3.0}) {
    LearntRatios learning;
    std::minstd_rand random(5);
    std::uniform_int_distribution<std::int64_t> length(200, 20'000);
    std::uniform_real_distribution<double> noise(0.95, 1.05);
    for (int i = 0; i < 40; ++i) {
      const TokenCost sent{length(random) * 100, 0};
      const double counted = static_cast<double>(sent.text) / 100 * truth * noise(random);
      learning = learnt(learning, sent, std::llround(counted));
    }
    EXPECT_NEAR(learning.ratios.text, truth, truth * 0.05);
    EXPECT_EQ(learning.ratios.media, 1);
  }
}

TEST(TokenCalibration, TellsTextAndMediaApartInAMixture) {
  // To this model an image is 1,120 tokens and text is cheap.
  constexpr double kText = 0.6;
  constexpr double kMedia = 1120.0 / 258;
  LearntRatios learning;
  std::minstd_rand random(11);
  std::uniform_int_distribution<std::int64_t> length(50, 8'000);
  std::uniform_int_distribution<std::int64_t> images(0, 6);
  for (int i = 0; i < 400; ++i) {
    const TokenCost sent{length(random) * 100, images(random) * 258};
    const double counted =
        static_cast<double>(sent.text) / 100 * kText + static_cast<double>(sent.media) * kMedia;
    learning = learnt(learning, sent, std::llround(counted));
  }
  EXPECT_NEAR(learning.ratios.text, kText, 0.03);
  EXPECT_NEAR(learning.ratios.media, kMedia, 0.2);
}

TEST(TokenCalibration, IsHalfWayThereAfterOneSampleAndFollowsAChange) {
  LearntRatios learning = learnt({}, {100'000, 0}, 2000);
  EXPECT_DOUBLE_EQ(learning.ratios.text, 1.5);
  for (int i = 0; i < 100; ++i) learning = learnt(learning, {100'000, 0}, 2000);
  EXPECT_NEAR(learning.ratios.text, 2, 1e-6);
  for (int i = 0; i < 15; ++i) learning = learnt(learning, {100'000, 0}, 1000);
  EXPECT_NEAR(learning.ratios.text, 1, 0.05);
}

TEST(TokenCalibration, StaysWithinBounds) {
  LearntRatios learning;
  for (int i = 0; i < 100; ++i) learning = learnt(learning, {10'000, 0}, 1'000'000'000'000);
  for (int i = 0; i < 100; ++i) learning = learnt(learning, {0, 1000}, 1'000'000'000'000);
  EXPECT_NEAR(learning.ratios.text, LearntRatios::kMostText, 1e-6);
  EXPECT_LE(learning.ratios.text, LearntRatios::kMostText);
  EXPECT_NEAR(learning.ratios.media, LearntRatios::kMostMedia, 1e-6);
  EXPECT_LE(learning.ratios.media, LearntRatios::kMostMedia);
  for (int i = 0; i < 100; ++i) learning = learnt(learning, {10'000, 0}, 1);
  EXPECT_NEAR(learning.ratios.text, LearntRatios::kLeast, 1e-6);
  EXPECT_GE(learning.ratios.text, LearntRatios::kLeast);
}

TEST(TokenCalibration, LearnsNothingFromWhatSaysNothing) {
  const std::vector<std::pair<TokenCost, std::int64_t>> prompts{
      {{0, 0}, 5000},             // nothing
      {{6000, 0}, 5000},          // short
      {{30'000, 258}, 5000},      // as much of the one as of the other
      {{100'000, 0}, 0},          // upstream said nothing
      {{100'000, 0, 500}, 5000},  // much thought
  };
  for (const auto& [sent, counted] : prompts) {
    const auto learning = learnt({}, sent, counted);
    EXPECT_EQ(learning.ratios.text, 1) << sent.text;
    EXPECT_EQ(learning.ratios.media, 1) << sent.text;
  }
}

TEST(TokenCalibration, KeepsModelsApart) {
  TokenCalibration calibration;
  calibration.learn("gemini-3-pro", {100'000, 0}, 2000);
  EXPECT_DOUBLE_EQ(calibration.ratios("gemini-3-pro").text, 1.5);
  EXPECT_DOUBLE_EQ(calibration.ratios("gemini-3-flash").text, 1);
}

TEST(TokenCalibration, KeepsAFewModelsThoseUsedLast) {
  TokenCalibration calibration;
  calibration.learn("kept", {100'000, 0}, 2000);
  for (int i = 0; i < 1000; ++i) {
    calibration.learn("m" + std::to_string(i), {100'000, 0}, 2000);
    calibration.learn("kept", {100'000, 0}, 2000);
  }
  EXPECT_EQ(calibration.size(), TokenCalibration::kMaxModels);
  EXPECT_NEAR(calibration.ratios("kept").text, 2, 1e-6);
  EXPECT_DOUBLE_EQ(calibration.ratios("m0").text, 1) << "forgotten";
  EXPECT_DOUBLE_EQ(calibration.ratios("m999").text, 1.5);
  calibration.learn(std::string(10'000, 'm'), {100'000, 0}, 2000);
  EXPECT_EQ(calibration.ratios(std::string(10'000, 'm')).text, 1);
}

}  // namespace
}  // namespace geminate::proxy
