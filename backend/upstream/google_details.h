#pragma once

#include <rapidjson/document.h>

#include <cstdint>
#include <optional>
#include <string>

#include "backend/keys/verdict.h"

namespace geminate::upstream {

// The parts of Google's error object. Whatever has another type than it should is passed over. Pure.

/// The object's member of that name; nullptr where there is none, or no object.
const rapidjson::Value* member(const rapidjson::Value& object, const char* name);
/// The member's text; empty where it is none.
std::string text_of(const rapidjson::Value& object, const char* name);
/// A whole number, be it written as a string.
std::optional<std::int64_t> whole_number(const rapidjson::Value* value);

/// `details` of an error object: RetryInfo, QuotaFailure, ErrorInfo.
void read_details(const rapidjson::Value& object, keys::GoogleError& error);

/// "consumer 'projects/123'" or "consumer 'project_number:123'" in a refusal's message, as "projects/123".
/// Never "api_key:…", and nothing from a 400, which repeats the caller.
std::string consumer_in_words(const keys::GoogleError& error);

}  // namespace geminate::upstream
