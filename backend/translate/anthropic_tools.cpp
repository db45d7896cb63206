#include <algorithm>
#include <array>

#include "backend/translate/anthropic_types.h"
#include "backend/translate/openai_types.h"
#include "backend/translate/schema_to_gemini.h"
#include "backend/translate/spoken_hints.h"

namespace geminate::translate {
namespace {

/// A tool on its way into the request.
struct Tool {
  const Json& json;
  const std::string path;
  std::string_view type;
  MessagesRequest& request;
};

Status declare(const Tool& tool, ToolDeclaration declaration) {
  auto& tools = tool.request.conversation.tools;
  const bool is_known = std::any_of(tools.begin(), tools.end(), [&](const ToolDeclaration& other) {
    return other.name == declaration.name;
  });
  if (is_known) return bad_field(tool.path + ".name", "has been declared before");
  tools.push_back(std::move(declaration));
  return Status::success();
}

Result<std::string_view> name_of(const Tool& tool) {
  GEMINATE_TRY(const std::string_view name, need_text(tool.path, tool.json, "name"));
  GEMINATE_CHECK_OK(check_function_name(tool.path + ".name", name));
  return name;
}

/// Gemini's programs call no functions: what only they may call could never be called.
Status check_callers(const std::string& path, const Json& callers) {
  if (!callers.IsArray()) return bad_field(path, "must be a list");
  const bool any = callers.Empty() || std::any_of(callers.Begin(), callers.End(), [](const Json& caller) {
                     return caller.IsString() && text_of(caller) == "direct";
                   });
  return any ? Status::success()
             : Status(unsupported_field(path, "Gemini's code execution calls no functions"));
}

/// Gemini has no place for examples but the description.
Result<std::string_view> with_examples(const Tool& tool, std::string_view description) {
  const Json* examples = member(tool.json, "input_examples");
  if (examples == nullptr || says_nothing(*examples)) return description;
  if (!examples->IsArray()) return bad_field(tool.path + ".input_examples", "must be a list");
  std::string text(description);
  text += text.empty() ? "Examples of its input: " : "\n\nExamples of its input: ";
  return tool.request.conversation.keep(text + to_text(*examples));
}

Status read_schema(const Tool& tool, ToolDeclaration& declaration) {
  const std::string path = tool.path + ".input_schema";
  const Json* schema = member(tool.json, "input_schema");
  if (schema == nullptr) return bad_field(path, "is missing");
  if (!schema->IsObject()) return bad_field(path, "must be a JSON Schema: an object");
  GEMINATE_TRY(declaration.parameters, schema_to_gemini(*schema, path));
  if (declaration.parameters == "{}") declaration.parameters.clear();
  return Status::success();
}

Status read_custom(const Tool& tool) {
  // Every tool is declared from the beginning (defer_loading); arguments come in one piece
  // (eager_input_streaming), and Gemini keeps to a schema in any case (strict).
  GEMINATE_CHECK_OK(
      check_members(tool.path, tool.json,
                    {"type", "name", "description", "input_schema", "cache_control", "strict",
                     "defer_loading", "eager_input_streaming", "input_examples", "allowed_callers"}));
  ToolDeclaration declaration;
  GEMINATE_TRY(declaration.name, name_of(tool));
  if (member(tool.json, "description") != nullptr) {
    GEMINATE_TRY(declaration.description, need_text(tool.path, tool.json, "description"));
  }
  GEMINATE_TRY(declaration.description, with_examples(tool, declaration.description));
  GEMINATE_CHECK_OK(read_schema(tool, declaration));
  if (const Json* callers = member(tool.json, "allowed_callers"); callers != nullptr)
    GEMINATE_CHECK_OK(check_callers(tool.path + ".allowed_callers", *callers));
  return declare(tool, std::move(declaration));
}

/// Gemini has no list of domains, but does what it is told.
Status tell_domains(const Tool& tool, const char* name, const char* words) {
  const Json* domains = member(tool.json, name);
  const std::string path = tool.path + "." + name;
  if (domains == nullptr || says_nothing(*domains)) return Status::success();
  if (!domains->IsArray()) return bad_field(path, "must be a list");
  std::string list;
  for (const Json& domain : domains->GetArray()) {
    if (!domain.IsString()) return bad_field(path, "must be a list of domains");
    list.append(list.empty() ? "" : ", ").append(text_of(domain));
  }
  Conversation& conversation = tool.request.conversation;
  conversation.system.push_back(conversation.keep(words + list + "."));
  return Status::success();
}

/// What a tool of Google's takes besides: limits to its use, which Gemini sets itself, are passed over.
Status check_hosted(const Tool& tool) {
  constexpr std::array<std::string_view, 14> kTaken{
      "type",          "name",          "cache_control",   "max_uses",           "max_content_tokens",
      "citations",     "strict",        "allowed_callers", "response_inclusion", "use_cache",
      "defer_loading", "user_location", "allowed_domains", "blocked_domains"};
  for (const auto& [key, value] : tool.json.GetObject()) {
    const bool taken = std::find(kTaken.begin(), kTaken.end(), text_of(key)) != kTaken.end();
    if (!taken && !says_nothing(value)) return unsupported_field(tool.path + "." + std::string(text_of(key)));
  }
  if (const Json* place = member(tool.json, "user_location"); place != nullptr)
    GEMINATE_CHECK_OK(read_user_location(tool.path + ".user_location", *place, tool.request.conversation));
  GEMINATE_CHECK_OK(tell_domains(tool, "allowed_domains", "In the web, use only pages of "));
  GEMINATE_CHECK_OK(tell_domains(tool, "blocked_domains", "In the web, use no pages of "));
  if (const std::string_view name = text_member(tool.json, "name"); !name.empty())
    tool.request.hosted_names.push_back(name);
  return Status::success();
}

template <bool HostedTools::*Member>
Status read_hosted(const Tool& tool) {
  tool.request.conversation.hosted.*Member = true;
  return check_hosted(tool);
}

/// Its work is to find deferred tools, and all of them are declared.
Status read_tool_search(const Tool& tool) { return check_hosted(tool); }

/// Tools that the client runs and whose schema Claude knows by heart
/// (https://docs.anthropic.com/en/docs/agents-and-tools/tool-use): Gemini is told it.
struct KnownTool {
  std::string_view prefix;
  std::string_view description;
  std::string_view parameters;
};

constexpr std::array<KnownTool, 4> kKnownTools{
    {{"bash_", "Runs a command in a persistent bash session and returns what it puts out.",
      R"({"type":"object","properties":{)"
      R"("command":{"type":"string","description":"The command to run; needed unless restart is true."},)"
      R"("restart":{"type":"boolean","description":"True starts the session anew."}}})"},
     {"text_editor_", "Views, creates and edits text files.",
      R"({"type":"object","properties":{)"
      R"("command":{"type":"string","enum":["view","create","str_replace","insert"]},)"
      R"("path":{"type":"string","description":"The file or folder."},)"
      R"("view_range":{"type":"array","items":{"type":"integer"},"description":"view: first and last line, from 1; -1 is the end."},)"
      R"("file_text":{"type":"string","description":"create: the whole text."},)"
      R"("old_str":{"type":"string","description":"str_replace: what to replace; it must stand there exactly once."},)"
      R"("new_str":{"type":"string","description":"str_replace: what to put there."},)"
      R"("insert_line":{"type":"integer","description":"insert: the line to insert after; 0 is the beginning."},)"
      R"("insert_text":{"type":"string","description":"insert: the text."}},"required":["command","path"]})"},
     {"computer_20",
      "Uses a computer with screen, mouse and keyboard; each action returns a picture of the screen.",
      R"({"type":"object","properties":{)"
      R"("action":{"type":"string","enum":["screenshot","left_click","right_click","middle_click","double_click",)"
      R"("triple_click","left_click_drag","left_mouse_down","left_mouse_up","mouse_move","cursor_position","type",)"
      R"("key","hold_key","scroll","wait","zoom"]},)"
      R"("coordinate":{"type":"array","items":{"type":"integer"},"description":"x and y in pixels."},)"
      R"("start_coordinate":{"type":"array","items":{"type":"integer"},"description":"left_click_drag: where it begins."},)"
      R"("text":{"type":"string","description":"type: the text; key, hold_key: the keys, as ctrl+s; clicks, scroll: keys held meanwhile."},)"
      R"("scroll_direction":{"type":"string","enum":["up","down","left","right"]},)"
      R"("scroll_amount":{"type":"integer","description":"Clicks of the wheel."},)"
      R"("duration":{"type":"number","description":"wait, hold_key: seconds."},)"
      R"("region":{"type":"array","items":{"type":"integer"},"description":"zoom: x and y of two corners."}},"required":["action"]})"},
     {"memory_", "Keeps notes in files below /memories that last beyond this conversation.",
      R"({"type":"object","properties":{)"
      R"("command":{"type":"string","enum":["view","create","str_replace","insert","delete","rename"]},)"
      R"("path":{"type":"string","description":"The file or folder below /memories; not for rename."},)"
      R"("view_range":{"type":"array","items":{"type":"integer"},"description":"view: first and last line, from 1."},)"
      R"("file_text":{"type":"string","description":"create: the whole text."},)"
      R"("old_str":{"type":"string","description":"str_replace: what to replace."},)"
      R"("new_str":{"type":"string","description":"str_replace: what to put there."},)"
      R"("insert_line":{"type":"integer","description":"insert: the line to insert after; 0 is the beginning."},)"
      R"("insert_text":{"type":"string","description":"insert: the text."},)"
      R"("old_path":{"type":"string","description":"rename: what there is."},)"
      R"("new_path":{"type":"string","description":"rename: what it shall be called."}},"required":["command"]})"}}};

/// How large the screen of a computer is, where the tool says so.
Result<std::string_view> with_screen(const Tool& tool, std::string_view description) {
  const Json* width = member(tool.json, "display_width_px");
  const Json* height = member(tool.json, "display_height_px");
  if (width == nullptr || height == nullptr) return description;
  constexpr std::int64_t kMostPixels = 100'000;
  GEMINATE_TRY(const std::int64_t across,
               read_integer(tool.path + ".display_width_px", *width, 1, kMostPixels));
  GEMINATE_TRY(const std::int64_t down,
               read_integer(tool.path + ".display_height_px", *height, 1, kMostPixels));
  return tool.request.conversation.keep(std::string(description) + " The screen has " +
                                        std::to_string(across) + " by " + std::to_string(down) + " pixels.");
}

Status read_known(const Tool& tool, const KnownTool& known) {
  GEMINATE_CHECK_OK(check_members(
      tool.path, tool.json,
      {"type", "name", "cache_control", "max_characters", "strict", "defer_loading", "input_examples",
       "allowed_callers", "display_width_px", "display_height_px", "display_number", "enable_zoom"}));
  ToolDeclaration declaration;
  GEMINATE_TRY(declaration.name, name_of(tool));
  GEMINATE_TRY(const std::string_view description, with_screen(tool, known.description));
  GEMINATE_TRY(declaration.description, with_examples(tool, description));
  declaration.parameters = known.parameters;
  return declare(tool, std::move(declaration));
}

struct HostedTool {
  std::string_view prefix;
  Status (*read)(const Tool& tool);
};
constexpr std::array<HostedTool, 4> kHostedTools{
    {{"web_search_", read_hosted<&HostedTools::web_search>},
     {"web_fetch_", read_hosted<&HostedTools::url_context>},
     {"code_execution_", read_hosted<&HostedTools::code_execution>},
     {"tool_search_tool_", read_tool_search}}};

Status read_tool(const Tool& tool) {
  if (tool.type.empty() || tool.type == "custom") return read_custom(tool);
  for (const HostedTool& hosted : kHostedTools) {
    if (tool.type.starts_with(hosted.prefix)) return hosted.read(tool);
  }
  for (const KnownTool& known : kKnownTools) {
    if (tool.type.starts_with(known.prefix)) return read_known(tool, known);
  }
  return unsupported_field(tool.path + ".type",
                           "Gemini has nothing like the tool \"" + std::string(tool.type) + "\"");
}

}  // namespace

Status read_anthropic_tools(const char* field, const Json& tools, MessagesRequest& request) {
  if (!tools.IsArray()) return bad_field(field, "must be a list");
  for (rapidjson::SizeType i = 0; i < tools.Size(); ++i) {
    const std::string path = std::string(field) + "." + std::to_string(i);
    if (!tools[i].IsObject()) return bad_field(path, "must be an object");
    const Json* type = member(tools[i], "type");
    if (type != nullptr && !type->IsString()) return bad_field(path + ".type", "must be a string");
    GEMINATE_CHECK_OK(read_tool({tools[i], path, text_member(tools[i], "type"), request}));
  }
  return Status::success();
}

Status read_anthropic_tool_choice(const char* field, const Json& choice, MessagesRequest& request) {
  if (!choice.IsObject()) return bad_field(field, "must be an object");
  const std::string path = field;
  GEMINATE_CHECK_OK(check_members(path, choice, {"type", "name", "disable_parallel_tool_use"}));
  if (const Json* one = member(choice, "disable_parallel_tool_use"); one != nullptr) {
    GEMINATE_TRY(request.one_call_only, read_bool(path + ".disable_parallel_tool_use", *one));
  }
  using Mode = ToolChoice::Mode;
  ToolChoice& out = request.conversation.choice;
  const std::string_view type = text_member(choice, "type");
  out.mode = type == "auto" ? Mode::Auto : type == "none" ? Mode::None : Mode::Any;
  if (type == "tool") {
    GEMINATE_TRY(const std::string_view name, need_text(path, choice, "name"));
    out.allowed.push_back(name);
  } else if (type != "auto" && type != "any" && type != "none") {
    return bad_field(path + ".type", "must be \"auto\", \"any\", \"tool\" or \"none\"");
  }
  return Status::success();
}

}  // namespace geminate::translate
