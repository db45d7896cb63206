#include <algorithm>

#include "backend/translate/openai_types.h"
#include "backend/translate/schema_to_gemini.h"

namespace geminate::translate {
namespace {

constexpr std::size_t kLongestFunctionName = 128;

Result<std::string_view> read_name(const std::string& path, const Json& holder) {
  const Json* name = member(holder, "name");
  if (name == nullptr || !name->IsString()) return bad_field(path + ".name", "must be a string");
  GEMINATE_CHECK_OK(check_function_name(path + ".name", text_of(*name)));
  return text_of(*name);
}

Result<ToolDeclaration> read_function(const std::string& path, const Json& function) {
  ToolDeclaration tool;
  GEMINATE_TRY(tool.name, read_name(path, function));
  for (const auto& [key, value] : function.GetObject()) {
    const std::string_view name = text_of(key);
    const std::string here = path + "." + std::string(name);
    if (value.IsNull() || name == "name") continue;
    if (name == "description") {
      if (!value.IsString()) return bad_field(here, "must be a string");
      tool.description = text_of(value);
    } else if (name == "parameters") {
      GEMINATE_TRY(tool.parameters, schema_to_gemini(value, here));
      if (tool.parameters == "{}") tool.parameters.clear();
    } else if (name == "strict") {
      // Gemini keeps to a declared schema in any case.
      if (!value.IsBool()) return bad_field(here, "must be true or false");
    } else {
      return unsupported_field(here);
    }
  }
  return tool;
}

Result<const Json*> function_of(const std::string& path, const Json& tool) {
  if (!tool.IsObject()) return bad_field(path, "must be an object");
  const std::string_view type = text_member(tool, "type");
  if (type != "function")
    return unsupported_field(path + ".type", "tools of the type \"" + std::string(type) + "\" are not known");
  const Json* function = member(tool, "function");
  if (function == nullptr || !function->IsObject()) return bad_field(path + ".function", "must be an object");
  return function;
}

bool is_declared(const Conversation& conversation, std::string_view name) {
  return std::any_of(conversation.tools.begin(), conversation.tools.end(),
                     [name](const ToolDeclaration& tool) { return tool.name == name; });
}

/// "required", or one named function: {"type":"function","function":{"name":…}}.
Status read_named_choice(const std::string& path, const Json& choice, ToolChoice& out) {
  GEMINATE_TRY(const Json* function, function_of(path, choice));
  GEMINATE_TRY(const std::string_view name, read_name(path + ".function", *function));
  out.mode = ToolChoice::Mode::Any;
  out.allowed.push_back(name);
  return Status::success();
}

Status read_mode(const std::string& path, const Json* value, ToolChoice& out) {
  const std::string_view mode = value != nullptr && value->IsString() ? text_of(*value) : std::string_view();
  if (mode == "none") {
    out.mode = ToolChoice::Mode::None;
  } else if (mode == "auto") {
    out.mode = ToolChoice::Mode::Auto;
  } else if (mode == "required") {
    out.mode = ToolChoice::Mode::Any;
  } else {
    return bad_field(path, "must be \"none\", \"auto\" or \"required\"");
  }
  return Status::success();
}

Status read_allowed_tools(const std::string& path, const Json& choice, ToolChoice& out) {
  const Json* allowed = member(choice, "allowed_tools");
  const std::string here = path + ".allowed_tools";
  if (allowed == nullptr || !allowed->IsObject()) return bad_field(here, "must be an object");
  GEMINATE_CHECK_OK(read_mode(here + ".mode", member(*allowed, "mode"), out));
  const Json* tools = member(*allowed, "tools");
  if (tools == nullptr || !tools->IsArray() || tools->Empty())
    return bad_field(here + ".tools", "must be a list");
  for (rapidjson::SizeType i = 0; i < tools->Size(); ++i) {
    const std::string item = here + ".tools[" + std::to_string(i) + "]";
    GEMINATE_TRY(const Json* function, function_of(item, (*tools)[i]));
    GEMINATE_TRY(const std::string_view name, read_name(item + ".function", *function));
    out.allowed.push_back(name);
  }
  return Status::success();
}

}  // namespace

Status check_function_name(const std::string& path, std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == ':';
  };
  if (!name.empty() && name.size() <= kLongestFunctionName && std::all_of(name.begin(), name.end(), plain))
    return Status::success();
  return bad_field(path, "must be 1 to 128 letters, digits and any of \"_-.:\"");
}

Result<std::string> arguments_object(const std::string& path, std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return std::string("{}");
  JsonDocument document;
  const Status parsed = parse_object(text, "it", document);
  if (!parsed.ok()) return bad_field(path, "must hold a JSON object: " + parsed.error().message);
  return std::string(text);
}

std::string result_object(std::string_view text, const char* name) {
  JsonDocument document;
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  const bool may_be = begin != std::string_view::npos && text[begin] == '{';
  if (may_be && std::string_view(name) == "output" && parse_object(text, "it", document).ok())
    return std::string(text);
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  put_text(writer, name, text);
  writer.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

Status read_tools(const char* field, const Json& tools, ChatRequest& request) {
  if (!tools.IsArray()) return bad_field(field, "must be a list");
  for (rapidjson::SizeType i = 0; i < tools.Size(); ++i) {
    const std::string path = std::string(field) + "[" + std::to_string(i) + "]";
    GEMINATE_TRY(const Json* function, function_of(path, tools[i]));
    GEMINATE_TRY(ToolDeclaration tool, read_function(path + ".function", *function));
    if (is_declared(request.conversation, tool.name))
      return bad_field(path + ".function.name", "has been declared before");
    request.conversation.tools.push_back(std::move(tool));
  }
  return Status::success();
}

Status read_tool_choice(const char* field, const Json& choice, ChatRequest& request) {
  ToolChoice& out = request.conversation.choice;
  if (choice.IsString()) return read_mode(field, &choice, out);
  if (!choice.IsObject()) return bad_field(field, "must be a string or an object");
  if (text_member(choice, "type") == "allowed_tools") return read_allowed_tools(field, choice, out);
  return read_named_choice(field, choice, out);
}

Status settle_tool_choice(const std::string& field, Conversation& conversation) {
  ToolChoice& choice = conversation.choice;
  for (const std::string_view name : choice.allowed) {
    if (!is_declared(conversation, name))
      return bad_field(field,
                       "names the function \"" + std::string(name) + "\", which tools does not declare");
  }
  if (choice.mode == ToolChoice::Mode::Any && conversation.tools.empty() && !conversation.hosted.any())
    return bad_field(field, "demands a call, and tools declares none");
  if (choice.mode == ToolChoice::Mode::Any || choice.allowed.empty()) return Status::success();
  // Gemini takes a list of names only where a call must be made: otherwise the others are not declared.
  std::erase_if(conversation.tools, [&choice](const ToolDeclaration& tool) {
    return std::find(choice.allowed.begin(), choice.allowed.end(), tool.name) == choice.allowed.end();
  });
  choice.allowed.clear();
  return Status::success();
}

}  // namespace geminate::translate
