#include "backend/upstream/google_details.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "backend/upstream/retry_delay.h"
#include "shared/core/ascii.h"

namespace geminate::upstream {
namespace {

using keys::GoogleError;
using rapidjson::Value;

/// Google names a handful of quotas at once, in less than a hundred characters each.
constexpr std::size_t kMaxViolations = 16;
constexpr std::size_t kMaxName = 200;
constexpr std::string_view kProjects = "projects/";

std::string name_of(const Value& object, const char* name) {
  return text_of(object, name).substr(0, kMaxName);
}

void add_violation(GoogleError::Violation violation, GoogleError& error) {
  const bool says_something = !violation.quota_id.empty() || !violation.metric.empty() || violation.limit;
  if (says_something && error.violations.size() < kMaxViolations) {
    error.violations.push_back(std::move(violation));
  }
}

void read_quota_failure(const Value& detail, GoogleError& error) {
  const Value* violations = member(detail, "violations");
  if (violations == nullptr || !violations->IsArray()) return;
  for (const auto& violation : violations->GetArray()) {
    GoogleError::Violation read{name_of(violation, "quotaId"),
                                name_of(violation, "quotaMetric"),
                                {},
                                whole_number(member(violation, "quotaValue"))};
    if (const Value* dimensions = member(violation, "quotaDimensions"))
      read.model = name_of(*dimensions, "model");
    add_violation(std::move(read), error);
  }
}

/// "36s", or a duration as protobuf holds it, or a bare number.
Delay delay_of(const Value* value) {
  if (value == nullptr) return std::nullopt;
  if (value->IsString()) return delay_of_duration({value->GetString(), value->GetStringLength()});
  if (value->IsNumber()) return delay_of_seconds(value->GetDouble());
  const auto seconds = whole_number(member(*value, "seconds"));
  const auto nanos = whole_number(member(*value, "nanos"));
  if (!seconds && !nanos) return std::nullopt;
  return delay_of_seconds(static_cast<double>(seconds.value_or(0)) +
                          static_cast<double>(nanos.value_or(0)) / 1e9);
}

/// Only what names a project: Google also writes "api_key:" and the key itself here.
bool is_project(std::string_view consumer) {
  if (!consumer.starts_with(kProjects) || consumer.size() == kProjects.size() || consumer.size() > kMaxName) {
    return false;
  }
  consumer.remove_prefix(kProjects.size());
  return std::all_of(consumer.begin(), consumer.end(), [](char c) {
    const char lower = ascii_lower(c);
    return is_char(c, kDigitChar) || (lower >= 'a' && lower <= 'z') ||
           std::string_view("-_.:").find(c) != std::string_view::npos;
  });
}

/// The quota that an ErrorInfo names in its metadata, where no QuotaFailure does. What one region lets
/// through (0 in some) says nothing of the model in others, so that such a limit is not taken for the key's.
void read_quota_metadata(const Value& metadata, GoogleError& error) {
  const std::string region = text_of(metadata, "quota_location");
  const bool is_everywhere = region.empty() || region == "global";
  GoogleError::Violation read{name_of(metadata, "quota_limit"), name_of(metadata, "quota_metric"), {}, {}};
  if (is_everywhere) read.limit = whole_number(member(metadata, "quota_limit_value"));
  if (error.violations.empty()) add_violation(std::move(read), error);
}

void read_error_info(const Value& detail, GoogleError& error) {
  if (error.reason.empty()) error.reason = name_of(detail, "reason");
  const Value* metadata = member(detail, "metadata");
  if (metadata == nullptr) return;
  const std::string consumer = text_of(*metadata, "consumer");
  if (error.consumer.empty() && is_project(consumer)) error.consumer = consumer;
  read_quota_metadata(*metadata, error);
}

void read_detail(const Value& detail, GoogleError& error) {
  const std::string type = text_of(detail, "@type");
  if (type.ends_with("google.rpc.RetryInfo")) {
    if (const auto delay = delay_of(member(detail, "retryDelay"))) error.retry_delay = delay;
  } else if (type.ends_with("google.rpc.QuotaFailure")) {
    read_quota_failure(detail, error);
  } else if (type.ends_with("google.rpc.ErrorInfo")) {
    read_error_info(detail, error);
  }
}

}  // namespace

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

std::optional<std::int64_t> whole_number(const Value* value) {
  constexpr double kExact = 9007199254740992.0;
  if (value == nullptr) return std::nullopt;
  if (value->IsInt64()) return value->GetInt64();
  if (value->IsDouble()) {
    const double number = value->GetDouble();
    const bool is_whole = std::abs(number) <= kExact && std::floor(number) == number;
    return is_whole ? std::optional(static_cast<std::int64_t>(number)) : std::nullopt;
  }
  if (!value->IsString()) return std::nullopt;
  const std::string_view text(value->GetString(), value->GetStringLength());
  std::int64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

void read_details(const Value& object, GoogleError& error) {
  const Value* details = member(object, "details");
  if (details == nullptr) return;
  if (!details->IsArray()) return read_detail(*details, error);
  for (const auto& detail : details->GetArray()) read_detail(detail, error);
}

std::string consumer_in_words(const GoogleError& error) {
  if (error.http_status != 403 && error.http_status != 429) return {};
  constexpr std::string_view kWords = "consumer '";
  constexpr std::string_view kNumber = "project_number:";
  const std::string_view message = error.message;
  const auto at = std::search(message.begin(), message.end(), kWords.begin(), kWords.end(),
                              [](char left, char right) { return ascii_lower(left) == right; });
  if (at == message.end()) return {};
  std::string_view quoted = message.substr(static_cast<std::size_t>(at - message.begin()) + kWords.size());
  const auto end = quoted.find('\'');
  if (end == std::string_view::npos) return {};
  quoted = quoted.substr(0, end);
  std::string consumer(quoted);
  if (quoted.starts_with(kNumber))
    consumer = std::string(kProjects) + std::string(quoted.substr(kNumber.size()));
  return is_project(consumer) ? consumer : std::string();
}

}  // namespace geminate::upstream
