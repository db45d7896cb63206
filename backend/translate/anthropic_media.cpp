// Content blocks that say or show something: texts, pictures, documents, search results.
#include <algorithm>
#include <array>

#include "backend/translate/anthropic_types.h"
#include "backend/translate/media.h"

namespace geminate::translate {
namespace {

/// Of Anthropic's four types Gemini does not read GIF.
constexpr std::array<std::string_view, 3> kImageTypes{"image/jpeg", "image/png", "image/webp"};

Parts just(Part part) {
  Parts parts;
  parts.push_back(std::move(part));
  return parts;
}

void say(Parts& parts, std::string_view text) {
  if (!text.empty()) parts.push_back(Part::of_text(text));
}

Result<Part> read_base64(const std::string& path, const Json& source, MediaKind kind) {
  GEMINATE_CHECK_OK(check_members(path, source, {"type", "media_type", "data"}));
  GEMINATE_TRY(const std::string_view type, need_text(path, source, "media_type"));
  const bool is_image = std::find(kImageTypes.begin(), kImageTypes.end(), type) != kImageTypes.end();
  if (kind == "image/" && !is_image)
    return bad_field(path + ".media_type", "must be \"image/jpeg\", \"image/png\" or \"image/webp\"");
  if (kind != "image/" && type != "application/pdf")
    return bad_field(path + ".media_type", "must be \"application/pdf\"");
  GEMINATE_TRY(const std::string_view data, need_text(path, source, "data"));
  if (data.size() > kLargestInline)
    return bad_field(path + ".data", "is larger than the 20 MB that Gemini takes inside a request");
  return read_media_data(path + ".data", type, data, kind);
}

Result<Part> read_file(const std::string& path, const Json& holder) {
  GEMINATE_TRY(const std::string_view id, need_text(path, holder, "file_id"));
  if (!id.starts_with("files/"))
    return unsupported_field(path + ".file_id", "only Gemini's own files (\"files/…\") are known");
  return read_media_address(path + ".file_id", id, {});
}

Result<Part> read_url(const std::string& path, const Json& source, MediaKind kind) {
  GEMINATE_CHECK_OK(check_members(path, source, {"type", "url"}));
  GEMINATE_TRY(const std::string_view url, need_text(path, source, "url"));
  GEMINATE_TRY(Part part, read_media_address(path + ".url", url, kind));
  // A document that is fetched is a PDF, whatever its address ends in.
  if (kind != "image/" && part.mime_type.empty()) part.mime_type = "application/pdf";
  return part;
}

/// The kinds of sources that pictures and documents share.
Result<Part> read_source(const std::string& path, const Json& source, MediaKind kind) {
  const std::string_view type = text_member(source, "type");
  if (type == "base64") return read_base64(path, source, kind);
  if (type == "url") return read_url(path, source, kind);
  if (type == "file") {
    GEMINATE_CHECK_OK(check_members(path, source, {"type", "file_id"}));
    return read_file(path, source);
  }
  return bad_field(path + ".type", kind == "image/" ? "must be \"base64\", \"url\" or \"file\""
                                                    : "must be \"base64\", \"text\", \"content\", \"url\" "
                                                      "or \"file\"");
}

Result<const Json*> source_of(const Block& block) {
  const Json* source = member(block.json, "source");
  if (source == nullptr || !source->IsObject()) return bad_field(block.at("source"), "must be an object");
  return source;
}

/// Gemini does not say which passage of what it was given an answer comes from.
Status refuse_citations(const Block& block) {
  const Json* citations = member(block.json, "citations");
  if (citations == nullptr || says_nothing(*citations)) return Status::success();
  if (!citations->IsObject()) return bad_field(block.at("citations"), "must be an object");
  const Json* enabled = member(*citations, "enabled");
  if (enabled == nullptr || enabled->IsFalse()) return Status::success();
  return unsupported_field(block.at("citations") + ".enabled", "Gemini cites no passages of documents");
}

/// A list of blocks inside another, or a string.
Result<Parts> read_inner_content(const std::string& path, const Json& holder, Conversation& conversation) {
  const Json* content = member(holder, "content");
  Parts parts;
  if (content != nullptr && content->IsString()) {
    say(parts, text_of(*content));
    return parts;
  }
  const std::string here = path + ".content";
  if (content == nullptr || !content->IsArray()) return bad_field(here, "must be a string or a list");
  for (rapidjson::SizeType i = 0; i < content->Size(); ++i) {
    const Block inner{(*content)[i], here + "." + std::to_string(i), conversation};
    if (!inner.json.IsObject()) return bad_field(inner.path, "must be an object");
    const std::string_view type = text_member(inner.json, "type");
    if (type != "text" && type != "image")
      return bad_field(inner.at("type"), "must be \"text\" or \"image\"");
    GEMINATE_TRY(Parts read, type == "text" ? read_text_block(inner) : read_image_block(inner));
    for (Part& part : read) parts.push_back(std::move(part));
  }
  return parts;
}

Result<Parts> read_document_source(const Block& block) {
  GEMINATE_TRY(const Json* source, source_of(block));
  const std::string path = block.at("source");
  const std::string_view type = text_member(*source, "type");
  if (type == "content") {
    GEMINATE_CHECK_OK(check_members(path, *source, {"type", "content"}));
    return read_inner_content(path, *source, block.conversation);
  }
  if (type != "text") {
    GEMINATE_TRY(Part part, read_source(path, *source, {}));
    return just(std::move(part));
  }
  GEMINATE_CHECK_OK(check_members(path, *source, {"type", "media_type", "data"}));
  if (text_member(*source, "media_type") != "text/plain")
    return bad_field(path + ".media_type", "must be \"text/plain\"");
  GEMINATE_TRY(const std::string_view text, need_text(path, *source, "data"));
  Parts parts;
  say(parts, text);
  return parts;
}

}  // namespace

Result<Parts> read_text_block(const Block& block) {
  GEMINATE_CHECK_OK(check_members(block.path, block.json, {"type", "text", "cache_control", "citations"}));
  GEMINATE_TRY(const std::string_view text, need_text(block.path, block.json, "text"));
  Parts parts;
  // Empty texts say nothing, and Gemini refuses them.
  say(parts, text);
  return parts;
}

Result<Parts> read_image_block(const Block& block) {
  GEMINATE_CHECK_OK(check_members(block.path, block.json, {"type", "source", "cache_control"}));
  GEMINATE_TRY(const Json* source, source_of(block));
  GEMINATE_TRY(Part part, read_source(block.at("source"), *source, "image/"));
  return just(std::move(part));
}

Result<Parts> read_document_block(const Block& block) {
  GEMINATE_CHECK_OK(check_members(block.path, block.json,
                                  {"type", "source", "title", "context", "citations", "cache_control"}));
  GEMINATE_CHECK_OK(refuse_citations(block));
  Parts parts;
  for (const char* name : {"title", "context"}) {
    if (member(block.json, name) == nullptr) continue;
    GEMINATE_TRY(const std::string_view text, need_text(block.path, block.json, name));
    say(parts, text);
  }
  GEMINATE_TRY(Parts content, read_document_source(block));
  for (Part& part : content) parts.push_back(std::move(part));
  return parts;
}

Result<Parts> read_search_result_block(const Block& block) {
  GEMINATE_CHECK_OK(check_members(block.path, block.json,
                                  {"type", "source", "title", "content", "citations", "cache_control"}));
  GEMINATE_CHECK_OK(refuse_citations(block));
  GEMINATE_TRY(const std::string_view source, need_text(block.path, block.json, "source"));
  GEMINATE_TRY(const std::string_view title, need_text(block.path, block.json, "title"));
  Parts parts;
  say(parts, block.conversation.keep(std::string(title) + "\n" + std::string(source) + "\n"));
  GEMINATE_TRY(Parts content, read_inner_content(block.path, block.json, block.conversation));
  for (Part& part : content) parts.push_back(std::move(part));
  return parts;
}

Result<Parts> read_container_upload_block(const Block& block) {
  GEMINATE_CHECK_OK(check_members(block.path, block.json, {"type", "file_id", "cache_control"}));
  GEMINATE_TRY(Part part, read_file(block.path, block.json));
  return just(std::move(part));
}

}  // namespace geminate::translate
