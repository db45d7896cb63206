#include "backend/upstream/google_error.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include "backend/upstream/sse_parser.h"
#include "shared/core/ascii.h"

namespace geminate::upstream {
namespace {

using keys::GoogleError;
using rapidjson::Value;

/// Error bodies are a few hundred bytes; more than this is something else.
constexpr std::size_t kMaxBody = 256 * 1024;
/// Longer delays are no delays; a day covers Google's daily quotas with an hour to spare.
constexpr double kMaxDelaySeconds = 25.0 * 3600;

const Value* member(const Value& object, const char* name) {
  if (!object.IsObject()) return nullptr;
  const auto found = object.FindMember(name);
  return found == object.MemberEnd() ? nullptr : &found->value;
}

std::string text_of(const Value& object, const char* name) {
  const Value* value = member(object, name);
  return value != nullptr && value->IsString() ? std::string(value->GetString(), value->GetStringLength())
                                               : std::string();
}

/// "12.5" at the text's beginning, as milliseconds; `rest` is what follows.
std::optional<std::chrono::milliseconds> read_seconds(std::string_view text, std::string_view& rest) {
  double seconds = 0;
  const auto [end, fault] =
      std::from_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
  if (fault != std::errc{} || !(seconds >= 0) || seconds > kMaxDelaySeconds) return std::nullopt;
  rest = text.substr(static_cast<std::size_t>(end - text.data()));
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(seconds * 1000)));
}

/// protobuf's JSON form of a duration: "36s", "12.5s".
std::optional<std::chrono::milliseconds> read_duration(std::string_view text) {
  std::string_view rest;
  const auto delay = read_seconds(text, rest);
  return rest == "s" ? delay : std::nullopt;
}

/// "Please retry in 12.5s.", "retry in 1h2m3.5s", "retry in 350.1ms".
std::optional<std::chrono::milliseconds> delay_in_words(std::string_view message) {
  constexpr std::string_view kWords = "retry in ";
  const auto at = std::search(message.begin(), message.end(), kWords.begin(), kWords.end(),
                              [](char a, char b) { return ascii_lower(a) == b; });
  if (at == message.end()) return std::nullopt;
  std::string_view rest = message.substr(static_cast<std::size_t>(at - message.begin()) + kWords.size());
  std::chrono::milliseconds sum{0};
  bool any = false;
  while (!rest.empty() && is_char(rest.front(), kDigitChar)) {
    const auto part = read_seconds(rest, rest);
    if (!part || rest.empty()) break;
    if (rest.starts_with("ms"))
      return any ? sum : std::chrono::ceil<std::chrono::milliseconds>(*part / 1000.0);
    const int factor = rest.front() == 'h' ? 3600 : rest.front() == 'm' ? 60 : rest.front() == 's' ? 1 : 0;
    if (factor == 0) break;
    sum += *part * factor;
    any = true;
    rest.remove_prefix(1);
  }
  return any ? std::optional(sum) : std::nullopt;
}

std::optional<std::int64_t> whole_number(const Value* value) {
  if (value == nullptr) return std::nullopt;
  if (value->IsInt64()) return value->GetInt64();
  if (!value->IsString()) return std::nullopt;
  const std::string_view text(value->GetString(), value->GetStringLength());
  std::int64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

void read_violations(const Value& detail, GoogleError& error) {
  const Value* violations = member(detail, "violations");
  if (violations == nullptr || !violations->IsArray()) return;
  for (const auto& violation : violations->GetArray()) {
    GoogleError::Violation read{text_of(violation, "quotaId"),
                                text_of(violation, "quotaMetric"),
                                {},
                                whole_number(member(violation, "quotaValue"))};
    if (const Value* dimensions = member(violation, "quotaDimensions"))
      read.model = text_of(*dimensions, "model");
    error.violations.push_back(std::move(read));
  }
}

void read_detail(const Value& detail, GoogleError& error) {
  const std::string type = text_of(detail, "@type");
  if (type.ends_with("google.rpc.RetryInfo")) {
    if (const auto delay = read_duration(text_of(detail, "retryDelay"))) error.retry_delay = delay;
  } else if (type.ends_with("google.rpc.QuotaFailure")) {
    read_violations(detail, error);
  } else if (type.ends_with("google.rpc.ErrorInfo") && error.reason.empty()) {
    error.reason = text_of(detail, "reason");
    if (const Value* metadata = member(detail, "metadata")) error.consumer = text_of(*metadata, "consumer");
  }
}

void read_object(const Value& root, GoogleError& error) {
  const Value* object = &root;
  if (object->IsArray()) {
    if (object->Empty()) return;
    object = &(*object)[0];
  }
  if (const Value* inner = member(*object, "error")) object = inner;
  error.status = text_of(*object, "status");
  error.message = text_of(*object, "message");
  // In a 200 that carries an error, the code inside is the one that counts.
  if (error.http_status < 400) {
    const auto code = whole_number(member(*object, "code"));
    if (code && *code >= 400 && *code < 600) error.http_status = static_cast<int>(*code);
  }
  const Value* details = member(*object, "details");
  if (details == nullptr || !details->IsArray()) return;
  for (const auto& detail : details->GetArray()) read_detail(detail, error);
}

bool read_json(std::string_view text, GoogleError& error) {
  rapidjson::Document json;
  // Iterative: depth in a body of somebody else's must not be depth on our stack.
  json.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
  if (json.HasParseError()) return false;
  read_object(json, error);
  return true;
}

bool read_event(std::string_view body, GoogleError& error) {
  SseParser parser(kMaxBody);
  SseEvent event;
  parser.feed(body);
  if (parser.next(event) != SseParser::Step::Event && parser.finish(event) != SseParser::Step::Event)
    return false;
  return read_json(event.data, error);
}

/// The string after `"name":` in JSON that is cut off or otherwise broken.
std::string salvage(std::string_view body, std::string_view name) {
  const std::string quoted = '"' + std::string(name) + '"';
  std::size_t at = body.find(quoted);
  if (at == std::string_view::npos) return {};
  at = body.find_first_not_of(" \t\r\n:", at + quoted.size());
  if (at == std::string_view::npos || body[at] != '"') return {};
  const std::size_t end = body.find_first_of("\"\\", at + 1);
  return std::string(body.substr(at + 1, end == std::string_view::npos ? end : end - at - 1));
}

}  // namespace

GoogleError read_google_error(int http_status, std::string_view body) {
  GoogleError error;
  error.http_status = http_status;
  body = body.substr(0, kMaxBody);
  if (!read_json(body, error) && !read_event(body, error)) {
    error.status = salvage(body, "status");
    error.message = salvage(body, "message");
    error.reason = salvage(body, "reason");
    error.retry_delay = read_duration(salvage(body, "retryDelay"));
  }
  if (!error.retry_delay) error.retry_delay = delay_in_words(error.message);
  return error;
}

}  // namespace geminate::upstream
