#include "backend/upstream/http_date.h"

#include <array>
#include <chrono>
#include <cstddef>

#include "shared/core/ascii.h"

namespace geminate::upstream {
namespace {

using namespace std::chrono;

/// Takes the text apart from left to right; what does not fit makes it fail for good.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  void skip(std::string_view literal) {
    good_ = good_ && rest_.starts_with(literal);
    if (good_) rest_.remove_prefix(literal.size());
  }
  /// A number of just so many digits.
  int number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      good_ = good_ && !rest_.empty() && is_char(rest_.front(), kDigitChar);
      if (!good_) return 0;
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }
  /// The place of the one name that the text begins with, from 1.
  template <std::size_t kSize>
  int name(const std::array<std::string_view, kSize>& names) {
    for (std::size_t i = 0; good_ && i < kSize; ++i) {
      if (!rest_.starts_with(names[i])) continue;
      rest_.remove_prefix(names[i].size());
      return static_cast<int>(i) + 1;
    }
    good_ = false;
    return 0;
  }
  [[nodiscard]] bool begins_with(char c) const { return !rest_.empty() && rest_.front() == c; }
  [[nodiscard]] bool is_complete() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 7> kLongDays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                       "Friday", "Saturday", "Sunday"};

struct Fields {
  int year = 0;
  int month = 0;
  int day = 0;
  seconds time{};
  bool is_in_range = true;
};

void read_time(Reader& reader, Fields& fields) {
  const int hour = reader.number(2);
  reader.skip(":");
  const int minute = reader.number(2);
  reader.skip(":");
  const int second = reader.number(2);
  // 60 is a leap second.
  fields.is_in_range = hour < 24 && minute < 60 && second <= 60;
  fields.time = hours{hour} + minutes{minute} + seconds{second};
}

bool read_fixdate(std::string_view text, Fields& fields) {
  Reader reader(text);
  reader.name(kDays);
  reader.skip(", ");
  fields.day = reader.number(2);
  reader.skip(" ");
  fields.month = reader.name(kMonths);
  reader.skip(" ");
  fields.year = reader.number(4);
  reader.skip(" ");
  read_time(reader, fields);
  reader.skip(" GMT");
  return reader.is_complete();
}

bool read_rfc850(std::string_view text, Timestamp now, Fields& fields) {
  Reader reader(text);
  reader.name(kLongDays);
  reader.skip(", ");
  fields.day = reader.number(2);
  reader.skip("-");
  fields.month = reader.name(kMonths);
  reader.skip("-");
  const int this_year = static_cast<int>(year_month_day{floor<days>(now)}.year());
  fields.year = this_year - this_year % 100 + reader.number(2);
  if (fields.year > this_year + 50) fields.year -= 100;
  reader.skip(" ");
  read_time(reader, fields);
  reader.skip(" GMT");
  return reader.is_complete();
}

bool read_asctime(std::string_view text, Fields& fields) {
  Reader reader(text);
  reader.name(kDays);
  reader.skip(" ");
  fields.month = reader.name(kMonths);
  reader.skip(" ");
  const bool is_one_digit = reader.begins_with(' ');
  if (is_one_digit) reader.skip(" ");
  fields.day = reader.number(is_one_digit ? 1 : 2);
  reader.skip(" ");
  read_time(reader, fields);
  reader.skip(" ");
  fields.year = reader.number(4);
  return reader.is_complete();
}

}  // namespace

std::optional<Timestamp> parse_http_date(std::string_view text, Timestamp now) {
  text = trim_blanks(text);
  Fields fields;
  if (!read_fixdate(text, fields) && !read_rfc850(text, now, fields) && !read_asctime(text, fields))
    return std::nullopt;
  const year_month_day date =
      year{fields.year} / month{static_cast<unsigned>(fields.month)} / day{static_cast<unsigned>(fields.day)};
  if (!fields.is_in_range || !date.ok()) return std::nullopt;
  return Timestamp{sys_days{date} + fields.time};
}

}  // namespace geminate::upstream
