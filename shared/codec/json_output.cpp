#include <cmath>
#include <utility>

#include "shared/codec/json_archive.h"
#include "shared/core/utf8.h"

namespace geminate::codec {

std::string JsonOutput::document(const void* value, WriteValue write) {
  JsonOutput output;
  write(output, value);
  std::string text(output.buffer_.GetString(), output.buffer_.GetSize());
#ifdef GEMINATE_JSON_FROM_A_BROWSER  // CMakeLists.txt
  return text;
#else
  // A name or a message may be what others wrote.
  return as_utf8(std::move(text));
#endif
}

void JsonOutput::put_field(const char* name, const void* value, WriteValue write) {
  writer_.Key(name);
  write(*this, value);
}

void JsonOutput::put_null() { writer_.Null(); }
void JsonOutput::put_bool(bool value) { writer_.Bool(value); }
void JsonOutput::put_signed(std::int64_t value) { writer_.Int64(value); }
void JsonOutput::put_unsigned(std::uint64_t value) { writer_.Uint64(value); }

void JsonOutput::put_real(double value) {
  if (std::isfinite(value)) {
    writer_.Double(value);
  } else {
    writer_.Null();
  }
}

void JsonOutput::put_text(std::string_view text) {
  writer_.String(text.data(), static_cast<rj::SizeType>(text.size()));
}

void JsonOutput::put_time(Timestamp time) { put_text(format_rfc3339(time)); }

void JsonOutput::put_elements(const void* first, std::size_t count, std::size_t stride, WriteValue write) {
  writer_.StartArray();
  const auto* element = static_cast<const char*>(first);
  for (std::size_t i = 0; i < count; ++i, element += stride) write(*this, element);
  writer_.EndArray();
}

void JsonOutput::put_object(const void* value, WriteValue write_fields) {
  writer_.StartObject();
  write_fields(*this, value);
  writer_.EndObject();
}

}  // namespace geminate::codec
