// What a refusal of a wrong token or password takes tells nothing about how much of it was right.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <random>
#include <string>
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

template <class Guess>
Samples sample(std::size_t each, const std::vector<std::string>& near, const std::vector<std::string>& far,
               Guess guess) {
  std::mt19937 random(20261128);
  Samples samples;
  while (samples.near.size() < each || samples.far.size() < each) {
    const bool is_near = samples.far.size() >= each || (samples.near.size() < each && random() % 2 == 0);
    const auto& text = (is_near ? near : far)[random() % near.size()];
    const auto begun = std::chrono::steady_clock::now();
    guess(text);
    const auto took = std::chrono::steady_clock::now() - begun;
    (is_near ? samples.near : samples.far).push_back(std::chrono::duration<double, std::nano>(took).count());
  }
  return samples;
}

/// Texts that differ from `text` in their last characters, and as many that share nothing with it.
struct Guesses {
  explicit Guesses(const std::string& text) {
    for (int i = 0; i < 64; ++i) {
      std::string other = auth::make_token_secret().reveal();
      near.push_back(text.substr(0, text.size() - kTail) + other.substr(other.size() - kTail));
      other.front() = text.front() == 'x' ? 'y' : 'x';
      far.push_back(other);
    }
  }
  static constexpr std::size_t kTail = 6;
  std::vector<std::string> near;
  std::vector<std::string> far;
};

constexpr std::size_t kLongSamples = 100'000;
constexpr std::size_t kShortSamples = 2'000;
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
  const Guesses guesses(token);
  std::size_t let_in = 0;
  const auto samples =
      sample(test::is_long_run() ? kLongSamples : kShortSamples, guesses.near, guesses.far,
             [&](const std::string& text) { let_in += authenticator.admit(text, moment).ok() ? 1U : 0U; });
  EXPECT_EQ(let_in, 0U);
  EXPECT_TRUE(authenticator.admit(token, moment).ok());
  judge("client token", samples);
}

TEST(TokenTiming, TellsNothingOfTheAdminsSecret) {
  const std::string secret = auth::make_token_secret().reveal();
  const Guesses guesses(secret);
  std::size_t let_in = 0;
  const auto samples =
      sample(test::is_long_run() ? kLongSamples : kShortSamples, guesses.near, guesses.far,
             [&](const std::string& text) { let_in += crypto::constant_time_equal(text, secret) ? 1U : 0U; });
  EXPECT_EQ(let_in, 0U);
  judge("admin secret", samples);
}

}  // namespace
}  // namespace geminate
