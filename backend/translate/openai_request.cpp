#include <algorithm>
#include <limits>

#include "backend/translate/field_lists.h"
#include "backend/translate/openai_types.h"
#include "backend/translate/request_fields.h"
#include "backend/translate/schema_to_gemini.h"
#include "backend/translate/spoken_hints.h"
#include "backend/translate/thinking.h"

namespace geminate::translate {
namespace {

constexpr std::int64_t kMostCandidates = 8;
constexpr std::size_t kMostStops = 5;
constexpr std::int64_t kMostLogprobs = 20;
constexpr std::int64_t kMostTokens = std::numeric_limits<std::int32_t>::max();

GenerationConfig& config(ChatRequest& request) { return request.conversation.config; }

Status read_model(const char* field, const Json& value, ChatRequest& request) {
  GEMINATE_TRY(request.conversation.model, read_model_name(field, value));
  return Status::success();
}

template <std::optional<double> GenerationConfig::*Member>
Status read_number_into(const char* field, const Json& value, ChatRequest& request) {
  GEMINATE_TRY(config(request).*Member, read_number(field, value));
  return Status::success();
}

template <std::optional<std::int64_t> ChatRequest::*Member>
Status read_limit_into(const char* field, const Json& value, ChatRequest& request) {
  GEMINATE_TRY(request.*Member, read_integer(field, value, 1, kMostTokens));
  return Status::success();
}

template <bool ChatRequest::*Member>
Status read_flag_into(const char* field, const Json& value, ChatRequest& request) {
  GEMINATE_TRY(request.*Member, read_bool(field, value));
  return Status::success();
}

Status read_seed(const char* field, const Json& value, ChatRequest& request) {
  GEMINATE_TRY(config(request).seed,
               read_integer(field, value, std::numeric_limits<std::int32_t>::min(), kMostTokens));
  return Status::success();
}

Status read_n(const char* field, const Json& value, ChatRequest& request) {
  GEMINATE_TRY(config(request).candidates, read_integer(field, value, 1, kMostCandidates));
  return Status::success();
}

Status read_stop(const char* field, const Json& value, ChatRequest& request) {
  return read_stops(field, value, kMostStops, config(request).stops);
}

Status read_stream_options(const char* field, const Json& value, ChatRequest& request) {
  if (!value.IsObject()) return bad_field(field, "must be an object");
  for (const auto& [name, option] : value.GetObject()) {
    if (option.IsNull()) continue;
    const std::string path = std::string(field) + "." + name.GetString();
    if (text_of(name) == "include_usage") {
      GEMINATE_TRY(request.include_usage, read_bool(path, option));
    } else if (text_of(name) == "include_obfuscation") {
      // Padding against those who measure lengths: OpenAI leaves it out where the network is trusted.
      GEMINATE_TRY([[maybe_unused]] const bool wanted, read_bool(path, option));
    } else {
      return unsupported_field(path);
    }
  }
  return Status::success();
}

Status read_logprobs(const char* field, const Json& value, ChatRequest& request) {
  GEMINATE_TRY(config(request).logprobs, read_bool(field, value));
  return Status::success();
}

Status read_top_logprobs(const char* field, const Json& value, ChatRequest& request) {
  GEMINATE_TRY(const std::int64_t count, read_integer(field, value, 0, kMostLogprobs));
  if (count > 0) config(request).top_logprobs = count;
  return Status::success();
}

Status read_effort(const char* field, const Json& value, ChatRequest& request) {
  if (!value.IsString() || !thinking_of_effort({}, text_of(value)))
    return bad_field(field, "must be \"none\", \"minimal\", \"low\", \"medium\", \"high\" or \"xhigh\"");
  request.reasoning_effort = text_of(value);
  return Status::success();
}

Status read_modalities(const char* field, const Json& value, ChatRequest& request) {
  if (!value.IsArray()) return bad_field(field, "must be a list");
  auto& wanted = config(request).modalities;
  bool is_spoken = false;
  for (const Json& one : value.GetArray()) {
    const std::string_view name = one.IsString() ? text_of(one) : std::string_view();
    is_spoken = is_spoken || name == "audio";
    if (name != "text" && name != "image" && name != "audio")
      return bad_field(field, "may hold \"text\", \"image\" and \"audio\"");
    if (name != "audio") wanted.push_back(name == "text" ? "TEXT" : "IMAGE");
  }
  // Gemini speaks or writes; text alone is what it does anyway.
  if (is_spoken) wanted = {"AUDIO"};
  if (wanted.size() == 1 && wanted[0] == "TEXT") wanted.clear();
  return Status::success();
}

Status read_audio(const char* field, const Json& value, ChatRequest& request) {
  if (!value.IsObject()) return bad_field(field, "must be an object");
  for (const auto& [name, option] : value.GetObject()) {
    const std::string path = std::string(field) + "." + name.GetString();
    if (option.IsNull()) continue;
    if (!option.IsString()) return bad_field(path, "must be a string");
    if (text_of(name) == "voice") {
      config(request).voice = text_of(option);
    } else if (text_of(name) == "format") {
      request.audio_format = text_of(option);
      if (request.audio_format != "wav" && request.audio_format != "pcm16")
        return unsupported_field(path, "Gemini speaks \"pcm16\" and \"wav\"");
    } else {
      return unsupported_field(path);
    }
  }
  return Status::success();
}

Status read_web_search(const char* field, const Json& value, ChatRequest& request) {
  if (!value.IsObject()) return bad_field(field, "must be an object");
  for (const auto& [name, option] : value.GetObject()) {
    // How much is searched is Gemini's own decision.
    if (option.IsNull() || text_of(name) == "search_context_size") continue;
    const std::string path = std::string(field) + "." + name.GetString();
    if (text_of(name) != "user_location") return unsupported_field(path);
    GEMINATE_CHECK_OK(read_user_location(path, option, request.conversation));
  }
  request.conversation.hosted.web_search = true;
  return Status::success();
}

Status read_extra_body(const char* field, const Json& value, ChatRequest& request) {
  if (!value.IsObject()) return bad_field(field, "must be an object");
  for (const auto& [name, option] : value.GetObject()) {
    const std::string path = std::string(field) + "." + name.GetString();
    if (text_of(name) != "google") return unsupported_field(path);
    GEMINATE_CHECK_OK(read_google_fields(path, option, request));
  }
  return Status::success();
}

Status read_google(const char* field, const Json& value, ChatRequest& request) {
  return read_google_fields(field, value, request);
}

Status read_cache_key(const char* field, const Json& value, ChatRequest& request) {
  if (!value.IsString()) return bad_field(field, "must be a string");
  request.cache_key = text_of(value);
  return Status::success();
}

/// Fields that change nothing about the answer: who asks, what for, and hints that make OpenAI's models
/// faster.
Status accept(const char*, const Json&, ChatRequest&) { return Status::success(); }

/// Fine as long as it asks for nothing: false, 0 or something empty.
Status accept_if_unused(const char* field, const Json& value, ChatRequest&) {
  return says_nothing(value) ? Status::success() : Status(unsupported_field(field));
}

Status accept_usual_tier(const char* field, const Json& value, ChatRequest&) {
  return accept_words(field, value, {"auto", "default"});
}

Status read_verbosity_field(const char* field, const Json& value, ChatRequest& request) {
  return read_verbosity(field, value, request.conversation);
}

Status refuse_functions(const char* field, const Json& value, ChatRequest&) {
  return says_nothing(value) ? Status::success()
                             : Status(unsupported_field(field, "use tools and tool_choice"));
}

Status read_parallel(const char* field, const Json& value, ChatRequest& request) {
  GEMINATE_TRY(const bool parallel, read_bool(field, value));
  request.one_call_only = !parallel;
  return Status::success();
}

Status read_messages_field(const char*, const Json& value, ChatRequest& request) {
  return read_messages(value, request.conversation, config(request));
}

using Field = RequestField<ChatRequest>;

// Every field that is understood. All others are refused by name. What becomes of each stands in
// docs/FIELDS.md, which is made of this list.
constexpr Field kFields[] = {
    {"model", read_model, "the path; aliases are looked up"},
    {"messages", read_messages_field, "`contents`, `systemInstruction`"},
    {"stream", read_flag_into<&ChatRequest::stream>, "`streamGenerateContent`"},
    {"stream_options", read_stream_options, "ours: the last chunk's usage"},
    {"stop", read_stop, "`generationConfig.stopSequences`"},
    {"temperature", read_number_into<&GenerationConfig::temperature>, "`generationConfig.temperature`"},
    {"top_p", read_number_into<&GenerationConfig::top_p>, "`generationConfig.topP`"},
    {"presence_penalty", read_number_into<&GenerationConfig::presence_penalty>,
     "`generationConfig.presencePenalty`"},
    {"frequency_penalty", read_number_into<&GenerationConfig::frequency_penalty>,
     "`generationConfig.frequencyPenalty`"},
    {"max_tokens", read_limit_into<&ChatRequest::max_tokens>,
     "`generationConfig.maxOutputTokens`, 65,536 at most"},
    {"max_completion_tokens", read_limit_into<&ChatRequest::max_completion_tokens>,
     "`generationConfig.maxOutputTokens`, 65,536 at most"},
    {"seed", read_seed, "`generationConfig.seed`"},
    {"n", read_n, "`generationConfig.candidateCount`, up to 8"},
    {"response_format", read_response_format,
     "`generationConfig.responseMimeType`, `generationConfig.responseJsonSchema`"},
    {"tools", read_tools, "`tools[].functionDeclarations`"},
    {"tool_choice", read_tool_choice, "`toolConfig.functionCallingConfig`"},
    {"parallel_tool_calls", read_parallel, "ours: where it is false, the answer keeps the first call"},
    {"logprobs", read_logprobs, "`generationConfig.responseLogprobs`"},
    {"top_logprobs", read_top_logprobs, "`generationConfig.logprobs`"},
    {"reasoning_effort", read_effort,
     "`generationConfig.thinkingConfig`: a level for Gemini 3, a budget for those before"},
    {"modalities", read_modalities, "`generationConfig.responseModalities`"},
    {"audio", read_audio, "`generationConfig.speechConfig`; formats pcm16 and wav"},
    {"web_search_options", read_web_search,
     "`tools[].googleSearch`; `user_location` is a sentence in `systemInstruction`"},
    {"extra_body", read_extra_body, "what is below `google`, see there"},
    {"google", read_google, "`thinking_config`, `safety_settings` and `cached_content` as Gemini has them"},
    {"prompt_cache_key", read_cache_key, "ours: keeps such requests on one upstream key"},
    {"user", accept, "accepted, a label"},
    {"safety_identifier", accept, "accepted, a label"},
    {"metadata", accept, "accepted, a label"},
    {"prompt_cache_retention", accept, "accepted, a hint for OpenAI's cache"},
    {"prediction", accept, "accepted, a hint that changes no answer"},
    {"service_tier", accept_usual_tier, "accepted as `auto` or `default`, else refused"},
    {"verbosity", read_verbosity_field, "a sentence in `systemInstruction`"},
    {"store", accept_if_unused, "refused where true: nothing is kept"},
    {"logit_bias", accept_if_unused, "refused unless empty"},
    {"functions", refuse_functions, "refused: the old form of tools"},
    {"function_call", refuse_functions, "refused: the old form of tool_choice"},
};

Status check_together(ChatRequest& request, bool has_stream_options) {
  Conversation& conversation = request.conversation;
  if (conversation.model.empty()) return bad_field("model", "is missing");
  if (conversation.turns.empty()) {
    return bad_field("messages",
                     "must hold at least one message of the user or the assistant that says something");
  }
  const bool two_limits = request.max_tokens && request.max_completion_tokens;
  if (two_limits && *request.max_tokens != *request.max_completion_tokens) {
    return bad_field("max_tokens", "and max_completion_tokens differ: give one of them");
  }
  conversation.config.max_tokens =
      request.max_completion_tokens ? request.max_completion_tokens : request.max_tokens;
  if (has_stream_options && !request.stream) {
    return bad_field("stream_options", "is only allowed when \"stream\" is true");
  }
  if (conversation.config.top_logprobs && !conversation.config.logprobs) {
    return bad_field("top_logprobs", "is only allowed when \"logprobs\" is true");
  }
  const bool is_spoken =
      !conversation.config.modalities.empty() && conversation.config.modalities[0] == "AUDIO";
  if (is_spoken != !request.audio_format.empty()) {
    return bad_field("audio", is_spoken ? "must name a voice and a format, as modalities asks for audio"
                                        : "is only allowed when modalities asks for audio");
  }
  return settle_tool_choice("tool_choice", conversation);
}

}  // namespace

Result<ChatRequest> read_chat_request(const Json& root) {
  ChatRequest request;
  for (const auto& [name, value] : root.GetObject()) {
    if (value.IsNull()) continue;
    const auto* field =
        std::find_if(std::begin(kFields), std::end(kFields),
                     [&, key = text_of(name)](const Field& known) { return known.name == key; });
    if (field == std::end(kFields)) return unsupported_field(std::string(text_of(name)));
    GEMINATE_CHECK_OK(field->read(field->name.data(), value, request));
  }
  GEMINATE_CHECK_OK(check_together(request, member(root, "stream_options") != nullptr));
  if (!request.reasoning_effort.empty() && !config(request).thinking.says_something())
    config(request).thinking = *thinking_of_effort(request.conversation.model, request.reasoning_effort);
  return request;
}

std::vector<FieldRow> chat_field_rows() { return rows_of(kFields); }

}  // namespace geminate::translate
