#include <algorithm>
#include <limits>

#include "backend/translate/anthropic_types.h"
#include "backend/translate/field_lists.h"
#include "backend/translate/openai_types.h"
#include "backend/translate/request_fields.h"
#include "backend/translate/schema_to_gemini.h"
#include "backend/translate/thinking.h"

namespace geminate::translate {
namespace {

using Mode = MessagesRequest::ThinkingMode;

constexpr std::size_t kMostStops = 5;
constexpr std::int64_t kLeastBudget = 1024;
constexpr std::int64_t kMostTokens = std::numeric_limits<std::int32_t>::max();

GenerationConfig& config(MessagesRequest& request) { return request.conversation.config; }

Status read_model(const char* field, const Json& value, MessagesRequest& request) {
  GEMINATE_TRY(request.conversation.model, read_model_name(field, value));
  return Status::success();
}

Status read_limit(const char* field, const Json& value, MessagesRequest& request) {
  GEMINATE_TRY(config(request).max_tokens, read_integer(field, value, 1, kMostTokens));
  return Status::success();
}

template <std::optional<double> GenerationConfig::*Member>
Status read_share_into(const char* field, const Json& value, MessagesRequest& request) {
  GEMINATE_TRY(const double number, read_number(field, value));
  if (number < 0 || number > 1) return bad_field(field, "must be from 0 to 1");
  config(request).*Member = number;
  return Status::success();
}

Status read_top_k(const char* field, const Json& value, MessagesRequest& request) {
  GEMINATE_TRY(const std::int64_t count, read_integer(field, value, 0, kMostTokens));
  // 0 leaves it to the model, which Gemini says by saying nothing.
  if (count > 0) config(request).top_k = count;
  return Status::success();
}

Status read_stream(const char* field, const Json& value, MessagesRequest& request) {
  GEMINATE_TRY(request.stream, read_bool(field, value));
  return Status::success();
}

Status read_stop_sequences(const char* field, const Json& value, MessagesRequest& request) {
  if (!value.IsArray()) return bad_field(field, "must be a list");
  return read_stops(field, value, kMostStops, config(request).stops);
}

Status read_messages_field(const char*, const Json& value, MessagesRequest& request) {
  return read_anthropic_messages(value, request);
}

Status read_display(const std::string& path, const Json& value, MessagesRequest& request) {
  const Json* display = member(value, "display");
  if (display == nullptr) return Status::success();
  const std::string_view word = display->IsString() ? text_of(*display) : std::string_view();
  if (word != "summarized" && word != "omitted")
    return bad_field(path + ".display", "must be \"summarized\" or \"omitted\"");
  request.hides_thoughts = word == "omitted";
  return Status::success();
}

Status read_thinking(const char* field, const Json& value, MessagesRequest& request) {
  if (!value.IsObject()) return bad_field(field, "must be an object");
  const std::string path = field;
  const std::string_view type = text_member(value, "type");
  if (type == "disabled") {
    request.thinking = Mode::Disabled;
    return check_members(path, value, {"type"});
  }
  // Between tools Gemini thinks as well as before them.
  if (type == "adaptive" || type == "between_tools") {
    request.thinking = Mode::Adaptive;
    GEMINATE_CHECK_OK(check_members(path, value, {"type", "display"}));
    return read_display(path, value, request);
  }
  if (type != "enabled")
    return bad_field(path + ".type", "must be \"enabled\", \"disabled\", \"adaptive\" or \"between_tools\"");
  request.thinking = Mode::Enabled;
  GEMINATE_CHECK_OK(check_members(path, value, {"type", "display", "budget_tokens"}));
  const Json* budget = member(value, "budget_tokens");
  if (budget == nullptr) return bad_field(path + ".budget_tokens", "is missing");
  GEMINATE_TRY(request.thinking_budget,
               read_integer(path + ".budget_tokens", *budget, kLeastBudget, kMostTokens));
  return read_display(path, value, request);
}

Status read_format(const std::string& path, const Json& value, MessagesRequest& request) {
  if (!value.IsObject()) return bad_field(path, "must be an object");
  GEMINATE_CHECK_OK(check_members(path, value, {"type", "schema", "name"}));
  if (text_member(value, "type") != "json_schema")
    return bad_field(path + ".type", "must be \"json_schema\"");
  const Json* schema = member(value, "schema");
  if (schema == nullptr) return bad_field(path + ".schema", "is missing");
  GEMINATE_TRY(config(request).schema, schema_to_gemini(*schema, path + ".schema"));
  if (config(request).schema == "{}") config(request).schema.clear();
  config(request).json_answer = true;
  return Status::success();
}

Status read_output_format(const char* field, const Json& value, MessagesRequest& request) {
  return read_format(field, value, request);
}

Status read_effort(const std::string& path, const Json& value, MessagesRequest& request) {
  const std::string_view word = value.IsString() ? text_of(value) : std::string_view();
  // Gemini's highest is what Anthropic's two highest become.
  request.effort = word == "max" ? std::string_view("xhigh") : word;
  if (word == "none" || word == "minimal" || !thinking_of_effort({}, request.effort))
    return bad_field(path, "must be \"low\", \"medium\", \"high\", \"xhigh\" or \"max\"");
  return Status::success();
}

/// Anthropic's models are told how much they may spend on a task, which binds nobody; Gemini is told as well.
Status read_task_budget(const std::string& path, const Json& value, MessagesRequest& request) {
  if (!value.IsObject()) return bad_field(path, "must be an object");
  GEMINATE_CHECK_OK(check_members(path, value, {"type", "total", "remaining"}));
  if (text_member(value, "type") != "tokens") return bad_field(path + ".type", "must be \"tokens\"");
  const Json* total = member(value, "total");
  if (total == nullptr) return bad_field(path + ".total", "is missing");
  GEMINATE_TRY(const std::int64_t tokens, read_integer(path + ".total", *total, 1, kMostTokens));
  std::string sentence = "You may spend about " + std::to_string(tokens) + " tokens on the whole task";
  if (const Json* left = member(value, "remaining"); left != nullptr) {
    GEMINATE_TRY(const std::int64_t rest, read_integer(path + ".remaining", *left, 0, kMostTokens));
    sentence += ", of which " + std::to_string(rest) + " are left";
  }
  request.conversation.system.push_back(request.conversation.keep(sentence + "."));
  return Status::success();
}

Status read_output_config(const char* field, const Json& value, MessagesRequest& request) {
  if (!value.IsObject()) return bad_field(field, "must be an object");
  const std::string path = field;
  GEMINATE_CHECK_OK(check_members(path, value, {"effort", "format", "task_budget"}));
  if (const Json* budget = member(value, "task_budget"); budget != nullptr)
    GEMINATE_CHECK_OK(read_task_budget(path + ".task_budget", *budget, request));
  if (const Json* effort = member(value, "effort"); effort != nullptr)
    GEMINATE_CHECK_OK(read_effort(path + ".effort", *effort, request));
  const Json* format = member(value, "format");
  return format == nullptr ? Status::success() : read_format(path + ".format", *format, request);
}

/// What Anthropic does to conversations that grow too long for it; of us it is asked with
/// enable_context_management.
Status read_context_management(const char* field, const Json& value, MessagesRequest&) {
  if (!value.IsObject()) return bad_field(field, "must be an object");
  const std::string path = field;
  GEMINATE_CHECK_OK(check_members(path, value, {"edits"}));
  const Json* edits = member(value, "edits");
  if (edits == nullptr) return Status::success();
  if (!edits->IsArray()) return bad_field(path + ".edits", "must be a list");
  for (rapidjson::SizeType i = 0; i < edits->Size(); ++i) {
    const Json& edit = (*edits)[i];
    const std::string_view type = text_member(edit, "type");
    const bool is_known = type.starts_with("clear_thinking_") || type.starts_with("clear_tool_uses_") ||
                          type.starts_with("compact_");
    if (!is_known)
      return unsupported_field(path + ".edits." + std::to_string(i) + ".type", "such an edit is not known");
  }
  return Status::success();
}

Status read_metadata(const char* field, const Json& value, MessagesRequest&) {
  return value.IsObject() ? Status::success() : Status(bad_field(field, "must be an object"));
}

/// Gemini caches by itself.
Status accept_cache_control(const char* field, const Json& value, MessagesRequest&) {
  return value.IsObject() ? Status::success() : Status(bad_field(field, "must be an object"));
}

Status accept(const char*, const Json&, MessagesRequest&) { return Status::success(); }

Status accept_usual_tier(const char* field, const Json& value, MessagesRequest&) {
  return accept_words(field, value, {"auto", "standard_only"});
}

Status accept_usual_speed(const char* field, const Json& value, MessagesRequest&) {
  return accept_words(field, value, {"standard"});
}

Status accept_anywhere(const char* field, const Json& value, MessagesRequest&) {
  return accept_words(field, value, {"global"});
}

Status refuse_container(const char* field, const Json& value, MessagesRequest&) {
  return says_nothing(value)
             ? Status::success()
             : Status(unsupported_field(field, "Gemini keeps no container from one request to the next"));
}

Status refuse_mcp(const char* field, const Json& value, MessagesRequest&) {
  return says_nothing(value) ? Status::success()
                             : Status(unsupported_field(field, "Gemini calls no MCP servers"));
}

using Field = RequestField<MessagesRequest>;

// Every field that is understood; all others are refused by name. docs/FIELDS.md is made of this list.
constexpr Field kFields[] = {
    {"model", read_model, "the path; aliases are looked up"},
    {"messages", read_messages_field, "`contents`; messages of the role `system` go to `systemInstruction`"},
    {"max_tokens", read_limit, "`generationConfig.maxOutputTokens`, 65,536 at most; required"},
    {"system", read_anthropic_system, "`systemInstruction`"},
    {"stream", read_stream, "`streamGenerateContent`"},
    {"temperature", read_share_into<&GenerationConfig::temperature>, "`generationConfig.temperature`"},
    {"top_p", read_share_into<&GenerationConfig::top_p>, "`generationConfig.topP`"},
    {"top_k", read_top_k, "`generationConfig.topK`"},
    {"stop_sequences", read_stop_sequences, "`generationConfig.stopSequences`, five at most"},
    {"tools", read_anthropic_tools,
     "`tools[].functionDeclarations`; web_search `googleSearch`, web_fetch `urlContext`, code_execution "
     "`codeExecution`; bash, text_editor, memory, computer: declared with their known schemas; tool_search: "
     "every tool is declared from the beginning"},
    {"tool_choice", read_anthropic_tool_choice,
     "`toolConfig.functionCallingConfig`; disable_parallel_tool_use: ours, the answer keeps the first call"},
    {"thinking", read_thinking,
     "`generationConfig.thinkingConfig`: a budget, or for Gemini 3 the level next to it; `adaptive` leaves "
     "it to the model"},
    {"output_config", read_output_config,
     "`effort`: `generationConfig.thinkingConfig`; `format`: `generationConfig.responseJsonSchema`; "
     "`task_budget`: a sentence in `systemInstruction`"},
    {"output_format", read_output_format, "`generationConfig.responseJsonSchema`"},
    {"cache_control", accept_cache_control, "accepted everywhere: Gemini caches by itself"},
    {"metadata", read_metadata, "accepted, a label"},
    {"user_profile_id", accept, "accepted, a label"},
    {"workspace_id", accept, "accepted, a label"},
    {"diagnostics", accept, "accepted, asks about Anthropic's cache"},
    {"service_tier", accept_usual_tier, "accepted as `auto` or `standard_only`, else refused"},
    {"speed", accept_usual_speed, "accepted as `standard`, else refused"},
    {"inference_geo", accept_anywhere, "accepted as `global`, else refused"},
    {"context_management", read_context_management,
     "ours: conversations are cut where a client token's or a key's `enable_context_management` says so"},
    {"container", refuse_container, "refused: hosted containers"},
    {"mcp_servers", refuse_mcp, "refused unless empty: remote MCP servers"},
};

bool is_hosted(const MessagesRequest& request, std::string_view name) {
  const auto& names = request.hosted_names;
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Nothing makes Gemini use a tool of Google's own; that it uses no other is what can be said.
Status settle_choice(MessagesRequest& request) {
  ToolChoice& choice = request.conversation.choice;
  if (choice.allowed.size() == 1 && is_hosted(request, choice.allowed[0])) {
    choice.allowed.clear();
    choice.mode = ToolChoice::Mode::None;
  }
  GEMINATE_CHECK_OK(settle_tool_choice("tool_choice", request.conversation));
  const auto& removed = request.removed_tools;
  std::erase_if(request.conversation.tools, [&removed](const ToolDeclaration& tool) {
    return std::find(removed.begin(), removed.end(), tool.name) != removed.end();
  });
  return Status::success();
}

void settle_thinking(MessagesRequest& request) {
  Thinking& thinking = config(request).thinking;
  const std::string& model = request.conversation.model;
  if (request.thinking == Mode::Disabled) {
    thinking = least_thinking(model);
  } else if (request.thinking == Mode::Enabled) {
    thinking = thinking_of_budget(model, request.thinking_budget);
  } else if (!request.effort.empty()) {
    thinking = *thinking_of_effort(model, request.effort);
  }
  thinking.include_thoughts.reset();
  if (request.shows_thoughts()) thinking.include_thoughts = true;
}

Status check_together(MessagesRequest& request, bool needs_limit) {
  if (request.conversation.model.empty()) return bad_field("model", "is missing");
  std::optional<std::int64_t>& limit = config(request).max_tokens;
  if (!limit && needs_limit) return bad_field("max_tokens", "is missing");
  if (request.conversation.turns.empty())
    return bad_field("messages", "must hold at least one message that says something");
  if (limit && request.thinking == Mode::Enabled && *limit <= request.thinking_budget)
    return bad_field("max_tokens", "must be greater than thinking.budget_tokens");
  return settle_choice(request);
}

}  // namespace

Result<MessagesRequest> read_messages_request(const Json& root, bool needs_limit) {
  MessagesRequest request;
  GEMINATE_CHECK_OK(read_fields(kFields, root, {}, request));
  GEMINATE_CHECK_OK(check_together(request, needs_limit));
  settle_thinking(request);
  return request;
}

std::vector<FieldRow> messages_field_rows() { return rows_of(kFields); }

}  // namespace geminate::translate
