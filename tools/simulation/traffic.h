#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tools/simulation/world.h"

namespace geminate::simulation {

/// One request of a client's, fixed before the run: every policy gets the same ones.
struct Request {
  Time at = 0;
  std::uint32_t model = 0;
  std::int64_t prompt_tokens = 0;
  std::int64_t answer_tokens = 0;
  /// What a gateway takes for the total before it knows better.
  std::int64_t estimate = 0;
  /// How long Google takes for a good answer.
  Time duration = 0;
  /// Requests with the same number share a prefix or a conversation; 0: none.
  std::uint64_t affinity = 0;
  /// Within a conversation, from 0.
  std::uint32_t turn = 0;
  /// What it belongs to comes before anything with a larger mark when traffic is scaled: [0, 1).
  double mark = 0;
};

/// By time. `per_minute` conversations and single requests of the model begin in a minute of the day's mean;
/// the day's course and bursts move that up and down.
std::vector<Request> traffic_for(const World& world, std::uint32_t model, double per_minute);

}  // namespace geminate::simulation
