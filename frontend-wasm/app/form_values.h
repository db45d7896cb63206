#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/core/time.h"

namespace geminate::ui {

// What people type into fields, and back. Pure. An outer nullopt: it cannot be understood.

/// A whole number above zero; grouped digits ("600,000") are fine, nothing at all means no limit.
std::optional<std::optional<std::int64_t>> parse_limit(std::string_view text);
std::string limit_text(const std::optional<std::int64_t>& limit);

/// US dollars above zero, with at most six decimals; a dollar sign and grouped digits are fine, nothing at
/// all means no limit.
std::optional<std::optional<double>> parse_money(std::string_view text);
std::string money_text(const std::optional<double>& amount);

std::optional<std::int32_t> parse_integer(std::string_view text);

/// "2027-01-31 00:00" or "2027-01-31" by the clock on the wall here; nothing at all means never.
std::optional<std::optional<Timestamp>> parse_local_time(std::string_view text, std::int32_t zone_minutes);
std::string local_time_text(const std::optional<Timestamp>& time, std::int32_t zone_minutes);

/// Text without blanks around it; none when nothing is left.
std::optional<std::string> parse_text(std::string_view text);

/// Tags by commas (Chinese ones too), each once.
std::vector<std::string> parse_tags(std::string_view text);
std::string tags_text(const std::vector<std::string>& tags);

/// Names without blanks, by commas, blanks or lines, each once.
std::vector<std::string> parse_words(std::string_view text);

/// Keys separated by lines, commas or blanks, in their order, as the server's import counts them.
std::vector<std::string> split_keys(std::string_view text);

}  // namespace geminate::ui
