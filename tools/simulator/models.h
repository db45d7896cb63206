#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace geminate::simulator {

struct Model {
  std::string_view name;
  std::string_view display_name;
  int input_tokens;
  int output_tokens;
  bool thinks;
  bool embeds;
};

/// The models that the simulator knows, like Google's list: newest first, embedding last.
const std::vector<Model>& models();
const Model* find_model(std::string_view name);

/// Google's JSON of one model.
std::string model_json(const Model& model);
/// A page of models.list: `page_size` of them, from the one that `page_token` (a name) stands for.
std::string models_json(std::size_t page_size, std::string_view page_token);

}  // namespace geminate::simulator
