#pragma once

#include <string>
#include <string_view>

#include "shared/codec/json_archive.h"
#include "shared/core/result.h"

namespace geminate::codec {

/// The DTO as plain REST JSON. Nulls are written.
template <class T>
std::string to_json(const T& value) {
  JsonOutput output;
  output.put(value);
  return output.text();
}

/// The DTO from JSON, or BadRequest naming the field in `field`.
template <class T>
Result<T> from_json(std::string_view json) {
  JsonInput input(json);
  T value{};
  if (!input.fault()) input.get(value, input.root());
  if (!input.fault()) return value;
  const auto& [field, message] = *input.fault();
  const std::string subject = field.empty() ? "the body" : field;
  return Error{ErrorCode::BadRequest, subject + " " + message, {}, field, {}};
}

}  // namespace geminate::codec
