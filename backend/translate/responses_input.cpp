// `input` of a request to /v1/responses: messages, calls and their results, and what earlier answers put out.
#include <algorithm>
#include <utility>

#include "backend/translate/media.h"
#include "backend/translate/openai_types.h"
#include "backend/translate/responses_types.h"

namespace geminate::translate {
namespace {

struct Items {
  ResponsesRequest& request;
  Conversation& conversation;
  /// Of a reasoning item: for the model's item that follows it.
  std::string_view signature;
};

/// One of them.
struct Item {
  const Json& json;
  const std::string path;
  Items& items;
};

Status read_item(Item& item);

void add(Item& item, bool of_model, Part part) {
  item.items.conversation.add(of_model, std::move(part), item.path);
}

/// The signature that the item carries itself, or that the reasoning before it does.
Result<std::string_view> take_signature(Item& item) {
  GEMINATE_TRY(const std::string_view own, read_signature(item.path, item.json));
  const std::string_view before = std::exchange(item.items.signature, {});
  return own.empty() ? before : own;
}

enum class Role { System, User, Assistant };

Result<Role> read_role(const Item& item) {
  const std::string_view role = text_member(item.json, "role");
  if (role == "system" || role == "developer") return Role::System;
  if (role == "user") return Role::User;
  if (role == "assistant") return Role::Assistant;
  return bad_field(item.path + ".role", "must be \"user\", \"assistant\", \"system\" or \"developer\"");
}

Result<std::vector<Part>> read_content(Item& item, Role role) {
  std::vector<Part> parts;
  const std::string path = item.path + ".content";
  const Json* content = member(item.json, "content");
  // Empty texts say nothing, and Gemini refuses them.
  if (content != nullptr && content->IsString()) {
    if (content->GetStringLength() > 0) parts.push_back(Part::of_text(text_of(*content)));
    return parts;
  }
  if (content == nullptr || !content->IsArray() || (content->Empty() && role != Role::Assistant))
    return bad_field(path, "must be a string or a list of content parts");
  for (rapidjson::SizeType i = 0; i < content->Size(); ++i) {
    const std::string here = path + "[" + std::to_string(i) + "]";
    GEMINATE_TRY(Part part,
                 read_responses_content(here, (*content)[i], role == Role::Assistant, item.items.request));
    if (role == Role::System && part.is_media())
      return unsupported_field(here + ".type", "instructions are text alone");
    if (part.kind != Part::Kind::Text || !part.text.empty()) parts.push_back(std::move(part));
  }
  return parts;
}

Status read_message(Item& item) {
  GEMINATE_CHECK_OK(check_members(item.path, item.json,
                                  {"type", "role", "content", "id", "status", "phase", "extra_content"}));
  GEMINATE_TRY(const Role role, read_role(item));
  GEMINATE_TRY(std::vector<Part> parts, read_content(item, role));
  if (role == Role::System) {
    for (const Part& part : parts) item.items.conversation.system.push_back(part.text);
    return Status::success();
  }
  GEMINATE_TRY(const std::string_view signature, take_signature(item));
  if (role == Role::Assistant && !parts.empty()) parts.back().signature = signature;
  for (Part& part : parts) add(item, role == Role::Assistant, std::move(part));
  return Status::success();
}

Result<Part> begin_call(Item& item) {
  Part part;
  part.kind = Part::Kind::ToolCall;
  GEMINATE_TRY(part.id, need_text(item.path, item.json, "call_id"));
  if (part.id.empty()) return bad_field(item.path + ".call_id", "must not be empty");
  GEMINATE_TRY(part.name, need_text(item.path, item.json, "name"));
  GEMINATE_CHECK_OK(check_function_name(item.path + ".name", part.name));
  GEMINATE_TRY(part.signature, take_signature(item));
  return part;
}

Status read_call(Item& item) {
  GEMINATE_CHECK_OK(check_members(item.path, item.json,
                                  {"type", "id", "call_id", "name", "arguments", "status", "namespace",
                                   "extra_content", "parsed_arguments"}));
  GEMINATE_TRY(Part part, begin_call(item));
  GEMINATE_TRY(const std::string_view arguments, need_text(item.path, item.json, "arguments"));
  GEMINATE_TRY(std::string object, arguments_object(item.path + ".arguments", arguments));
  part.json = item.items.conversation.keep(std::move(object));
  add(item, true, std::move(part));
  return Status::success();
}

/// A call of a tool that takes a text: one argument.
Status read_custom_call(Item& item) {
  GEMINATE_CHECK_OK(
      check_members(item.path, item.json,
                    {"type", "id", "call_id", "name", "input", "status", "namespace", "extra_content"}));
  GEMINATE_TRY(Part part, begin_call(item));
  GEMINATE_TRY(const std::string_view input, need_text(item.path, item.json, "input"));
  part.json = item.items.conversation.keep(result_object(input, "input"));
  add(item, true, std::move(part));
  return Status::success();
}

Status read_call_result(Item& item) {
  GEMINATE_CHECK_OK(check_members(item.path, item.json, {"type", "id", "call_id", "output", "status"}));
  Conversation& conversation = item.items.conversation;
  item.items.signature = {};
  Part result;
  result.kind = Part::Kind::ToolResult;
  GEMINATE_TRY(result.id, need_text(item.path, item.json, "call_id"));
  const auto name = conversation.calls.find(result.id);
  if (name == conversation.calls.end())
    return bad_field(item.path + ".call_id", "names no function_call of the items before");
  result.name = name->second;
  const Json* output = member(item.json, "output");
  if (output == nullptr) return bad_field(item.path + ".output", "is missing");
  GEMINATE_CHECK_OK(read_responses_output(item.path + ".output", *output, item.items.request, result));
  add(item, false, std::move(result));
  return Status::success();
}

/// Gemini takes its signature back where the reasoning led to. OpenAI's own cannot be read by anybody else;
/// its summary can.
Status read_reasoning(Item& item) {
  GEMINATE_CHECK_OK(check_members(item.path, item.json,
                                  {"type", "id", "summary", "content", "encrypted_content", "status"}));
  if (const Json* summary = member(item.json, "summary"); summary != nullptr && summary->IsArray()) {
    for (const Json& piece : summary->GetArray()) {
      Part thought = Part::of_text(text_member(piece, "text"));
      thought.kind = Part::Kind::Thought;
      if (!thought.text.empty()) add(item, true, std::move(thought));
    }
  }
  const std::string_view content = text_member(item.json, "encrypted_content");
  if (!content.starts_with(kOurReasoning)) return Status::success();
  const std::string_view signature = content.substr(kOurReasoning.size());
  if (!is_base64(signature)) return bad_field(item.path + ".encrypted_content", "is not as it was sent");
  item.items.signature = signature;
  return Status::success();
}

Status read_code_call(Item& item) {
  const std::string_view code = text_member(item.json, "code");
  if (code.empty()) return Status::success();
  std::string logs;
  if (const Json* outputs = member(item.json, "outputs"); outputs != nullptr && outputs->IsArray()) {
    for (const Json& output : outputs->GetArray()) logs += text_member(output, "logs");
  }
  Part program = Part::of_text(code);
  if (logs.empty()) {
    // A program without a result would be no pair for Gemini.
    program.text = item.items.conversation.keep("```python\n" + std::string(code) + "\n```\n");
    add(item, true, std::move(program));
    return Status::success();
  }
  program.kind = Part::Kind::Code;
  add(item, true, std::move(program));
  Part result = Part::of_text(item.items.conversation.keep(std::move(logs)));
  result.kind = Part::Kind::CodeResult;
  add(item, true, std::move(result));
  return Status::success();
}

Status read_image_call(Item& item) {
  const std::string_view image = text_member(item.json, "result");
  if (image.empty()) return Status::success();
  const std::string_view format = text_member(item.json, "output_format");
  const std::string_view type =
      item.items.conversation.keep("image/" + std::string(format.empty() ? "png" : format));
  GEMINATE_TRY(Part part, read_media_data(item.path + ".result", type, image, "image/"));
  add(item, true, std::move(part));
  return Status::success();
}

/// What another server's tool was asked and said, as the model's text.
Status read_mcp_call(Item& item) {
  const std::string_view output = text_member(item.json, "output");
  if (output.empty()) return Status::success();
  std::string text = "[" + std::string(text_member(item.json, "name")) + " " +
                     std::string(text_member(item.json, "arguments")) + "]\n" + std::string(output) + "\n";
  add(item, true, Part::of_text(item.items.conversation.keep(std::move(text))));
  return Status::success();
}

Status read_file_search(Item& item) {
  const Json* results = member(item.json, "results");
  if (results == nullptr || !results->IsArray()) return Status::success();
  std::string text;
  for (const Json& result : results->GetArray()) {
    if (const auto found = text_member(result, "text"); !found.empty())
      text += "[" + std::string(text_member(result, "filename")) + "]\n" + std::string(found) + "\n";
  }
  if (!text.empty()) add(item, true, Part::of_text(item.items.conversation.keep(std::move(text))));
  return Status::success();
}

/// Tools that a search has found, or that joined later: they may be called from then on.
Status read_further_tools(Item& item) {
  const Json* tools = member(item.json, "tools");
  if (tools == nullptr) return Status::success();
  return read_responses_tools((item.path + ".tools").c_str(), *tools, item.items.request);
}

/// A search of the client's is a call like any other; one that OpenAI made has nothing to be answered.
Status read_tool_search(Item& item) {
  if (text_member(item.json, "execution") != "client") return Status::success();
  Part part;
  part.kind = Part::Kind::ToolCall;
  GEMINATE_TRY(part.id, need_text(item.path, item.json, "call_id"));
  part.name = kSearchTool;
  GEMINATE_TRY(part.signature, take_signature(item));
  const Json* arguments = member(item.json, "arguments");
  if (arguments == nullptr || !arguments->IsObject())
    return bad_field(item.path + ".arguments", "must be an object");
  part.json = item.items.conversation.keep(to_text(*arguments));
  add(item, true, std::move(part));
  return Status::success();
}

/// The tools that were found are declared; the model reads their names.
Status read_search_result(Item& item) {
  GEMINATE_CHECK_OK(read_further_tools(item));
  if (text_member(item.json, "execution") != "client") return Status::success();
  Part result;
  result.kind = Part::Kind::ToolResult;
  result.name = kSearchTool;
  GEMINATE_TRY(result.id, need_text(item.path, item.json, "call_id"));
  std::string names;
  if (const Json* tools = member(item.json, "tools"); tools != nullptr) {
    for (const Json& tool : tools->GetArray()) {
      if (!names.empty()) names += ", ";
      names += text_member(tool, "name");
    }
  }
  result.json = item.items.conversation.keep(result_object("These functions can be called now: " + names));
  add(item, false, std::move(result));
  return Status::success();
}

/// What such an item led to stands in the message that follows it.
Status pass_over(Item&) { return Status::success(); }

Status read_reference(Item& item) {
  GEMINATE_CHECK_OK(check_members(item.path, item.json, {"type", "id"}));
  GEMINATE_TRY(const std::string_view id, need_text(item.path, item.json, "id"));
  const auto& lookup = item.items.request.kept.item;
  const auto text = lookup ? lookup(id) : std::nullopt;
  if (!text) return bad_field(item.path + ".id", "names no item that is stored here (any more)");
  JsonDocument& document = item.items.request.documents.emplace_back();
  GEMINATE_CHECK_OK(parse_object(*text, "the stored item", document));
  Item found{document, item.path, item.items};
  return read_item(found);
}

struct ItemReader {
  std::string_view type;
  Status (*read)(Item& item);
};

constexpr ItemReader kReaders[] = {
    {"message", read_message},
    {"function_call", read_call},
    {"function_call_output", read_call_result},
    {"custom_tool_call", read_custom_call},
    {"custom_tool_call_output", read_call_result},
    {"reasoning", read_reasoning},
    {"item_reference", read_reference},
    {"code_interpreter_call", read_code_call},
    {"image_generation_call", read_image_call},
    {"file_search_call", read_file_search},
    {"mcp_call", read_mcp_call},
    {"mcp_list_tools", pass_over},
    {"web_search_call", pass_over},
    {"tool_search_call", read_tool_search},
    {"tool_search_output", read_search_result},
    {"additional_tools", read_further_tools},
};

Result<std::string_view> type_of(const Item& item) {
  const Json* type = member(item.json, "type");
  if (type != nullptr && !type->IsString()) return bad_field(item.path + ".type", "must be a string");
  if (type != nullptr) return text_of(*type);
  const bool is_reference = member(item.json, "role") == nullptr && !text_member(item.json, "id").empty();
  return std::string_view(is_reference ? "item_reference" : "message");
}

Status read_item(Item& item) {
  if (!item.json.IsObject()) return bad_field(item.path, "must be an object");
  GEMINATE_TRY(const std::string_view type, type_of(item));
  const auto* reader = std::find_if(std::begin(kReaders), std::end(kReaders),
                                    [type = type](const ItemReader& one) { return one.type == type; });
  if (reader == std::end(kReaders)) {
    return unsupported_field(item.path + ".type",
                             "Gemini has nothing like a \"" + std::string(type) + "\" item");
  }
  return reader->read(item);
}

void remember(ResponsesRequest& request, std::string_view item) {
  if (!request.store) return;
  if (!request.items.empty()) request.items += ',';
  request.items += item;
}

/// What a reference stands for is kept in its place: the item it names may be gone later.
std::string kept_text(const Json& json, const ResponsesRequest& request, std::size_t documents) {
  return request.documents.size() > documents ? to_text(request.documents.back()) : to_text(json);
}

Status read_previous(Items& items) {
  ResponsesRequest& request = items.request;
  if (request.previous.empty()) return Status::success();
  const auto& lookup = request.kept.items_of;
  const auto text = lookup ? lookup(request.previous) : std::nullopt;
  if (!text) {
    return Error{ErrorCode::BadRequest,
                 "Previous response with id '" + std::string(request.previous) + "' not found.",
                 {},
                 "previous_response_id",
                 {}};
  }
  JsonDocument& document = request.documents.emplace_back();
  GEMINATE_CHECK_OK(parse_object(R"({"items":[)" + *text + "]}", "the stored conversation", document));
  for (const Json& json : document["items"].GetArray()) {
    Item item{json, "previous_response_id", items};
    GEMINATE_CHECK_OK(read_item(item));
  }
  if (!text->empty()) remember(request, *text);
  return Status::success();
}

Status read_list(Items& items, const Json& list) {
  for (rapidjson::SizeType i = 0; i < list.Size(); ++i) {
    Item item{list[i], "input[" + std::to_string(i) + "]", items};
    const std::size_t documents = items.request.documents.size();
    GEMINATE_CHECK_OK(read_item(item));
    if (items.request.store) remember(items.request, kept_text(list[i], items.request, documents));
  }
  return Status::success();
}

void read_plain(Items& items, const Json& text) {
  if (text.GetStringLength() > 0) items.conversation.add(false, Part::of_text(text_of(text)), "input");
  if (!items.request.store) return;
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  put_text(writer, "type", "message");
  put_text(writer, "role", "user");
  writer.Key("content");
  writer.StartArray();
  writer.StartObject();
  put_text(writer, "type", "input_text");
  put_text(writer, "text", text_of(text));
  writer.EndObject();
  writer.EndArray();
  writer.EndObject();
  remember(items.request, {buffer.GetString(), buffer.GetSize()});
}

}  // namespace

Status read_responses_input(ResponsesRequest& request) {
  Items items{request, request.conversation, {}};
  GEMINATE_CHECK_OK(read_previous(items));
  items.signature = {};
  if (request.input != nullptr && request.input->IsString()) {
    read_plain(items, *request.input);
  } else if (request.input != nullptr && request.input->IsArray()) {
    GEMINATE_CHECK_OK(read_list(items, *request.input));
  } else if (request.input != nullptr) {
    return bad_field("input", "must be a string or a list of items");
  }
  if (request.conversation.turns.empty())
    return bad_field("input", "must hold at least one item that says something");
  return pair_tool_results(request.conversation, "call_id");
}

}  // namespace geminate::translate
