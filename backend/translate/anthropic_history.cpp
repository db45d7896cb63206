// What tools that ran on a server left in a conversation.
#include <array>

#include "backend/translate/anthropic_types.h"

namespace geminate::translate {
namespace {

/// What of a result is worth reading again; the rest is ids, kinds and encrypted pages.
constexpr std::array<std::string_view, 9> kReadable{"title",  "url",        "text",          "data", "stdout",
                                                    "stderr", "error_code", "error_message", "lines"};
/// A result within a result within a result …
constexpr int kDeepest = 8;

bool is_readable(std::string_view name) {
  for (const std::string_view known : kReadable) {
    if (known == name) return true;
  }
  return false;
}

void gather(const Json& value, int depth, std::string& out) {
  if (depth > kDeepest) return;
  if (value.IsArray()) {
    for (const Json& item : value.GetArray()) gather(item, depth + 1, out);
    return;
  }
  if (!value.IsObject()) return;
  for (const auto& [name, inner] : value.GetObject()) {
    if (inner.IsString()) {
      if (is_readable(text_of(name)) && inner.GetStringLength() > 0)
        out.append(text_of(inner)).append(text_of(inner).ends_with('\n') ? "" : "\n");
    } else {
      gather(inner, depth + 1, out);
    }
  }
}

Parts told(const Block& block, std::string text) {
  Parts parts;
  if (!text.empty()) parts.push_back(Part::of_text(block.conversation.keep(std::move(text))));
  return parts;
}

Parts code(Part::Kind kind, std::string_view text) {
  Part part = Part::of_text(text);
  part.kind = kind;
  Parts parts;
  parts.push_back(std::move(part));
  return parts;
}

}  // namespace

Result<Parts> read_server_call(const Block& block) {
  GEMINATE_CHECK_OK(check_members(block.path, block.json,
                                  {"type", "id", "name", "input", "server_name", "caller", "cache_control"}));
  GEMINATE_TRY(const std::string_view name, need_text(block.path, block.json, "name"));
  const Json* input = member(block.json, "input");
  if (input == nullptr || !input->IsObject()) return bad_field(block.at("input"), "must be an object");
  // Every tool is declared, so there is nothing to say of how one was found.
  if (name.starts_with("tool_search_tool_")) return Parts{};
  if (name == "code_execution") return code(Part::Kind::Code, text_member(*input, "code"));
  return told(block, "(The tool " + std::string(name) + " was used with " + to_text(*input) + ")");
}

Result<Parts> read_server_result(const Block& block) {
  GEMINATE_CHECK_OK(check_members(block.path, block.json,
                                  {"type", "tool_use_id", "content", "is_error", "caller", "cache_control"}));
  const std::string_view type = text_member(block.json, "type");
  if (type == "tool_search_tool_result") return Parts{};
  const Json* content = member(block.json, "content");
  if (type == "code_execution_tool_result" && content != nullptr && content->IsObject()) {
    const std::string_view output = text_member(*content, "stdout");
    return code(Part::Kind::CodeResult, output.empty() ? text_member(*content, "stderr") : output);
  }
  std::string text;
  if (content != nullptr && content->IsString()) text = text_of(*content);
  if (content != nullptr) gather(*content, 0, text);
  if (text.empty()) return Parts{};
  return told(block, "(It returned: " + text + ")");
}

}  // namespace geminate::translate
