#include "shared/core/plain_format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace geminate {
namespace {

constexpr int kMostDecimals = 9;
/// Beyond it a double has no decimals that would mean anything.
constexpr double kMostUnits = 9e18;

class Writer {
 public:
  Writer(char* text, std::size_t size) : text_(text), size_(size) {}

  void put(char c) {
    if (length_ + 1 < size_) text_[length_] = c;
    ++length_;
  }
  void put(std::string_view piece) {
    for (const char c : piece) put(c);
  }
  void pad(char filling, std::size_t length, int width) {
    for (auto missing = width - static_cast<int>(length); missing > 0; --missing) put(filling);
  }
  int end() {
    if (size_ > 0) text_[std::min(length_, size_ - 1)] = 0;
    return static_cast<int>(length_);
  }

 private:
  char* text_;
  std::size_t size_;
  std::size_t length_ = 0;
};

/// One "%-part" of a format.
struct Part {
  char filling = ' ';
  int width = 0;
  int precision = -1;
  int longs = 0;  // l: 1, ll and z of 64 bits: 2
  char kind = 0;
};

int number_at(const char*& at, std::va_list& values) {
  if (*at == '*') {
    ++at;
    return va_arg(values, int);
  }
  int number = 0;
  while (*at >= '0' && *at <= '9') number = number * 10 + (*at++ - '0');
  return number;
}

Part part_at(const char*& at, std::va_list& values) {
  Part part;
  if (*at == '0') {
    part.filling = '0';
    ++at;
  }
  part.width = number_at(at, values);
  if (*at == '.') part.precision = number_at(++at, values);
  for (; *at == 'l' || *at == 'z'; ++at) part.longs += *at == 'z' && sizeof(std::size_t) == 8 ? 2 : 1;
  part.kind = *at;
  if (part.kind != 0) ++at;
  return part;
}

std::int64_t signed_value(const Part& part, std::va_list& values) {
  if (part.longs == 0) return va_arg(values, int);
  return part.longs == 1 ? static_cast<std::int64_t>(va_arg(values, long))
                         : static_cast<std::int64_t>(va_arg(values, long long));
}

std::uint64_t unsigned_value(const Part& part, std::va_list& values) {
  if (part.longs == 0) return va_arg(values, unsigned);
  return part.longs == 1 ? static_cast<std::uint64_t>(va_arg(values, unsigned long))
                         : static_cast<std::uint64_t>(va_arg(values, unsigned long long));
}

void put_number(Writer& out, const Part& part, std::string_view digits) {
  if (part.filling == '0' && !digits.empty() && digits.front() == '-') {
    out.put('-');
    out.pad('0', digits.size(), part.width);
    digits.remove_prefix(1);
  } else {
    out.pad(part.filling, digits.size(), part.width);
  }
  out.put(digits);
}

template <class Number>
void put_whole(Writer& out, const Part& part, Number value, int base) {
  std::array<char, 24> digits{};
  char* end = std::to_chars(digits.data(), digits.data() + digits.size(), value, base).ptr;
  if (part.kind == 'X') {
    for (char* c = digits.data(); c != end; ++c) {
      if (*c >= 'a') *c = static_cast<char>(*c - 'a' + 'A');
    }
  }
  put_number(out, part, {digits.data(), static_cast<std::size_t>(end - digits.data())});
}

void put_text(Writer& out, const Part& part, const char* text) {
  std::size_t length = 0;
  while ((part.precision < 0 || length < static_cast<std::size_t>(part.precision)) && text[length] != 0)
    ++length;
  out.pad(' ', length, part.width);
  out.put(std::string_view(text, length));
}

void put_part(Writer& out, const Part& part, std::va_list& values) {
  switch (part.kind) {
    case 'd':
      return put_whole(out, part, signed_value(part, values), 10);
    case 'u':
      return put_whole(out, part, unsigned_value(part, values), 10);
    case 'x':
    case 'X':
      return put_whole(out, part, unsigned_value(part, values), 16);
    case 's':
      return put_text(out, part, va_arg(values, const char*));
    case 'c':
      return out.put(static_cast<char>(va_arg(values, int)));
    case 'f':
      return put_number(out, part,
                        decimal_text(va_arg(values, double), part.precision < 0 ? 6 : part.precision));
    default:
      out.put(part.kind);
  }
}

}  // namespace

int format_plain(char* text, std::size_t size, const char* format, std::va_list values) {
  Writer out(text, size);
  std::va_list rest;
  va_copy(rest, values);
  while (*format != 0) {
    if (*format != '%') {
      out.put(*format++);
      continue;
    }
    ++format;
    const Part part = part_at(format, rest);
    if (part.kind != 0) put_part(out, part, rest);
  }
  va_end(rest);
  return out.end();
}

std::string plain_text(const char* format, ...) {
  std::array<char, 256> text{};
  std::va_list values;
  va_start(values, format);
  format_plain(text.data(), text.size(), format, values);
  va_end(values);
  return text.data();
}

std::string decimal_text(double value, int decimals) {
  decimals = std::clamp(decimals, 0, kMostDecimals);
  std::int64_t unit = 1;
  for (int i = 0; i < decimals; ++i) unit *= 10;
  const double scaled = std::abs(value) * static_cast<double>(unit);
  if (!(scaled < kMostUnits)) return decimals == 0 ? "∞" : decimal_text(value, 0);
  const auto units = static_cast<std::int64_t>(scaled + 0.5);
  std::string text = std::to_string(units / unit);
  if (decimals > 0) {
    const std::string after = std::to_string(units % unit);
    text += '.' + std::string(static_cast<std::size_t>(decimals) - after.size(), '0') + after;
  }
  return value < 0 && units != 0 ? "-" + text : text;
}

}  // namespace geminate
