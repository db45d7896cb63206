#include "backend/proxy/token_calibration.h"

#include <algorithm>

namespace geminate::proxy {
namespace {

constexpr double kHundredths = 100;
/// In tokens, by our estimate.
constexpr double kShortest = 64;
/// What a sample weighs once there have been some.
constexpr double kSettledWeight = 0.2;
/// What a sample is about has to be so many times what else is in the prompt.
constexpr double kDominance = 2;
/// The same for what signatures cost, of which nothing is learnt.
constexpr double kSignatureShare = 8;

void move_towards(double& ratio, std::uint32_t& samples, double sample, double most) {
  sample = std::clamp(sample, LearntRatios::kLeast, most);
  // What was assumed in the beginning counts as one sample.
  const double weight = std::max(kSettledWeight, 1.0 / (samples + 2.0));
  ratio += weight * (sample - ratio);
  if (weight > kSettledWeight) ++samples;
}

}  // namespace

LearntRatios learnt(LearntRatios former, const translate::TokenCost& sent, std::int64_t counted) {
  const double text = static_cast<double>(sent.text) / kHundredths;
  const auto media = static_cast<double>(sent.media);
  const auto signatures = static_cast<double>(sent.signatures);
  const double of_text = text * former.ratios.text;
  const double of_media = media * former.ratios.media;
  const double all = static_cast<double>(counted) - signatures;
  if (counted <= 0 || signatures * kSignatureShare > of_text + of_media) return former;
  if (text >= kShortest && of_media * kDominance <= of_text) {
    move_towards(former.ratios.text, former.text_samples, (all - of_media) / text, LearntRatios::kMostText);
  } else if (media >= kShortest && of_text * kDominance <= of_media) {
    move_towards(former.ratios.media, former.media_samples, (all - of_text) / media,
                 LearntRatios::kMostMedia);
  }
  return former;
}

translate::TokenRatios TokenCalibration::ratios(std::string_view model) const {
  const auto found =
      std::find_if(models_.begin(), models_.end(), [model](const Model& each) { return each.name == model; });
  return found == models_.end() ? translate::TokenRatios{} : found->learnt.ratios;
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
  place.learnt = learnt(place.learnt, sent, counted);
  place.used = ++uses_;
}

}  // namespace geminate::proxy
