#include <algorithm>
#include <array>

#include "backend/translate/media.h"
#include "backend/translate/openai_types.h"

namespace geminate::translate {
namespace {

enum class Role { System, User, Assistant, Tool };

/// One message on its way into the conversation.
struct Message {
  const Json& json;
  const std::string path;
  Role role;
  Conversation& conversation;
  GenerationConfig& config;
};

Result<std::string_view> read_string(const std::string& path, const Json& object, const char* name) {
  const Json* value = member(object, name);
  if (value == nullptr || !value->IsString()) return bad_field(path + "." + name, "must be a string");
  return text_of(*value);
}

/// The object below `name`, which may have the members `known` alone.
Result<const Json*> read_object(const std::string& path, const Json& part, const char* name,
                                std::initializer_list<std::string_view> known) {
  const Json* object = member(part, name);
  const std::string here = path + "." + name;
  if (object == nullptr || !object->IsObject()) return bad_field(here, "must be an object");
  for (const auto& [key, value] : object->GetObject()) {
    if (value.IsNull() || std::find(known.begin(), known.end(), text_of(key)) != known.end()) continue;
    return unsupported_field(here + "." + std::string(text_of(key)));
  }
  return object;
}

Result<Part> read_image(const std::string& path, const Json& part, Message& message) {
  GEMINATE_TRY(const Json* image, read_object(path, part, "image_url", {"url", "detail"}));
  if (const Json* detail = member(*image, "detail"); detail != nullptr)
    GEMINATE_CHECK_OK(read_image_detail(path + ".image_url.detail", *detail, message.config));
  GEMINATE_TRY(const std::string_view url, read_string(path + ".image_url", *image, "url"));
  return read_media_address(path + ".image_url.url", url, "image/");
}

Result<Part> read_video(const std::string& path, const Json& part, Message&) {
  GEMINATE_TRY(const Json* video, read_object(path, part, "video_url", {"url"}));
  GEMINATE_TRY(const std::string_view url, read_string(path + ".video_url", *video, "url"));
  return read_media_address(path + ".video_url.url", url, "video/");
}

Result<Part> read_audio(const std::string& path, const Json& part, Message& message) {
  GEMINATE_TRY(const Json* audio, read_object(path, part, "input_audio", {"data", "format"}));
  const std::string here = path + ".input_audio";
  GEMINATE_TRY(const std::string_view data, read_string(here, *audio, "data"));
  GEMINATE_TRY(const std::string_view format, read_string(here, *audio, "format"));
  const std::string_view type = type_of_ending("." + std::string(format));
  if (!type.starts_with("audio/"))
    return bad_field(here + ".format", "must be \"wav\", \"mp3\", \"aiff\", \"aac\", \"ogg\" or \"flac\"");
  (void)message;
  return read_media_data(here + ".data", type, data, "audio/");
}

Result<Part> read_file(const std::string& path, const Json& part, Message&) {
  GEMINATE_TRY(const Json* file, read_object(path, part, "file", {"file_data", "filename", "file_id"}));
  const std::string here = path + ".file";
  if (member(*file, "file_id") != nullptr) {
    GEMINATE_TRY(const std::string_view id, read_string(here, *file, "file_id"));
    if (!id.starts_with("files/"))
      return unsupported_field(here + ".file_id", "only Gemini's own files (\"files/…\") are known");
    return read_media_address(here + ".file_id", id, {});
  }
  GEMINATE_TRY(const std::string_view data, read_string(here, *file, "file_data"));
  if (data.starts_with("data:") || data.starts_with("http"))
    return read_media_address(here + ".file_data", data, {});
  const std::string_view type = type_of_ending(text_member(*file, "filename"));
  if (type.empty())
    return bad_field(here + ".file_data", "must be a data URI where the filename's ending tells no type");
  return read_media_data(here + ".file_data", type, data, {});
}

Result<Part> read_text(const std::string& path, const Json& part, Message&) {
  GEMINATE_TRY(const std::string_view text, read_string(path, part, "text"));
  return Part::of_text(text);
}

Result<Part> read_refusal(const std::string& path, const Json& part, Message&) {
  GEMINATE_TRY(const std::string_view text, read_string(path, part, "refusal"));
  return Part::of_text(text);
}

struct PartReader {
  std::string_view type;
  Result<Part> (*read)(const std::string& path, const Json& part, Message& message);
  bool in_system;
  bool in_user;
  bool in_assistant;
  bool in_tool;
};

constexpr std::array<PartReader, 6> kParts{{{"text", read_text, true, true, true, true},
                                            {"image_url", read_image, false, true, false, true},
                                            {"video_url", read_video, false, true, false, true},
                                            {"input_audio", read_audio, false, true, false, false},
                                            {"file", read_file, false, true, false, true},
                                            {"refusal", read_refusal, false, false, true, false}}};

bool fits(const PartReader& reader, Role role) {
  switch (role) {
    case Role::System:
      return reader.in_system;
    case Role::User:
      return reader.in_user;
    case Role::Assistant:
      return reader.in_assistant;
    case Role::Tool:
      return reader.in_tool;
  }
  return false;
}

Result<Part> read_part(const std::string& path, const Json& part, Message& message) {
  if (!part.IsObject()) return bad_field(path, "must be an object");
  const std::string_view type = text_member(part, "type");
  if (type.empty()) return bad_field(path + ".type", "must be a string");
  const auto* reader =
      std::find_if(kParts.begin(), kParts.end(), [type](const PartReader& one) { return one.type == type; });
  if (reader == kParts.end() || !fits(*reader, message.role)) {
    return unsupported_field(path + ".type",
                             "\"" + std::string(type) + "\" content has no place in this message");
  }
  for (const auto& [name, value] : part.GetObject()) {
    const std::string_view field = text_of(name);
    // Hints for OpenRouter's and Anthropic's caches, which Gemini has by itself.
    if (value.IsNull() || field == "type" || field == type || field == "cache_control") continue;
    return unsupported_field(path + "." + std::string(field));
  }
  return reader->read(path, part, message);
}

Result<std::vector<Part>> read_content(Message& message) {
  std::vector<Part> parts;
  const std::string path = message.path + ".content";
  const Json* content = member(message.json, "content");
  // Empty texts say nothing, and Gemini refuses them.
  if (content != nullptr && content->IsString()) {
    if (content->GetStringLength() > 0) parts.push_back(Part::of_text(text_of(*content)));
    return parts;
  }
  const bool may_lack = message.role == Role::Assistant;
  if (content == nullptr && may_lack) return parts;
  if (content == nullptr || !content->IsArray() || (content->Empty() && !may_lack)) {
    return bad_field(path, "must be a string or a list of content parts");
  }
  for (rapidjson::SizeType i = 0; i < content->Size(); ++i) {
    GEMINATE_TRY(Part part, read_part(path + "[" + std::to_string(i) + "]", (*content)[i], message));
    if (part.kind != Part::Kind::Text || !part.text.empty()) parts.push_back(std::move(part));
  }
  return parts;
}

Result<Role> read_role(const std::string& path, const Json& message) {
  const std::string_view role = text_member(message, "role");
  if (role == "system" || role == "developer") return Role::System;
  if (role == "user") return Role::User;
  if (role == "assistant") return Role::Assistant;
  if (role == "tool") return Role::Tool;
  const std::string field = path + ".role";
  if (role == "function") return unsupported_field(field, "give the result as a \"tool\" message");
  return bad_field(field, "must be \"system\", \"developer\", \"user\", \"assistant\" or \"tool\"");
}

/// What each role's messages may hold; an answer of ours may come back as a message just as it was.
constexpr std::array<std::string_view, 4> kForAll{"role", "content", "name", "cache_control"};
constexpr std::array<std::string_view, 6> kOfAssistant{"tool_calls",        "refusal",   "annotations",
                                                       "reasoning_content", "reasoning", "extra_content"};
constexpr std::array<std::string_view, 1> kOfTool{"tool_call_id"};

template <std::size_t N>
bool holds(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Status check_message_fields(const Message& message) {
  for (const auto& [name, value] : message.json.GetObject()) {
    const std::string_view field = text_of(name);
    const bool says_nothing = value.IsNull() || (value.IsArray() && value.Empty());
    const bool known = holds(kForAll, field) ||
                       (message.role == Role::Assistant && holds(kOfAssistant, field)) ||
                       (message.role == Role::Tool && holds(kOfTool, field));
    if (!known && !says_nothing) return unsupported_field(message.path + "." + std::string(field));
  }
  return Status::success();
}

Result<Part> read_tool_call(const std::string& path, const Json& call, Message& message) {
  if (!call.IsObject()) return bad_field(path, "must be an object");
  const Json* function = member(call, "function");
  if (const auto type = text_member(call, "type"); (!type.empty() && type != "function"))
    return unsupported_field(path + ".type", "only calls of functions are known");
  if (function == nullptr || !function->IsObject()) return bad_field(path + ".function", "must be an object");
  Part part;
  part.kind = Part::Kind::ToolCall;
  GEMINATE_TRY(part.id, read_string(path, call, "id"));
  if (part.id.empty()) return bad_field(path + ".id", "must not be empty");
  GEMINATE_TRY(part.name, read_string(path + ".function", *function, "name"));
  GEMINATE_CHECK_OK(check_function_name(path + ".function.name", part.name));
  GEMINATE_TRY(const std::string_view arguments, read_string(path + ".function", *function, "arguments"));
  GEMINATE_TRY(std::string object, arguments_object(path + ".function.arguments", arguments));
  part.json = message.conversation.keep(std::move(object));
  GEMINATE_TRY(part.signature, read_signature(path, call));
  return part;
}

Status read_assistant(Message& message, std::vector<Part> parts) {
  Conversation& conversation = message.conversation;
  for (const char* name : {"reasoning_content", "reasoning"}) {
    const std::string_view text = text_member(message.json, name);
    if (text.empty()) continue;
    Part thought = Part::of_text(text);
    thought.kind = Part::Kind::Thought;
    conversation.add(true, thought, message.path);
    break;
  }
  if (const std::string_view refusal = text_member(message.json, "refusal"); !refusal.empty())
    parts.push_back(Part::of_text(refusal));
  GEMINATE_TRY(const std::string_view signature, read_signature(message.path, message.json));
  if (!signature.empty() && !parts.empty()) parts.back().signature = signature;
  const bool has_text = !parts.empty();
  for (Part& part : parts) conversation.add(true, std::move(part), message.path);
  const Json* calls = member(message.json, "tool_calls");
  if (calls == nullptr || (calls->IsArray() && calls->Empty())) {
    const bool has_content = member(message.json, "content") != nullptr || has_text;
    return has_content ? Status::success()
                       : bad_field(message.path + ".content", "must be there where tool_calls is not");
  }
  const std::string path = message.path + ".tool_calls";
  if (!calls->IsArray()) return bad_field(path, "must be a list");
  for (rapidjson::SizeType i = 0; i < calls->Size(); ++i) {
    GEMINATE_TRY(Part call, read_tool_call(path + "[" + std::to_string(i) + "]", (*calls)[i], message));
    conversation.add(true, std::move(call), message.path);
  }
  return Status::success();
}

Status read_tool_result(Message& message, std::vector<Part> parts) {
  Conversation& conversation = message.conversation;
  Part result;
  result.kind = Part::Kind::ToolResult;
  GEMINATE_TRY(result.id, read_string(message.path, message.json, "tool_call_id"));
  const auto name = conversation.calls.find(result.id);
  if (name == conversation.calls.end())
    return bad_field(message.path + ".tool_call_id", "names no tool call of the messages before");
  result.name = name->second;
  std::string text;
  for (Part& part : parts) {
    if (part.is_media()) {
      result.media.push_back(std::move(part));
    } else {
      text += part.text;
    }
  }
  result.json = conversation.keep(result_object(text));
  conversation.add(false, std::move(result), message.path);
  return Status::success();
}

/// Gemini has no names for those who speak: the user's stands before what is said.
void add_speaker(const Message& message, std::vector<Part>& parts) {
  const std::string_view name = text_member(message.json, "name");
  if (name.empty() || parts.empty()) return;
  parts.insert(parts.begin(), Part::of_text(message.conversation.keep(std::string(name) + ": ")));
}

Status read_message(Message& message) {
  GEMINATE_CHECK_OK(check_message_fields(message));
  GEMINATE_TRY(std::vector<Part> parts, read_content(message));
  switch (message.role) {
    case Role::System:
      for (const Part& part : parts) message.conversation.system.push_back(part.text);
      return Status::success();
    case Role::User:
      add_speaker(message, parts);
      for (Part& part : parts) message.conversation.add(false, std::move(part), message.path);
      return Status::success();
    case Role::Assistant:
      return read_assistant(message, std::move(parts));
    case Role::Tool:
      return read_tool_result(message, std::move(parts));
  }
  return Status::success();
}

}  // namespace

Result<std::string_view> read_signature(const std::string& path, const Json& holder) {
  const Json* extra = member(holder, "extra_content");
  const Json* google = extra == nullptr ? nullptr : member(*extra, "google");
  const std::string_view signature =
      google == nullptr ? std::string_view() : text_member(*google, "thought_signature");
  if (!signature.empty() && !is_base64(signature))
    return bad_field(path + ".extra_content.google.thought_signature", "does not hold valid base64");
  return signature;
}

Status read_messages(const Json& messages, Conversation& conversation, GenerationConfig& config) {
  if (!messages.IsArray()) return bad_field("messages", "must be a list");
  for (rapidjson::SizeType i = 0; i < messages.Size(); ++i) {
    std::string path = "messages[" + std::to_string(i) + "]";
    if (!messages[i].IsObject()) return bad_field(path, "must be an object");
    GEMINATE_TRY(const Role role, read_role(path, messages[i]));
    Message message{messages[i], std::move(path), role, conversation, config};
    GEMINATE_CHECK_OK(read_message(message));
  }
  return pair_tool_results(conversation, "tool_call_id");
}

}  // namespace geminate::translate
