#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace geminate::proxy {

/// A place of a JSON body that names a model.
struct BodyModel {
  /// Of the text between its quotes.
  std::size_t offset = 0;
  std::size_t length = 0;
  /// Escapes undone.
  std::string name;
  /// The body's own "model"; else one of "requests[].model" or "generateContentRequest.model".
  bool is_top = false;
};

/// More than a batch may have.
inline constexpr std::size_t kMostBodyModels = 1000;

/// Every text that names a model where Google's surfaces have one, in their order. Nothing when the body is
/// no JSON object, or names its own twice (that would be one thing to us and another to upstream), or has
/// more of them.
std::vector<BodyModel> body_models(std::string_view body);

}  // namespace geminate::proxy
