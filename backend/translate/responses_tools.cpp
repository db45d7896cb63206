// `tools`, `tool_choice` and `text` of a request to /v1/responses.
#include <algorithm>

#include "backend/translate/openai_types.h"
#include "backend/translate/request_fields.h"
#include "backend/translate/responses_types.h"
#include "backend/translate/schema_to_gemini.h"
#include "backend/translate/spoken_hints.h"

namespace geminate::translate {
namespace {

bool is_web_search(std::string_view type) {
  // With a date behind it for those who want one version of OpenAI's.
  return type == "web_search" || type == "web_search_preview" || type.starts_with("web_search_2") ||
         type.starts_with("web_search_preview_2");
}

Status declare(const std::string& path, ToolDeclaration&& declared, ResponsesRequest& request) {
  auto& tools = request.conversation.tools;
  const bool is_known = std::any_of(
      tools.begin(), tools.end(), [&](const ToolDeclaration& other) { return other.name == declared.name; });
  // Of tools that were found in a search the request may hold the declaration too.
  if (is_known && path.starts_with("tools[")) return bad_field(path + ".name", "has been declared before");
  if (!is_known) tools.push_back(std::move(declared));
  return Status::success();
}

Status read_function(const std::string& path, const Json& tool, ResponsesRequest& request) {
  GEMINATE_CHECK_OK(
      check_members(path, tool, {"type", "name", "description", "parameters", "strict", "defer_loading"}));
  ToolDeclaration declared;
  GEMINATE_TRY(declared.name, need_text(path, tool, "name"));
  GEMINATE_CHECK_OK(check_function_name(path + ".name", declared.name));
  if (member(tool, "description") != nullptr) {
    GEMINATE_TRY(declared.description, need_text(path, tool, "description"));
  }
  // Gemini keeps to a declared schema in any case, and reads every declaration at once.
  for (const char* flag : {"strict", "defer_loading"}) {
    if (const Json* value = member(tool, flag); value != nullptr && !value->IsBool())
      return bad_field(path + "." + flag, "must be true or false");
  }
  if (const Json* parameters = member(tool, "parameters"); parameters != nullptr) {
    GEMINATE_TRY(declared.parameters, schema_to_gemini(*parameters, path + ".parameters"));
  }
  if (declared.parameters == "{}") declared.parameters.clear();
  return declare(path, std::move(declared), request);
}

/// A tool that takes a text is a function with one argument.
Status read_custom(const std::string& path, const Json& tool, ResponsesRequest& request) {
  GEMINATE_CHECK_OK(check_members(path, tool, {"type", "name", "description", "format", "defer_loading"}));
  ToolDeclaration declared;
  GEMINATE_TRY(declared.name, need_text(path, tool, "name"));
  GEMINATE_CHECK_OK(check_function_name(path + ".name", declared.name));
  std::string description(text_member(tool, "description"));
  if (const Json* format = member(tool, "format"); format != nullptr) {
    const std::string here = path + ".format";
    if (!format->IsObject()) return bad_field(here, "must be an object");
    if (text_member(*format, "type") == "grammar") {
      GEMINATE_TRY(const std::string_view grammar, need_text(here, *format, "definition"));
      // Gemini cannot be held to it, but it reads it.
      description += "\nThe input must follow this grammar (" + std::string(text_member(*format, "syntax")) +
                     "):\n" + std::string(grammar);
    } else if (text_member(*format, "type") != "text") {
      return unsupported_field(here + ".type");
    }
  }
  declared.description = request.conversation.keep(std::move(description));
  declared.parameters = R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"]})";
  request.answer.custom_tools.emplace_back(declared.name);
  return declare(path, std::move(declared), request);
}

Status read_web_search(const std::string& path, const Json& tool, ResponsesRequest& request) {
  // How much is searched is Gemini's own decision.
  GEMINATE_CHECK_OK(check_members(path, tool, {"type", "search_context_size", "user_location"}));
  if (const Json* location = member(tool, "user_location"); location != nullptr)
    GEMINATE_CHECK_OK(read_user_location(path + ".user_location", *location, request.conversation));
  request.conversation.hosted.web_search = true;
  return Status::success();
}

Status read_code_interpreter(const std::string& path, const Json& tool, ResponsesRequest& request) {
  GEMINATE_CHECK_OK(check_members(path, tool, {"type", "container"}));
  const std::string here = path + ".container";
  if (const Json* container = member(tool, "container"); container != nullptr) {
    if (!container->IsObject()) return unsupported_field(here, "Gemini has no containers to come back to");
    for (const auto& [key, value] : container->GetObject()) {
      const bool is_type = text_of(key) == "type" && value.IsString() && text_of(value) == "auto";
      if (!is_type && !says_nothing(value)) return unsupported_field(here + "." + std::string(text_of(key)));
    }
  }
  request.conversation.hosted.code_execution = true;
  return Status::success();
}

/// Gemini's image models draw into their answers; the others have no such tool.
Status read_image_generation(const std::string& path, const Json& tool, ResponsesRequest& request) {
  GEMINATE_CHECK_OK(check_members(path, tool, {"type"}));
  request.draws_at = path + ".type";
  return Status::success();
}

/// A search among declared functions is not needed: Gemini reads them all at once. One that the client makes
/// is a function of the client's.
Status read_tool_search(const std::string& path, const Json& tool, ResponsesRequest& request) {
  const std::string_view who = text_member(tool, "execution");
  if (who.empty() || who == "server") return check_members(path, tool, {"type", "execution"});
  if (who != "client") return bad_field(path + ".execution", "must be \"server\" or \"client\"");
  GEMINATE_CHECK_OK(check_members(path, tool, {"type", "execution", "description", "parameters"}));
  ToolDeclaration declared;
  declared.name = kSearchTool;
  declared.description = text_member(tool, "description");
  if (const Json* parameters = member(tool, "parameters"); parameters != nullptr) {
    GEMINATE_TRY(declared.parameters, schema_to_gemini(*parameters, path + ".parameters"));
  }
  if (declared.parameters == "{}") declared.parameters.clear();
  request.answer.client_searches = true;
  return declare(path, std::move(declared), request);
}

/// Functions under one name: all are declared, and calls of theirs say where they belong.
Status read_namespace(const std::string& path, const Json& tool, ResponsesRequest& request) {
  GEMINATE_CHECK_OK(check_members(path, tool, {"type", "name", "description", "tools"}));
  GEMINATE_TRY(const std::string_view name, need_text(path, tool, "name"));
  const Json* tools = member(tool, "tools");
  if (tools == nullptr || !tools->IsArray()) return bad_field(path + ".tools", "must be a list");
  for (rapidjson::SizeType i = 0; i < tools->Size(); ++i) {
    const std::string here = path + ".tools[" + std::to_string(i) + "]";
    const Json& function = (*tools)[i];
    if (!function.IsObject()) return bad_field(here, "must be an object");
    if (text_member(function, "type") != "function")
      return unsupported_field(here + ".type", "a namespace holds functions alone");
    GEMINATE_CHECK_OK(read_function(here, function, request));
    request.answer.namespaces.emplace_back(text_member(function, "name"), name);
  }
  return Status::success();
}

Status read_tool(const std::string& path, const Json& tool, ResponsesRequest& request) {
  if (!tool.IsObject()) return bad_field(path, "must be an object");
  GEMINATE_TRY(const std::string_view type, need_text(path, tool, "type"));
  if (type == "function") return read_function(path, tool, request);
  if (is_web_search(type)) return read_web_search(path, tool, request);
  if (type == "code_interpreter") return read_code_interpreter(path, tool, request);
  if (type == "image_generation") return read_image_generation(path, tool, request);
  if (type == "namespace") return read_namespace(path, tool, request);
  if (type == "tool_search") return read_tool_search(path, tool, request);
  if (type == "custom") return read_custom(path, tool, request);
  return unsupported_field(path + ".type", "Gemini has nothing like \"" + std::string(type) + "\"");
}

Status read_mode(const std::string& path, std::string_view mode, ToolChoice& choice) {
  if (mode == "none") {
    choice.mode = ToolChoice::Mode::None;
  } else if (mode == "auto") {
    choice.mode = ToolChoice::Mode::Auto;
  } else if (mode == "required") {
    choice.mode = ToolChoice::Mode::Any;
  } else {
    return bad_field(path, "must be \"none\", \"auto\" or \"required\"");
  }
  return Status::success();
}

/// Of the tools that may be used, those that Google runs must be named too.
Status read_allowed_tools(const std::string& path, const Json& choice, ResponsesRequest& request) {
  GEMINATE_CHECK_OK(check_members(path, choice, {"type", "mode", "tools"}));
  ToolChoice& out = request.conversation.choice;
  GEMINATE_TRY(const std::string_view mode, need_text(path, choice, "mode"));
  GEMINATE_CHECK_OK(read_mode(path + ".mode", mode, out));
  const Json* tools = member(choice, "tools");
  if (tools == nullptr || !tools->IsArray() || tools->Empty())
    return bad_field(path + ".tools", "must be a list that is not empty");
  request.allowed_hosted.emplace();
  for (rapidjson::SizeType i = 0; i < tools->Size(); ++i) {
    const std::string here = path + ".tools[" + std::to_string(i) + "]";
    if (!(*tools)[i].IsObject()) return bad_field(here, "must be an object");
    GEMINATE_TRY(const std::string_view type, need_text(here, (*tools)[i], "type"));
    if (type == "function" || type == "custom") {
      GEMINATE_TRY(const std::string_view name, need_text(here, (*tools)[i], "name"));
      out.allowed.push_back(name);
    } else if (is_web_search(type)) {
      request.allowed_hosted->web_search = true;
    } else if (type == "code_interpreter") {
      request.allowed_hosted->code_execution = true;
    } else {
      return unsupported_field(here + ".type");
    }
  }
  return Status::success();
}

Status read_json_schema(const std::string& path, const Json& format, GenerationConfig& config) {
  GEMINATE_CHECK_OK(check_members(path, format, {"type", "name", "schema", "strict", "description"}));
  const Json* schema = member(format, "schema");
  if (schema == nullptr) return bad_field(path + ".schema", "is missing");
  JsonDocument whole;
  whole.CopyFrom(*schema, whole.GetAllocator());
  const std::string_view description = text_member(format, "description");
  if (whole.IsObject() && !description.empty() && member(whole, "description") == nullptr) {
    Json text(description.data(), static_cast<rapidjson::SizeType>(description.size()), whole.GetAllocator());
    whole.AddMember("description", text, whole.GetAllocator());
  }
  GEMINATE_TRY(config.schema, schema_to_gemini(whole, path + ".schema"));
  if (config.schema == "{}") config.schema.clear();
  return Status::success();
}

Status read_format(const std::string& path, const Json& format, GenerationConfig& config) {
  if (!format.IsObject()) return bad_field(path, "must be an object");
  GEMINATE_TRY(const std::string_view type, need_text(path, format, "type"));
  if (type != "text" && type != "json_object" && type != "json_schema")
    return bad_field(path + ".type", "must be \"text\", \"json_object\" or \"json_schema\"");
  config.json_answer = type != "text";
  if (type == "json_schema") return read_json_schema(path, format, config);
  return check_members(path, format, {"type"});
}

}  // namespace

Status read_responses_tools(const char* field, const Json& tools, ResponsesRequest& request) {
  if (!tools.IsArray()) return bad_field(field, "must be a list");
  for (rapidjson::SizeType i = 0; i < tools.Size(); ++i) {
    GEMINATE_CHECK_OK(read_tool(std::string(field) + "[" + std::to_string(i) + "]", tools[i], request));
  }
  return Status::success();
}

Status read_responses_tool_choice(const char* field, const Json& choice, ResponsesRequest& request) {
  ToolChoice& out = request.conversation.choice;
  if (choice.IsString()) return read_mode(field, text_of(choice), out);
  if (!choice.IsObject()) return bad_field(field, "must be a string or an object");
  GEMINATE_TRY(const std::string_view type, need_text(field, choice, "type"));
  if (type == "allowed_tools") return read_allowed_tools(field, choice, request);
  if (type != "function" && type != "custom") {
    return unsupported_field(std::string(field) + ".type",
                             "Gemini decides itself when to use \"" + std::string(type) + "\"");
  }
  GEMINATE_CHECK_OK(check_members(field, choice, {"type", "name"}));
  GEMINATE_TRY(const std::string_view name, need_text(field, choice, "name"));
  out.mode = ToolChoice::Mode::Any;
  out.allowed.push_back(name);
  return Status::success();
}

Status read_responses_text(const char* field, const Json& text, ResponsesRequest& request) {
  if (!text.IsObject()) return bad_field(field, "must be an object");
  const std::string path(field);
  GEMINATE_CHECK_OK(check_members(path, text, {"format", "verbosity"}));
  if (const Json* verbosity = member(text, "verbosity"); verbosity != nullptr)
    GEMINATE_CHECK_OK(read_verbosity(path + ".verbosity", *verbosity, request.conversation));
  const Json* format = member(text, "format");
  if (format == nullptr) return Status::success();
  return read_format(path + ".format", *format, request.conversation.config);
}

Status settle_responses_tools(ResponsesRequest& request) {
  Conversation& conversation = request.conversation;
  if (!request.draws_at.empty()) {
    if (conversation.model.find("image") == std::string::npos)
      return unsupported_field(request.draws_at,
                               "of Gemini's models those draw that have \"image\" in their name");
    conversation.config.modalities = {"TEXT", "IMAGE"};
  }
  if (request.allowed_hosted) {
    HostedTools& hosted = conversation.hosted;
    hosted.web_search = hosted.web_search && request.allowed_hosted->web_search;
    hosted.code_execution = hosted.code_execution && request.allowed_hosted->code_execution;
    // Where none of the functions is named, none may be called.
    if (conversation.choice.allowed.empty()) conversation.tools.clear();
  }
  // Gemini's word for "none" speaks of functions alone.
  if (conversation.choice.mode == ToolChoice::Mode::None) conversation.hosted = {};
  return settle_tool_choice("tool_choice", conversation);
}

}  // namespace geminate::translate
