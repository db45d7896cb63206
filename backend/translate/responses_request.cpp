#include <limits>

#include "backend/translate/field_lists.h"
#include "backend/translate/openai_types.h"
#include "backend/translate/request_fields.h"
#include "backend/translate/responses_types.h"
#include "backend/translate/thinking.h"

namespace geminate::translate {
namespace {

constexpr std::int64_t kMostLogprobs = 20;
constexpr std::int64_t kMostTokens = std::numeric_limits<std::int32_t>::max();

GenerationConfig& config(ResponsesRequest& request) { return request.conversation.config; }

Status read_model(const char* field, const Json& value, ResponsesRequest& request) {
  GEMINATE_TRY(request.conversation.model, read_model_name(field, value));
  return Status::success();
}

template <std::optional<double> GenerationConfig::*Member>
Status read_number_into(const char* field, const Json& value, ResponsesRequest& request) {
  GEMINATE_TRY(config(request).*Member, read_number(field, value));
  return Status::success();
}

template <std::string_view ResponsesRequest::*Member>
Status read_text_into(const char* field, const Json& value, ResponsesRequest& request) {
  if (!value.IsString()) return bad_field(field, "must be a string");
  request.*Member = text_of(value);
  return Status::success();
}

template <bool ResponsesRequest::*Member>
Status read_flag_into(const char* field, const Json& value, ResponsesRequest& request) {
  GEMINATE_TRY(request.*Member, read_bool(field, value));
  return Status::success();
}

/// Read last: it needs what other fields say.
Status note_input(const char*, const Json& value, ResponsesRequest& request) {
  request.input = &value;
  return Status::success();
}

Status read_limit(const char* field, const Json& value, ResponsesRequest& request) {
  GEMINATE_TRY(config(request).max_tokens, read_integer(field, value, 1, kMostTokens));
  return Status::success();
}

Status read_top_logprobs(const char* field, const Json& value, ResponsesRequest& request) {
  GEMINATE_TRY(const std::int64_t count, read_integer(field, value, 0, kMostLogprobs));
  if (count == 0) return Status::success();
  config(request).top_logprobs = count;
  config(request).logprobs = true;
  return Status::success();
}

Status read_include(const char* field, const Json& value, ResponsesRequest& request) {
  if (!value.IsArray()) return bad_field(field, "must be a list");
  for (rapidjson::SizeType i = 0; i < value.Size(); ++i) {
    const std::string path = std::string(field) + "[" + std::to_string(i) + "]";
    if (!value[i].IsString()) return bad_field(path, "must be a string");
    const std::string_view what = text_of(value[i]);
    if (what == "reasoning.encrypted_content") {
      request.answer.encrypted_content = true;
    } else if (what == "web_search_call.action.sources") {
      request.answer.sources = true;
    } else if (what == "message.output_text.logprobs") {
      config(request).logprobs = true;
    } else if (what != "code_interpreter_call.outputs" && what != "message.input_image.image_url") {
      // Those two are there in any case.
      return unsupported_field(path, "\"" + std::string(what) + "\" is nothing that Gemini answers with");
    }
  }
  return Status::success();
}

Status read_parallel(const char* field, const Json& value, ResponsesRequest& request) {
  GEMINATE_TRY(const bool parallel, read_bool(field, value));
  request.answer.one_call_only = !parallel;
  return Status::success();
}

Status read_effort(const char* field, const Json& value, ResponsesRequest& request) {
  if (!value.IsString() || !thinking_of_effort({}, text_of(value)))
    return bad_field(field, "must be \"none\", \"minimal\", \"low\", \"medium\", \"high\" or \"xhigh\"");
  request.effort = text_of(value);
  return Status::success();
}

Status read_summary(const char* field, const Json& value, ResponsesRequest& request) {
  GEMINATE_CHECK_OK(accept_words(field, value, {"auto", "concise", "detailed", "none"}));
  request.wants_summary = text_of(value) != "none";
  return Status::success();
}

Status accept_context(const char* field, const Json& value, ResponsesRequest&) {
  return accept_words(field, value, {"auto", "current_turn", "all_turns"});
}

/// OpenAI's models that think longest; here what thinks most unless the request says otherwise.
Status read_mode(const char* field, const Json& value, ResponsesRequest& request) {
  GEMINATE_CHECK_OK(accept_words(field, value, {"standard", "pro"}));
  request.is_pro = text_of(value) == "pro";
  return Status::success();
}

constexpr RequestField<ResponsesRequest> kReasoningFields[] = {
    {"effort", read_effort,
     "`generationConfig.thinkingConfig`: a level for Gemini 3, a budget for those before"},
    {"summary", read_summary, "`generationConfig.thinkingConfig.includeThoughts`"},
    {"generate_summary", read_summary, "as `summary`, its old name"},
    {"context", accept_context, "accepted, Gemini keeps what its signatures say"},
    {"mode", read_mode, "`pro` as `effort`: `high`, where no effort is given"},
};

Status read_reasoning(const char* field, const Json& value, ResponsesRequest& request) {
  if (!value.IsObject()) return bad_field(field, "must be an object");
  return read_fields(kReasoningFields, value, std::string(field) + ".", request);
}

Status read_stream_options(const char* field, const Json& value, ResponsesRequest& request) {
  if (!value.IsObject()) return bad_field(field, "must be an object");
  request.has_stream_options = true;
  // Padding against those who measure lengths: OpenAI leaves it out where the network is trusted.
  return check_members(field, value, {"include_obfuscation"});
}

/// Fields that change nothing about the answer: who asks, what for, and hints that make OpenAI's models
/// faster.
Status accept(const char*, const Json&, ResponsesRequest&) { return Status::success(); }

Status accept_if_unused(const char* field, const Json& value, ResponsesRequest&) {
  return says_nothing(value) ? Status::success() : Status(unsupported_field(field));
}

/// When OpenAI may shorten what is too long for its models. Nothing has to be shortened for Gemini's.
Status accept_compaction(const char* field, const Json& value, ResponsesRequest&) {
  if (!value.IsArray()) return bad_field(field, "must be a list");
  for (rapidjson::SizeType i = 0; i < value.Size(); ++i) {
    const std::string path = std::string(field) + "[" + std::to_string(i) + "]";
    if (!value[i].IsObject()) return bad_field(path, "must be an object");
    if (text_member(value[i], "type") != "compaction") return unsupported_field(path + ".type");
    GEMINATE_CHECK_OK(check_members(path, value[i], {"type", "compact_threshold"}));
  }
  return Status::success();
}

Status refuse_conversation(const char* field, const Json&, ResponsesRequest&) {
  return unsupported_field(field, "use previous_response_id");
}

Status refuse(const char* field, const Json&, ResponsesRequest&) { return unsupported_field(field); }

Status accept_usual_tier(const char* field, const Json& value, ResponsesRequest&) {
  return accept_words(field, value, {"auto", "default"});
}

Status accept_truncation(const char* field, const Json& value, ResponsesRequest&) {
  return accept_words(field, value, {"auto", "disabled"});
}

using Request = ResponsesRequest;

// Every field that is understood. All others are refused by name. What becomes of each stands in
// docs/FIELDS.md, which is made of this list.
constexpr RequestField<Request> kFields[] = {
    {"model", read_model, "the path; aliases are looked up"},
    {"input", note_input, "`contents`; messages of system and developer: `systemInstruction`"},
    {"instructions", read_text_into<&Request::instructions>, "`systemInstruction`"},
    {"previous_response_id", read_text_into<&Request::previous>,
     "ours: that response's items stand before the input"},
    {"store", read_flag_into<&Request::store>, "ours: the answer can be read and continued for a while"},
    {"stream", read_flag_into<&Request::stream>, "`streamGenerateContent`"},
    {"stream_options", read_stream_options, "accepted: `include_obfuscation`"},
    {"max_output_tokens", read_limit, "`generationConfig.maxOutputTokens`"},
    {"temperature", read_number_into<&GenerationConfig::temperature>, "`generationConfig.temperature`"},
    {"top_p", read_number_into<&GenerationConfig::top_p>, "`generationConfig.topP`"},
    {"top_logprobs", read_top_logprobs, "`generationConfig.logprobs`, `generationConfig.responseLogprobs`"},
    {"include", read_include,
     "ours: `reasoning.encrypted_content`, `web_search_call.action.sources`, "
     "`message.output_text.logprobs`; others are refused"},
    {"tools", read_responses_tools,
     "functions, custom tools and namespaces: `tools[].functionDeclarations`; web search: "
     "`tools[].googleSearch`; code interpreter: `tools[].codeExecution`; image "
     "generation, of image models: `generationConfig.responseModalities`; others are refused"},
    {"tool_choice", read_responses_tool_choice, "`toolConfig.functionCallingConfig`"},
    {"parallel_tool_calls", read_parallel, "ours: where it is false, the answer keeps the first call"},
    {"text", read_responses_text,
     "`generationConfig.responseMimeType`, `generationConfig.responseJsonSchema`; verbosity: a sentence in "
     "`systemInstruction`"},
    {"reasoning", read_reasoning, "`generationConfig.thinkingConfig`"},
    {"prompt_cache_key", read_text_into<&Request::cache_key>,
     "ours: keeps such requests on one upstream key"},
    {"user", accept, "accepted, a label"},
    {"safety_identifier", accept, "accepted, a label"},
    {"metadata", accept, "accepted, a label that the answer repeats"},
    {"prompt_cache_retention", accept, "accepted, a hint for OpenAI's cache"},
    {"prompt_cache_options", accept, "accepted, a hint for OpenAI's cache"},
    {"service_tier", accept_usual_tier, "accepted as `auto` or `default`, else refused"},
    {"truncation", accept_truncation, "accepted: Gemini refuses what is too long"},
    {"background", accept_if_unused, "refused where true"},
    {"context_management", accept_compaction, "accepted: the conversation stays whole"},
    {"conversation", refuse_conversation, "refused: use previous_response_id"},
    {"prompt", refuse, "refused: OpenAI keeps such prompts"},
    {"moderation", refuse, "refused: Gemini has safety settings of its own"},
    {"max_tool_calls", refuse, "refused: Gemini has no such limit"},
};

void settle_thinking(ResponsesRequest& request) {
  Thinking& thinking = config(request).thinking;
  if (request.is_pro && request.effort.empty()) request.effort = "high";
  if (!request.effort.empty()) thinking = *thinking_of_effort(request.conversation.model, request.effort);
  // Thoughts that nobody has asked for are only read and paid for.
  thinking.include_thoughts.reset();
  if (request.wants_summary) thinking.include_thoughts = true;
}

}  // namespace

Status read_responses_request(const Json& root, ResponsesRequest& request) {
  GEMINATE_CHECK_OK(read_fields(kFields, root, "", request));
  if (request.conversation.model.empty()) return bad_field("model", "is missing");
  if (request.has_stream_options && !request.stream)
    return bad_field("stream_options", "is only allowed when \"stream\" is true");
  auto& system = request.conversation.system;
  if (!request.instructions.empty()) system.insert(system.begin(), request.instructions);
  GEMINATE_CHECK_OK(read_responses_input(request));
  settle_thinking(request);
  return settle_responses_tools(request);
}

std::vector<FieldRow> responses_field_rows() { return rows_of(kFields); }

}  // namespace geminate::translate
