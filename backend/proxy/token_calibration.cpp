#include "backend/proxy/token_calibration.h"

#include <algorithm>

namespace geminate::proxy {
namespace {

constexpr double kHundredths = 100;
/// In tokens, by our estimate.
constexpr std::int64_t kShortest = 64;
/// What a sample weighs once there have been some.
constexpr double kSettledWeight = 0.2;

}  // namespace

TokenRatio learnt(TokenRatio former, const translate::TokenCost& sent, std::int64_t counted) {
  const double text = static_cast<double>(sent.text) / kHundredths;
  const bool is_mostly_text = static_cast<double>(sent.media) < text;
  if (counted <= sent.media || text < kShortest || !is_mostly_text) return former;
  const double sample =
      std::clamp(static_cast<double>(counted - sent.media) / text, TokenRatio::kLeast, TokenRatio::kMost);
  // What was assumed in the beginning counts as one sample.
  const double weight = std::max(kSettledWeight, 1.0 / (former.samples + 2.0));
  const bool is_settled = weight == kSettledWeight;
  return {former.ratio + weight * (sample - former.ratio), former.samples + (is_settled ? 0 : 1)};
}

double TokenCalibration::ratio(std::string_view model) const {
  const auto found =
      std::find_if(models_.begin(), models_.end(), [model](const Model& each) { return each.name == model; });
  return found == models_.end() ? TokenRatio{}.ratio : found->ratio.ratio;
}

TokenCalibration::Model& TokenCalibration::place_of(std::string_view model) {
  const auto found =
      std::find_if(models_.begin(), models_.end(), [model](const Model& each) { return each.name == model; });
  if (found != models_.end()) return *found;
  if (models_.size() < kMaxModels) return models_.emplace_back(Model{std::string(model), {}, 0});
  auto& oldest = *std::min_element(models_.begin(), models_.end(), [](const Model& one, const Model& other) {
    return one.used < other.used;
  });
  oldest = Model{std::string(model), {}, 0};
  return oldest;
}

void TokenCalibration::learn(std::string_view model, const translate::TokenCost& sent, std::int64_t counted) {
  if (model.empty() || model.size() > kMaxName) return;
  Model& place = place_of(model);
  place.ratio = learnt(place.ratio, sent, counted);
  place.used = ++uses_;
}

}  // namespace geminate::proxy
