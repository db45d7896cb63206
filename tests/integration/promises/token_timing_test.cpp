// What a refusal of a wrong token or password takes tells nothing about how much of it was right.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "backend/auth/authenticator.h"
#include "backend/auth/memory_token_store.h"
#include "backend/auth/token_secret.h"
#include "backend/crypto/keyed_hash.h"
#include "tests/support/promise.h"

namespace geminate {
namespace {

/// Nanoseconds of two kinds of guesses, taken in turns that nothing but chance decides: what else the machine
/// does then falls on both alike.
struct Samples {
  std::vector<double> near;
  std::vector<double> far;
};

struct Moments {
  double mean = 0;
  double variance = 0;
};

/// Without the slowest tenth, in which the machine did something else.
Moments moments_of(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  times.resize(times.size() * 9 / 10);
  const auto count = static_cast<double>(times.size());
  Moments moments;
  for (const double time : times) moments.mean += time / count;
  for (const double time : times)
    moments.variance += (time - moments.mean) * (time - moments.mean) / (count - 1);
  return moments;
}

/// Welch's t: how many standard errors the means are apart.
double welch_t(const Samples& samples) {
  const auto near = moments_of(samples.near);
  const auto far = moments_of(samples.far);
  const auto count = static_cast<double>(samples.near.size() * 9 / 10);
  return (near.mean - far.mean) / std::sqrt((near.variance + far.variance) / count);
}

/// Guesses at a secret, half of them near: these differ in its last characters alone, the others from the
/// first one on. No two are alike: of a few that come again and again, what a single one costs by chance (its
/// place in a table, say) would count as the group's. All are there before the first one is timed, since what
/// makes a guess near would still be on its way through the processor.
class Guesses {
 public:
  Guesses(const std::string& secret, std::size_t each) : length_(secret.size()), is_near_(2 * each) {
    std::mt19937 random(20261128);
    std::fill_n(is_near_.begin(), each, true);
    std::shuffle(is_near_.begin(), is_near_.end(), random);
    texts_.reserve(is_near_.size() * length_);
    for (const bool is_near : is_near_) {
      texts_ += secret;
      for (std::size_t i = is_near ? length_ - kTail : 0; i < length_; ++i) {
        char& digit = texts_[texts_.size() - length_ + i];
        const char other = kDigits[random() % kDigits.size()];
        digit = other == digit ? '-' : other;
      }
    }
  }
  [[nodiscard]] std::size_t size() const { return is_near_.size(); }
  [[nodiscard]] bool is_near(std::size_t at) const { return is_near_[at]; }
  [[nodiscard]] std::string_view text(std::size_t at) const {
    return std::string_view(texts_).substr(at * length_, length_);
  }

 private:
  static constexpr std::size_t kTail = 6;
  static constexpr std::string_view kDigits =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  const std::size_t length_;
  std::vector<bool> is_near_;
  std::string texts_;
};

template <class Guess>
Samples sample(const Guesses& guesses, Guess guess) {
  std::vector<double> times;
  times.reserve(guesses.size());
  std::string asked;
  for (std::size_t at = 0; at < guesses.size(); ++at) {
    asked.assign(guesses.text(at));
    const auto begun = std::chrono::steady_clock::now();
    guess(asked);
    const auto took = std::chrono::steady_clock::now() - begun;
    times.push_back(std::chrono::duration<double, std::nano>(took).count());
  }
  Samples samples;
  for (std::size_t at = 0; at < guesses.size(); ++at)
    (guesses.is_near(at) ? samples.near : samples.far).push_back(times[at]);
  return samples;
}

std::size_t samples_of_each() { return test::is_long_run() ? 100'000 : 2'000; }

/// A leak of a comparison that stops at the first difference shows as hundreds over so many samples; a quiet
/// machine stays under five.
constexpr double kSuspicious = 10;

void judge(const char* what, const Samples& samples) {
  const double t = welch_t(samples);
  char figure[160];
  std::snprintf(figure, sizeof figure, "%s: Welch's t %.2f over 2 x %zu samples (%.1f ns apart)", what, t,
                samples.near.size(), moments_of(samples.near).mean - moments_of(samples.far).mean);
  test::note_promise("token-timing", figure);
  // So few samples of a busy machine prove nothing: the short form looks at nothing but that all were
  // refused.
  if (test::is_long_run()) {
    EXPECT_LT(std::abs(t), kSuspicious) << figure;
  }
}

TEST(TokenTiming, TellsNothingOfAClientToken) {
  auth::MemoryTokenStore store;
  const std::string token = auth::make_token_secret().reveal();
  auth::Authenticator authenticator(store, {Secret(token)});
  const Now moment = now();
  const Guesses guesses(token, samples_of_each());
  std::size_t let_in = 0;
  const auto samples = sample(
      guesses, [&](const std::string& text) { let_in += authenticator.admit(text, moment).ok() ? 1U : 0U; });
  EXPECT_EQ(let_in, 0U);
  EXPECT_TRUE(authenticator.admit(token, moment).ok());
  judge("client token", samples);
}

TEST(TokenTiming, TellsNothingOfTheAdminsSecret) {
  const std::string secret = auth::make_token_secret().reveal();
  const Guesses guesses(secret, samples_of_each());
  std::size_t let_in = 0;
  const auto samples = sample(guesses, [&](const std::string& text) {
    let_in += crypto::constant_time_equal(text, secret) ? 1U : 0U;
  });
  EXPECT_EQ(let_in, 0U);
  judge("admin secret", samples);
}

TEST(TokenTiming, WouldShowAComparisonThatStopsAtTheFirstDifference) {
  if (!test::is_long_run()) GTEST_SKIP() << "so few samples show nothing: the long form";
  const std::string secret = auth::make_token_secret().reveal();
  std::size_t equal = 0;
  const auto samples = sample(Guesses(secret, samples_of_each()), [&](const std::string& text) {
    std::size_t same = 0;
    while (same < secret.size() && text[same] == secret[same]) ++same;
    equal += same == secret.size() ? 1U : 0U;
  });
  EXPECT_EQ(equal, 0U);
  EXPECT_GT(std::abs(welch_t(samples)), 10 * kSuspicious);
}

}  // namespace
}  // namespace geminate
