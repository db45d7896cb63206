#include <algorithm>
#include <cctype>
#include <cstdio>

#include "backend/translate/json_reading.h"
#include "backend/translate/translate.h"
#include "shared/core/utf8.h"

namespace geminate::translate {
namespace {

std::string upper_case(std::string_view name) {
  std::string upper(name);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return upper;
}

// A protobuf Duration in JSON: "36s", "0.500s".
std::string duration_text(std::chrono::milliseconds time) {
  const auto all = static_cast<long long>(std::max<std::int64_t>(time.count(), 0));
  char text[40];
  if (all % 1000 == 0) {
    std::snprintf(text, sizeof text, "%llds", all / 1000);
  } else {
    std::snprintf(text, sizeof text, "%lld.%03llds", all / 1000, all % 1000);
  }
  return text;
}

void start_detail(JsonWriter& writer, std::string_view type) {
  writer.StartObject();
  put_text(writer, "@type", "type.googleapis.com/google.rpc." + std::string(type));
}

void put_details(JsonWriter& writer, const Error& error) {
  writer.Key("details");
  writer.StartArray();
  start_detail(writer, "ErrorInfo");
  put_text(writer, "reason", upper_case(face_of(error.code).management_code));
  put_text(writer, "domain", "geminate");
  writer.EndObject();
  if (error.retry_after) {
    start_detail(writer, "RetryInfo");
    put_text(writer, "retryDelay", duration_text(*error.retry_after));
    writer.EndObject();
  }
  if (!error.field.empty()) {
    start_detail(writer, "BadRequest");
    writer.Key("fieldViolations");
    writer.StartArray();
    writer.StartObject();
    put_text(writer, "field", error.field);
    put_text(writer, "description", error.message);
    writer.EndObject();
    writer.EndArray();
    writer.EndObject();
  }
  writer.EndArray();
}

void put_field(JsonWriter& writer, const char* name, const Error& error) {
  writer.Key(name);
  if (error.field.empty()) {
    writer.Null();
  } else {
    put_text(writer, error.field);
  }
}

/// {"error":{ … }} with `put(writer)` for what is inside; `type` stands before it where a dialect has one.
template <class Put>
std::string error_object(Put put, const char* type = nullptr) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  if (type != nullptr) put_text(writer, "type", type);
  writer.Key("error");
  writer.StartObject();
  put(writer);
  writer.EndObject();
  writer.EndObject();
  // A message may quote what others wrote.
  return as_utf8({buffer.GetString(), buffer.GetSize()});
}

}  // namespace

std::string openai_error_body(const Error& error) {
  const ErrorFace& face = face_of(error.code);
  return error_object([&](JsonWriter& writer) {
    put_text(writer, "message", error.message);
    put_text(writer, "type", face.openai_type);
    put_field(writer, "param", error);
    put_text(writer, "code", face.openai_code);
  });
}

std::string gemini_error_body(const Error& error) {
  const ErrorFace& face = face_of(error.code);
  return error_object([&](JsonWriter& writer) {
    writer.Key("code");
    writer.Uint(face.http_status);
    put_text(writer, "message", error.message);
    put_text(writer, "status", face.gemini_status);
    put_details(writer, error);
  });
}

std::string anthropic_error_body(const Error& error) {
  const bool unnamed = !error.field.empty() && error.message.find(error.field) == std::string::npos;
  return error_object(
      [&](JsonWriter& writer) {
        put_text(writer, "type", face_of(error.code).anthropic_type);
        put_text(writer, "message", unnamed ? error.field + ": " + error.message : error.message);
      },
      "error");
}

std::string anthropic_error_answer(const Error& error, std::string_view request_id) {
  std::string body = anthropic_error_body(error);
  body.pop_back();
  rapidjson::StringBuffer quoted;
  JsonWriter writer(quoted);
  put_text(writer, request_id);
  return body + ",\"request_id\":" + quoted.GetString() + "}";
}

std::string management_error_body(const Error& error) {
  return error_object([&](JsonWriter& writer) {
    put_text(writer, "code", face_of(error.code).management_code);
    put_text(writer, "message", error.message);
    put_field(writer, "field", error);
  });
}

}  // namespace geminate::translate
