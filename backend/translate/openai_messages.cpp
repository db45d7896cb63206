#include <algorithm>

#include "backend/translate/openai_types.h"

namespace geminate::translate {
namespace {

constexpr std::string_view kBase64Alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool is_base64(std::string_view text) {
  std::size_t padding = 0;
  while (padding < 2 && !text.empty() && text.back() == '=') {
    text.remove_suffix(1);
    ++padding;
  }
  // Writers differ about padding; a single left-over character is wrong in any case.
  return !text.empty() && text.size() % 4 != 1 &&
         text.find_first_not_of(kBase64Alphabet) == std::string_view::npos;
}

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// "data:image/png;base64,AAAA"
Result<ChatPart> read_data_uri(const std::string& path, std::string_view uri) {
  constexpr std::string_view kScheme = "data:";
  constexpr std::string_view kEncoding = ";base64";
  if (!starts_with(uri, kScheme)) {
    return unsupported_field(path,
                             "an image must come inside the request, as a \"data:image/...;base64,\" URI");
  }
  uri.remove_prefix(kScheme.size());
  const std::size_t comma = uri.find(',');
  if (comma == std::string_view::npos) return bad_field(path, "is no complete data URI");
  std::string_view type = uri.substr(0, comma);
  const bool encoded =
      type.size() > kEncoding.size() && type.substr(type.size() - kEncoding.size()) == kEncoding;
  if (!encoded) return bad_field(path, "must be encoded in base64");
  type = type.substr(0, type.find(';'));
  if (!starts_with(type, "image/")) return unsupported_field(path, "only images are supported");
  const std::string_view data = uri.substr(comma + 1);
  if (!is_base64(data)) return bad_field(path, "does not hold valid base64");
  return ChatPart{{}, type, data};
}

Status read_image_detail(const std::string& path, const Json& value, ChatRequest& request) {
  const std::string_view detail = value.IsString() ? text_of(value) : std::string_view();
  if (detail == "auto") return Status::success();
  if (detail != "low" && detail != "high") return bad_field(path, "must be \"auto\", \"low\" or \"high\"");
  if (!request.image_detail.empty() && request.image_detail != detail) {
    return unsupported_field(path, "all images of a request share one detail");
  }
  request.image_detail = detail;
  return Status::success();
}

Result<ChatPart> read_image(const std::string& path, const Json& part, ChatRequest& request) {
  const Json* image = member(part, "image_url");
  if (image == nullptr || !image->IsObject()) return bad_field(path + ".image_url", "must be an object");
  for (const auto& [name, value] : image->GetObject()) {
    if (value.IsNull() || text_of(name) == "url") continue;
    const std::string field = path + ".image_url." + name.GetString();
    if (text_of(name) != "detail") return unsupported_field(field);
    GEMINATE_CHECK_OK(read_image_detail(field, value, request));
  }
  const Json* url = member(*image, "url");
  const std::string url_path = path + ".image_url.url";
  if (url == nullptr || !url->IsString()) return bad_field(url_path, "must be a string");
  return read_data_uri(url_path, text_of(*url));
}

Result<ChatPart> read_text(const std::string& path, const Json& part, const char* name) {
  const Json* text = member(part, name);
  if (text == nullptr || !text->IsString()) return bad_field(path + "." + name, "must be a string");
  return ChatPart{text_of(*text), {}, {}};
}

Status only_fields(const std::string& path, const Json& part, std::string_view wanted) {
  for (const auto& [name, value] : part.GetObject()) {
    const std::string_view field = text_of(name);
    if (!value.IsNull() && field != "type" && field != wanted) {
      return unsupported_field(path + "." + std::string(field));
    }
  }
  return Status::success();
}

enum class Role { System, User, Assistant };

Result<ChatPart> read_part(const std::string& path, const Json& part, Role role, ChatRequest& request) {
  if (!part.IsObject()) return bad_field(path, "must be an object");
  const std::string_view type = text_member(part, "type");
  const bool known = type == "text" || (type == "image_url" && role == Role::User) ||
                     (type == "refusal" && role == Role::Assistant);
  if (type.empty()) return bad_field(path + ".type", "must be a string");
  if (!known)
    return unsupported_field(path + ".type", "\"" + std::string(type) + "\" content is not translated");
  GEMINATE_CHECK_OK(only_fields(path, part, type));
  if (type == "image_url") return read_image(path, part, request);
  return read_text(path, part, type == "text" ? "text" : "refusal");
}

Result<std::vector<ChatPart>> read_content(const std::string& path, const Json* content, Role role,
                                           ChatRequest& request) {
  std::vector<ChatPart> parts;
  if (content != nullptr && content->IsString()) {
    parts.push_back({text_of(*content), {}, {}});
    return parts;
  }
  if (content == nullptr || !content->IsArray() || content->Empty()) {
    return bad_field(path, "must be a string or a list of content parts");
  }
  for (rapidjson::SizeType i = 0; i < content->Size(); ++i) {
    const std::string part_path = path + "[" + std::to_string(i) + "]";
    GEMINATE_TRY(ChatPart part, read_part(part_path, (*content)[i], role, request));
    parts.push_back(part);
  }
  return parts;
}

Result<Role> read_role(const std::string& path, const Json& message) {
  const std::string_view role = text_member(message, "role");
  if (role == "system" || role == "developer") return Role::System;
  if (role == "user") return Role::User;
  if (role == "assistant") return Role::Assistant;
  const std::string field = path + ".role";
  if (role == "tool" || role == "function") return unsupported_field(field, "tools are not translated yet");
  return bad_field(field, "must be \"system\", \"developer\", \"user\" or \"assistant\"");
}

// An answer of ours may come back as a message just as it was: its empty fields say nothing.
Status check_message_fields(const std::string& path, const Json& message) {
  for (const auto& [name, value] : message.GetObject()) {
    const std::string_view field = text_of(name);
    const bool empty = value.IsNull() || (value.IsArray() && value.Empty());
    if (field == "role" || field == "content" || empty) continue;
    return unsupported_field(path + "." + std::string(field));
  }
  return Status::success();
}

void append(std::vector<ChatPart> parts, Role role, ChatRequest& request) {
  if (role == Role::System) {
    for (const ChatPart& part : parts) request.system.push_back(part.text);
    return;
  }
  const bool of_model = role == Role::Assistant;
  if (request.turns.empty() || request.turns.back().of_model != of_model)
    request.turns.push_back({of_model, {}});
  std::vector<ChatPart>& turn = request.turns.back().parts;
  turn.insert(turn.end(), parts.begin(), parts.end());
}

}  // namespace

Status read_messages(const Json& messages, ChatRequest& request) {
  if (!messages.IsArray()) return bad_field("messages", "must be a list");
  for (rapidjson::SizeType i = 0; i < messages.Size(); ++i) {
    const Json& message = messages[i];
    const std::string path = "messages[" + std::to_string(i) + "]";
    if (!message.IsObject()) return bad_field(path, "must be an object");
    GEMINATE_TRY(const Role role, read_role(path, message));
    GEMINATE_CHECK_OK(check_message_fields(path, message));
    GEMINATE_TRY(auto parts, read_content(path + ".content", member(message, "content"), role, request));
    append(std::move(parts), role, request);
  }
  return Status::success();
}

}  // namespace geminate::translate
