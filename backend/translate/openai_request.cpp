#include <algorithm>
#include <limits>

#include "backend/translate/openai_types.h"

namespace geminate::translate {
namespace {

constexpr std::int64_t kMostCandidates = 8;
constexpr std::size_t kMostStops = 5;
constexpr std::size_t kLongestModel = 128;

Result<double> read_number(const char* field, const Json& value) {
  if (!value.IsNumber()) return bad_field(field, "must be a number");
  return value.GetDouble();
}

Result<std::int64_t> read_integer(const char* field, const Json& value, std::int64_t least,
                                  std::int64_t most) {
  if (!value.IsInt64()) return bad_field(field, "must be an integer");
  const std::int64_t number = value.GetInt64();
  if (number < least || number > most) {
    return bad_field(field, "must be from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return number;
}

Result<bool> read_bool(const char* field, const Json& value) {
  if (!value.IsBool()) return bad_field(field, "must be true or false");
  return value.GetBool();
}

// The name becomes part of a URL: nothing that could change the path.
bool is_plain_name(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  };
  return !name.empty() && name.size() <= kLongestModel &&
         name.find_first_not_of('.') != std::string_view::npos &&
         std::all_of(name.begin(), name.end(), plain);
}

Status read_model(const char* field, const Json& value, ChatRequest& request) {
  if (!value.IsString()) return bad_field(field, "must be a string");
  constexpr std::string_view kPrefix = "models/";
  std::string_view name = text_of(value);
  if (name.substr(0, kPrefix.size()) == kPrefix) name.remove_prefix(kPrefix.size());
  if (!is_plain_name(name)) return bad_field(field, "is not the name of a model");
  request.model = name;
  return Status::success();
}

template <std::optional<double> ChatRequest::*Member>
Status read_number_into(const char* field, const Json& value, ChatRequest& request) {
  GEMINATE_TRY(request.*Member, read_number(field, value));
  return Status::success();
}

template <std::optional<std::int64_t> ChatRequest::*Member>
Status read_limit_into(const char* field, const Json& value, ChatRequest& request) {
  GEMINATE_TRY(request.*Member, read_integer(field, value, 1, std::numeric_limits<std::int32_t>::max()));
  return Status::success();
}

Status read_seed(const char* field, const Json& value, ChatRequest& request) {
  using Limits = std::numeric_limits<std::int32_t>;
  GEMINATE_TRY(request.seed, read_integer(field, value, Limits::min(), Limits::max()));
  return Status::success();
}

Status read_n(const char* field, const Json& value, ChatRequest& request) {
  GEMINATE_TRY(request.n, read_integer(field, value, 1, kMostCandidates));
  return Status::success();
}

Status read_stream(const char* field, const Json& value, ChatRequest& request) {
  GEMINATE_TRY(request.stream, read_bool(field, value));
  return Status::success();
}

Status read_stop(const char* field, const Json& value, ChatRequest& request) {
  const auto take = [&](const Json& stop) -> Status {
    if (!stop.IsString() || stop.GetStringLength() == 0) {
      return bad_field(field, "must be a text that is not empty, or a list of such texts");
    }
    request.stops.push_back(text_of(stop));
    return Status::success();
  };
  if (!value.IsArray()) return take(value);
  if (value.Size() > kMostStops)
    return bad_field(field, "can hold " + std::to_string(kMostStops) + " texts at most");
  for (const Json& stop : value.GetArray()) GEMINATE_CHECK_OK(take(stop));
  return Status::success();
}

Status read_stream_options(const char* field, const Json& value, ChatRequest& request) {
  if (!value.IsObject()) return bad_field(field, "must be an object");
  for (const auto& [name, option] : value.GetObject()) {
    if (option.IsNull()) continue;
    const std::string path = std::string(field) + "." + name.GetString();
    if (text_of(name) == "include_usage") {
      GEMINATE_TRY(request.include_usage, read_bool(path.c_str(), option));
    } else if (!(text_of(name) == "include_obfuscation" && option.IsFalse())) {
      return unsupported_field(path);
    }
  }
  return Status::success();
}

Status read_json_schema(const Json& value, ChatRequest& request) {
  const std::string path = "response_format.json_schema";
  if (!value.IsObject()) return bad_field(path, "must be an object");
  for (const auto& [name, option] : value.GetObject()) {
    if (option.IsNull()) continue;
    const std::string_view known = text_of(name);
    if (known == "schema") {
      if (!option.IsObject()) return bad_field(path + ".schema", "must be an object");
      request.schema = &option;
    } else if (known == "description") {
      if (!option.IsString()) return bad_field(path + ".description", "must be a string");
      request.schema_description = text_of(option);
    } else if (known != "name" && known != "strict") {
      // The name is a label only, and Gemini keeps to a schema strictly in any case.
      return unsupported_field(path + "." + name.GetString());
    }
  }
  return Status::success();
}

Status read_response_format(const char* field, const Json& value, ChatRequest& request) {
  const std::string_view type = text_member(value, "type");
  if (!value.IsObject()) return bad_field(field, "must be an object");
  for (const auto& [name, option] : value.GetObject()) {
    const std::string_view known = text_of(name);
    const bool wanted = known == "type" || (known == "json_schema" && type == "json_schema");
    if (!wanted && !option.IsNull()) return unsupported_field(std::string(field) + "." + name.GetString());
  }
  if (type == "text") return Status::success();
  request.json_answer = type == "json_object" || type == "json_schema";
  if (type == "json_schema") {
    const Json* schema = member(value, "json_schema");
    if (schema == nullptr) return bad_field("response_format.json_schema", "is missing");
    return read_json_schema(*schema, request);
  }
  if (request.json_answer) return Status::success();
  return bad_field(std::string(field) + ".type", "must be \"text\", \"json_object\" or \"json_schema\"");
}

Status read_modalities(const char* field, const Json& value, ChatRequest&) {
  const bool text_only =
      value.IsArray() && value.Size() == 1 && value[0].IsString() && text_of(value[0]) == "text";
  if (!text_only) return unsupported_field(field, "answers are text");
  return Status::success();
}

/// Fields that change nothing about the answer: who asks (for OpenAI's own abuse checks) and hints for its
/// caches.
Status accept(const char*, const Json&, ChatRequest&) { return Status::success(); }

/// Fine as long as it asks for nothing: false, 0 or something empty.
Status accept_if_unused(const char* field, const Json& value, ChatRequest&) {
  const bool unused = value.IsFalse() || (value.IsInt() && value.GetInt() == 0) ||
                      (value.IsObject() && value.ObjectEmpty()) || (value.IsArray() && value.Empty());
  if (!unused) return unsupported_field(field);
  return Status::success();
}

Status accept_usual_tier(const char* field, const Json& value, ChatRequest&) {
  const bool usual = value.IsString() && (text_of(value) == "auto" || text_of(value) == "default");
  if (!usual) return unsupported_field(field);
  return Status::success();
}

Status read_messages_field(const char*, const Json& value, ChatRequest& request) {
  return read_messages(value, request);
}

struct FieldReader {
  std::string_view name;
  Status (*read)(const char* field, const Json& value, ChatRequest& request);
};

// Every field that is understood. All others are refused by name.
constexpr FieldReader kFields[] = {
    {"model", read_model},
    {"messages", read_messages_field},
    {"stream", read_stream},
    {"stream_options", read_stream_options},
    {"stop", read_stop},
    {"temperature", read_number_into<&ChatRequest::temperature>},
    {"top_p", read_number_into<&ChatRequest::top_p>},
    {"presence_penalty", read_number_into<&ChatRequest::presence_penalty>},
    {"frequency_penalty", read_number_into<&ChatRequest::frequency_penalty>},
    {"max_tokens", read_limit_into<&ChatRequest::max_tokens>},
    {"max_completion_tokens", read_limit_into<&ChatRequest::max_completion_tokens>},
    {"seed", read_seed},
    {"n", read_n},
    {"response_format", read_response_format},
    {"modalities", read_modalities},
    {"user", accept},
    {"safety_identifier", accept},
    {"prompt_cache_key", accept},
    {"metadata", accept},
    {"service_tier", accept_usual_tier},
    {"store", accept_if_unused},
    {"logprobs", accept_if_unused},
    {"top_logprobs", accept_if_unused},
    {"logit_bias", accept_if_unused},
};

Status check_together(const ChatRequest& request, bool has_stream_options) {
  if (request.model.empty()) return bad_field("model", "is missing");
  if (request.turns.empty()) {
    return bad_field("messages", "must hold at least one message of the user or the assistant");
  }
  const bool two_limits = request.max_tokens && request.max_completion_tokens;
  if (two_limits && *request.max_tokens != *request.max_completion_tokens) {
    return bad_field("max_tokens", "and max_completion_tokens differ: give one of them");
  }
  if (has_stream_options && !request.stream) {
    return bad_field("stream_options", "is only allowed when \"stream\" is true");
  }
  return Status::success();
}

}  // namespace

Result<ChatRequest> read_chat_request(const Json& root) {
  ChatRequest request;
  for (const auto& [name, value] : root.GetObject()) {
    if (value.IsNull()) continue;
    const auto* reader =
        std::find_if(std::begin(kFields), std::end(kFields),
                     [&, key = text_of(name)](const FieldReader& known) { return known.name == key; });
    if (reader == std::end(kFields)) return unsupported_field(std::string(text_of(name)));
    GEMINATE_CHECK_OK(reader->read(reader->name.data(), value, request));
  }
  GEMINATE_CHECK_OK(check_together(request, member(root, "stream_options") != nullptr));
  return request;
}

}  // namespace geminate::translate
