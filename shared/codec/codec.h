#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "shared/codec/json_archive.h"
#include "shared/core/result.h"

namespace geminate::codec {

/// The DTO as plain REST JSON. Nulls are written.
template <class T>
std::string to_json(const T& value) {
  return JsonOutput::document(&value, JsonOutput::write_as<T>);
}

/// Fills the DTO from JSON, or tells BadRequest with the field in `field`; the value is then half filled.
template <class T>
std::optional<Error> read_json(std::string_view json, T& value) {
  return JsonInput::read_document(json, &value, JsonInput::read_as<T>);
}

/// The DTO from JSON, or BadRequest naming the field in `field`.
template <class T>
Result<T> from_json(std::string_view json) {
  T value{};
  if (auto error = read_json(json, value)) return std::move(*error);
  return value;
}

}  // namespace geminate::codec
