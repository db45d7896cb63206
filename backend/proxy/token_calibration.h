#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backend/translate/token_cost.h"

namespace geminate::proxy {

/// How many tokens of a model's one of our estimate's is, and how well that is known.
struct TokenRatio {
  static constexpr double kLeast = 0.25;
  static constexpr double kMost = 4;
  double ratio = 1;
  std::uint32_t samples = 0;
};

/// After upstream has counted a prompt that we had estimated: a moving mean, whose first samples weigh more,
/// of what the text cost. Prompts that are short, or mostly media, teach nothing. Pure.
TokenRatio learnt(TokenRatio former, const translate::TokenCost& sent, std::int64_t counted);

/// The ratios of the models that were used last, kMaxModels at most. Each worker has its own, for its loop
/// alone.
class TokenCalibration {
 public:
  static constexpr std::size_t kMaxModels = 64;
  /// A longer name is not one of Google's.
  static constexpr std::size_t kMaxName = 128;

  /// 1 for a model of which nothing is known.
  [[nodiscard]] double ratio(std::string_view model) const;
  void learn(std::string_view model, const translate::TokenCost& sent, std::int64_t counted);
  [[nodiscard]] std::size_t size() const { return models_.size(); }

 private:
  struct Model {
    std::string name;
    TokenRatio ratio;
    std::uint64_t used = 0;
  };
  Model& place_of(std::string_view model);

  std::vector<Model> models_;
  std::uint64_t uses_ = 0;
};

}  // namespace geminate::proxy
