#pragma once

#include <rapidjson/document.h>
#include <rapidjson/encodedstream.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include "shared/codec/json_namespace.h"
#include "shared/core/utf8.h"

namespace geminate::codec {

/// Hands a reader's events on to `Handler` and does better in two things than RapidJSON (1.1.0) does. Numbers
/// are read by the standard library: RapidJSON's own exact reading (kParseFullPrecisionFlag) takes a zero
/// with an exponent for something else ("-0e203" becomes -8e59), and its other one is off by up to three
/// units in the last place. And half a surrogate pair is refused whichever half it is: of "\udddd" it would
/// make bytes that are no UTF-8.
template <class Handler>
class ExactReading {
 public:
  using Ch = typename Handler::Ch;

  explicit ExactReading(Handler& handler) : handler_(handler) {}

  bool Null() { return handler_.Null(); }
  bool Bool(bool value) { return handler_.Bool(value); }
  bool String(const Ch* text, rj::SizeType length, bool copy) {
    return is_text({text, length}) && handler_.String(text, length, copy);
  }
  bool Key(const Ch* text, rj::SizeType length, bool copy) {
    return is_text({text, length}) && handler_.Key(text, length, copy);
  }
  bool StartObject() { return handler_.StartObject(); }
  bool EndObject(rj::SizeType count) { return handler_.EndObject(count); }
  bool StartArray() { return handler_.StartArray(); }
  bool EndArray(rj::SizeType count) { return handler_.EndArray(count); }

  /// `text` is a number by JSON's grammar, with a null behind it. Whole and within 64 bits, it stays whole.
  bool RawNumber(const Ch* text, rj::SizeType length, bool) {
    const Ch* end = text + length;
    if (*text == '-') {
      if (std::int64_t whole = 0; is_all(std::from_chars(text, end, whole), end))
        return handler_.Int64(whole);
    } else {
      if (std::uint64_t whole = 0; is_all(std::from_chars(text, end, whole), end))
        return handler_.Uint64(whole);
    }
    double real = 0;
    // Out of range is what is too small for a double as well; strtod tells which.
    if (!is_all(std::from_chars(text, end, real), end)) real = std::strtod(text, nullptr);
    if (std::isinf(real)) return refuse(rj::kParseErrorNumberTooBig);
    return handler_.Double(real);
  }

  // Not called while numbers come as text.
  bool Int(int value) { return handler_.Int(value); }
  bool Uint(unsigned value) { return handler_.Uint(value); }
  bool Int64(std::int64_t value) { return handler_.Int64(value); }
  bool Uint64(std::uint64_t value) { return handler_.Uint64(value); }
  bool Double(double value) { return handler_.Double(value); }

  /// Why the reader was stopped here; none: it was not.
  [[nodiscard]] rj::ParseErrorCode refusal() const { return refusal_; }

 private:
  static bool is_all(std::from_chars_result result, const Ch* end) {
    return result.ec == std::errc() && result.ptr == end;
  }
  bool refuse(rj::ParseErrorCode why) {
    refusal_ = why;
    return false;
  }
  /// What the bytes were before they were read is certain by now; what an escape became is not.
  bool is_text(std::string_view text) {
    return is_utf8(text) || refuse(rj::kParseErrorStringUnicodeSurrogateInvalid);
  }

  Handler& handler_;
  rj::ParseErrorCode refusal_ = rj::kParseErrorNone;
};

/// As rj::Document::Parse, but exact; the outcome is not in the document, but returned. `kFlags` should make
/// sure of UTF-8 (kParseValidateEncodingFlag).
template <unsigned kFlags>
rj::ParseResult parse_exactly(std::string_view json, rj::Document& document) {
  rj::ParseResult result;
  auto read = [&](rj::Document& handler) {
    rj::MemoryStream bytes(json.data(), json.size());
    rj::EncodedInputStream<rj::UTF8<>, rj::MemoryStream> stream(bytes);
    ExactReading exact(handler);
    rj::Reader reader;
    result = reader.Parse<kFlags | rj::kParseNumbersAsStringsFlag>(stream, exact);
    if (exact.refusal() != rj::kParseErrorNone) result.Set(exact.refusal(), result.Offset());
    return !result.IsError();
  };
  document.Populate(read);
  return result;
}

}  // namespace geminate::codec
