#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backend/translate/token_cost.h"

namespace geminate::proxy {

/// What is known of a model's tokens, and from how many prompts.
struct LearntRatios {
  static constexpr double kLeast = 0.25;
  static constexpr double kMostText = 4;
  /// An image is 258 tokens to some models and 1,120 to others.
  static constexpr double kMostMedia = 8;
  translate::TokenRatios ratios;
  std::uint32_t text_samples = 0;
  std::uint32_t media_samples = 0;
};

/// After upstream has counted a prompt that we had estimated: a moving mean, whose first samples weigh more.
/// A prompt that is mostly text teaches about text, one that is mostly media about media; others, short ones,
/// and those with much of thought signatures, teach nothing. Pure.
LearntRatios learnt(LearntRatios former, const translate::TokenCost& sent, std::int64_t counted);

/// The ratios of the models that were used last, kMaxModels at most. Each worker has its own, for its loop
/// alone.
class TokenCalibration {
 public:
  static constexpr std::size_t kMaxModels = 64;
  /// A longer name is not one of Google's.
  static constexpr std::size_t kMaxName = 128;

  /// 1 for a model of which nothing is known.
  [[nodiscard]] translate::TokenRatios ratios(std::string_view model) const;
  void learn(std::string_view model, const translate::TokenCost& sent, std::int64_t counted);
  [[nodiscard]] std::size_t size() const { return models_.size(); }

 private:
  struct Model {
    std::string name;
    LearntRatios learnt;
    std::uint64_t used = 0;
  };
  Model& place_of(std::string_view model);

  std::vector<Model> models_;
  std::uint64_t uses_ = 0;
};

}  // namespace geminate::proxy
