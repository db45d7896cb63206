#include <algorithm>
#include <array>

#include "backend/translate/anthropic_signature.h"
#include "backend/translate/anthropic_types.h"
#include "backend/translate/openai_types.h"

namespace geminate::translate {
namespace {

enum class Role { User, Assistant, System };

/// One message on its way into the conversation.
struct Message {
  const Json& json;
  std::string path;
  Role role;
  MessagesRequest& request;
  /// Of the part that comes next, from the thinking block before it.
  std::string_view next_signature{};

  [[nodiscard]] Conversation& conversation() const { return request.conversation; }
};

void add(Message& message, Part part) {
  if (part.kind != Part::Kind::Thought && !message.next_signature.empty()) {
    part.signature = message.next_signature;
    message.next_signature = {};
  }
  message.conversation().add(message.role == Role::Assistant, std::move(part), message.path);
}

Status add_all(Message& message, Result<Parts>&& parts) {
  if (!parts.ok()) return std::move(parts).error();
  for (Part& part : *parts) add(message, std::move(part));
  return Status::success();
}

template <Result<Parts> (*Read)(const Block&)>
Status read_plain(const Block& block, Message& message) {
  return add_all(message, Read(block));
}

/// Anthropic refuses texts that say nothing; those of an answer may be sent back.
Status read_text(const Block& block, Message& message) {
  GEMINATE_TRY(Parts parts, read_text_block(block));
  if (parts.empty() && message.role == Role::User) return bad_field(block.at("text"), "must not be empty");
  return add_all(message, std::move(parts));
}

Status read_system_text(const Block& block, Message& message) {
  GEMINATE_TRY(const Parts parts, read_text_block(block));
  for (const Part& part : parts) message.conversation().system.push_back(part.text);
  return Status::success();
}

Status read_thinking(const Block& block, Message& message) {
  GEMINATE_CHECK_OK(
      check_members(block.path, block.json, {"type", "thinking", "signature", "cache_control"}));
  GEMINATE_TRY(const std::string_view text, need_text(block.path, block.json, "thinking"));
  GEMINATE_TRY(const ThinkingSignature signature,
               read_thinking_signature(block.at("signature"), text_member(block.json, "signature")));
  if (signature.belongs == ThinkingSignature::Belongs::ToNext) message.next_signature = signature.signature;
  const bool signs = signature.belongs == ThinkingSignature::Belongs::ToThought;
  if (text.empty() && !signs) return Status::success();
  Part thought = Part::of_text(text);
  thought.kind = Part::Kind::Thought;
  if (signs) thought.signature = signature.signature;
  add(message, std::move(thought));
  return Status::success();
}

/// Thoughts that only Anthropic can read, and marks that say nothing.
Status pass_over(const Block&, Message&) { return Status::success(); }

Status read_tool_use(const Block& block, Message& message) {
  GEMINATE_CHECK_OK(check_members(
      block.path, block.json, {"type", "id", "name", "input", "cache_control", "caller", "toolset_name"}));
  Part call;
  call.kind = Part::Kind::ToolCall;
  GEMINATE_TRY(call.id, need_text(block.path, block.json, "id"));
  if (call.id.empty()) return bad_field(block.at("id"), "must not be empty");
  if (message.conversation().calls.contains(call.id))
    return bad_field(block.at("id"), "is the id of another tool call");
  GEMINATE_TRY(call.name, need_text(block.path, block.json, "name"));
  GEMINATE_CHECK_OK(check_function_name(block.at("name"), call.name));
  const Json* input = member(block.json, "input");
  if (input == nullptr || !input->IsObject()) return bad_field(block.at("input"), "must be an object");
  call.json = message.conversation().keep(to_text(*input));
  add(message, std::move(call));
  return Status::success();
}

Result<Parts> read_tool_reference(const Block& block) {
  GEMINATE_CHECK_OK(check_members(block.path, block.json, {"type", "tool_name", "cache_control"}));
  GEMINATE_TRY(const std::string_view name, need_text(block.path, block.json, "tool_name"));
  Parts parts;
  parts.push_back(Part::of_text(name));
  return parts;
}

Result<Parts> read_result_block(const Block& block) {
  if (!block.json.IsObject()) return bad_field(block.path, "must be an object");
  const std::string_view type = text_member(block.json, "type");
  if (type == "text") return read_text_block(block);
  if (type == "image") return read_image_block(block);
  if (type == "document") return read_document_block(block);
  if (type == "search_result") return read_search_result_block(block);
  if (type == "tool_reference") return read_tool_reference(block);
  return unsupported_field(block.at("type"),
                           "\"" + std::string(type) + "\" content has no place in a tool's result");
}

/// A tool's result in parts: its text, and what it shows.
Result<Parts> read_result_content(const Block& block) {
  Parts parts;
  const Json* content = member(block.json, "content");
  if (content == nullptr) return parts;
  if (content->IsString()) {
    parts.push_back(Part::of_text(text_of(*content)));
    return parts;
  }
  const std::string path = block.at("content");
  if (!content->IsArray()) return bad_field(path, "must be a string or a list of content blocks");
  for (rapidjson::SizeType i = 0; i < content->Size(); ++i) {
    GEMINATE_TRY(Parts read,
                 read_result_block({(*content)[i], path + "." + std::to_string(i), block.conversation}));
    for (Part& part : read) parts.push_back(std::move(part));
  }
  return parts;
}

Status read_tool_result(const Block& block, Message& message) {
  GEMINATE_CHECK_OK(
      check_members(block.path, block.json,
                    {"type", "tool_use_id", "content", "is_error", "cache_control", "toolset_name"}));
  Conversation& conversation = message.conversation();
  Part result;
  result.kind = Part::Kind::ToolResult;
  GEMINATE_TRY(result.id, need_text(block.path, block.json, "tool_use_id"));
  const auto call = conversation.calls.find(result.id);
  if (call == conversation.calls.end())
    return bad_field(block.at("tool_use_id"), "names no tool_use of the messages before");
  result.name = call->second;
  bool failed = false;
  if (const Json* is_error = member(block.json, "is_error"); is_error != nullptr) {
    GEMINATE_TRY(failed, read_bool(block.at("is_error"), *is_error));
  }
  GEMINATE_TRY(Parts parts, read_result_content(block));
  std::string text;
  Parts files;
  for (Part& part : parts) {
    if (part.kind == Part::Kind::Inline) {
      result.media.push_back(std::move(part));
    } else if (part.kind == Part::Kind::File) {
      // A function's response holds data alone: what has an address follows it.
      files.push_back(std::move(part));
    } else {
      text.append(text.empty() ? "" : "\n").append(part.text);
    }
  }
  result.json = conversation.keep(result_object(text, failed ? "error" : "output"));
  add(message, std::move(result));
  return add_all(message, std::move(files));
}

/// The tool of a system message's tool_addition or tool_removal.
Result<std::string_view> changed_tool(const Block& block) {
  GEMINATE_CHECK_OK(check_members(block.path, block.json, {"type", "tool", "cache_control"}));
  const Json* tool = member(block.json, "tool");
  if (tool == nullptr || !tool->IsObject()) return bad_field(block.at("tool"), "must be an object");
  return need_text(block.at("tool"), *tool, "name");
}

Status read_tool_addition(const Block& block, Message& message) {
  GEMINATE_TRY(const std::string_view name, changed_tool(block));
  std::erase(message.request.removed_tools, name);
  return Status::success();
}

Status read_tool_removal(const Block& block, Message& message) {
  GEMINATE_TRY(const std::string_view name, changed_tool(block));
  message.request.removed_tools.push_back(name);
  return Status::success();
}

/// The summary that stands for what was said before.
Status read_compaction(const Block& block, Message& message) {
  const std::string_view text = text_member(block.json, "content");
  if (!text.empty()) add(message, Part::of_text(text));
  return Status::success();
}

struct BlockReader {
  std::string_view type;
  Role role;
  Status (*read)(const Block& block, Message& message);
};

constexpr std::array<BlockReader, 18> kBlocks{
    {{"text", Role::User, read_text},
     {"text", Role::Assistant, read_text},
     {"text", Role::System, read_system_text},
     {"image", Role::User, read_plain<read_image_block>},
     {"document", Role::User, read_plain<read_document_block>},
     {"search_result", Role::User, read_plain<read_search_result_block>},
     {"container_upload", Role::User, read_plain<read_container_upload_block>},
     {"tool_result", Role::User, read_tool_result},
     {"tool_use", Role::Assistant, read_tool_use},
     {"thinking", Role::Assistant, read_thinking},
     {"redacted_thinking", Role::Assistant, pass_over},
     {"fallback", Role::Assistant, pass_over},
     {"mcp_tool_listing", Role::Assistant, pass_over},
     {"server_tool_use", Role::Assistant, read_plain<read_server_call>},
     {"mcp_tool_use", Role::Assistant, read_plain<read_server_call>},
     {"compaction", Role::Assistant, read_compaction},
     {"tool_addition", Role::System, read_tool_addition},
     {"tool_removal", Role::System, read_tool_removal}}};

Status read_block(const Block& block, Message& message) {
  if (!block.json.IsObject()) return bad_field(block.path, "must be an object");
  GEMINATE_TRY(const std::string_view type, need_text(block.path, block.json, "type"));
  for (const BlockReader& reader : kBlocks) {
    if (reader.type == type && reader.role == message.role) return reader.read(block, message);
  }
  // web_search_tool_result, bash_code_execution_tool_result, mcp_tool_result …
  if (message.role == Role::Assistant && type.ends_with("_tool_result"))
    return add_all(message, read_server_result(block));
  return unsupported_field(block.at("type"),
                           "\"" + std::string(type) + "\" content has no place in this message");
}

Result<Role> read_role(const std::string& path, const Json& message) {
  const std::string_view role = text_member(message, "role");
  if (role == "user") return Role::User;
  if (role == "assistant") return Role::Assistant;
  if (role == "system") return Role::System;
  return bad_field(path + ".role", "must be \"user\" or \"assistant\"");
}

Status read_text_content(const Json& content, Message& message) {
  const std::string_view text = text_of(content);
  if (text.empty()) {
    if (message.role == Role::Assistant) return Status::success();
    return bad_field(message.path + ".content", "must not be empty");
  }
  if (message.role == Role::System) {
    message.conversation().system.push_back(text);
  } else {
    add(message, Part::of_text(text));
  }
  return Status::success();
}

Status read_message(Message& message) {
  GEMINATE_CHECK_OK(check_members(message.path, message.json, {"role", "content"}));
  const std::string path = message.path + ".content";
  const Json* content = member(message.json, "content");
  if (content != nullptr && content->IsString()) return read_text_content(*content, message);
  if (content == nullptr || !content->IsArray())
    return bad_field(path, "must be a string or a list of content blocks");
  if (content->Empty() && message.role != Role::Assistant) return bad_field(path, "must not be empty");
  for (rapidjson::SizeType i = 0; i < content->Size(); ++i) {
    GEMINATE_CHECK_OK(
        read_block({(*content)[i], path + "." + std::to_string(i), message.conversation()}, message));
  }
  return Status::success();
}

}  // namespace

Status read_anthropic_messages(const Json& messages, MessagesRequest& request) {
  if (!messages.IsArray()) return bad_field("messages", "must be a list");
  for (rapidjson::SizeType i = 0; i < messages.Size(); ++i) {
    std::string path = "messages." + std::to_string(i);
    if (!messages[i].IsObject()) return bad_field(path, "must be an object");
    GEMINATE_TRY(const Role role, read_role(path, messages[i]));
    Message message{messages[i], std::move(path), role, request};
    GEMINATE_CHECK_OK(read_message(message));
  }
  return pair_tool_results(request.conversation, "tool_use_id");
}

Status read_anthropic_system(const char* field, const Json& system, MessagesRequest& request) {
  // What the messages say to the system comes after this, whichever stands first in the JSON.
  auto& texts = request.conversation.system;
  auto place = texts.begin();
  if (system.IsString()) {
    if (system.GetStringLength() > 0) texts.insert(place, text_of(system));
    return Status::success();
  }
  if (!system.IsArray()) return bad_field(field, "must be a string or a list of text blocks");
  for (rapidjson::SizeType i = 0; i < system.Size(); ++i) {
    const Block block{system[i], std::string(field) + "." + std::to_string(i), request.conversation};
    if (!block.json.IsObject()) return bad_field(block.path, "must be an object");
    if (text_member(block.json, "type") != "text") return bad_field(block.at("type"), "must be \"text\"");
    GEMINATE_TRY(const Parts parts, read_text_block(block));
    for (const Part& part : parts) place = texts.insert(place, part.text) + 1;
  }
  return Status::success();
}

}  // namespace geminate::translate
