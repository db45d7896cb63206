#include "tools/simulation/world.h"

namespace geminate::simulation {
namespace {

/// The free tier's figures are Google's of autumn 2025. The paid ones are smaller than Google's, so that a
/// few paid projects do not carry everything and selection matters.
std::vector<Model> three_models() {
  const Limits none{0, 0, 0};
  return {
      {"gemini-2.5-flash", {Limits{10, 250'000, 250}, Limits{100, 1'000'000, 4'000}}, {}},
      {"gemini-2.5-flash-lite",
       {Limits{15, 250'000, 1'000}, Limits{200, 2'000'000, 3'000}},
       {0.1, 0.05, 200, 3000, 200}},
      {"gemini-2.5-pro", {none, Limits{10, 100'000, std::nullopt}}, {0.3, 0.15, 800, 8000, 900}},
  };
}

}  // namespace

World great_pool() {
  World world;
  world.models = three_models();
  return world;
}

World small_pool(Time length) {
  World world = great_pool();
  world.length = length;
  world.projects = 20;
  world.paid_projects = 4;
  world.dying_keys = 2;
  return world;
}

}  // namespace geminate::simulation
