// Content parts of messages and tool results in a request to /v1/responses.
#include <algorithm>

#include "backend/translate/media.h"
#include "backend/translate/openai_types.h"
#include "backend/translate/responses_types.h"

namespace geminate::translate {
namespace {

constexpr const char* kOwnFiles = "only Gemini's own files (\"files/…\") are known";

struct Content {
  const Json& json;
  const std::string& path;
  ResponsesRequest& request;
};

Result<Part> read_text(const Content& content) {
  GEMINATE_CHECK_OK(
      check_members(content.path, content.json,
                    {"type", "text", "annotations", "logprobs", "parsed", "prompt_cache_breakpoint"}));
  GEMINATE_TRY(const std::string_view text, need_text(content.path, content.json, "text"));
  return Part::of_text(text);
}

Result<Part> read_refusal(const Content& content) {
  GEMINATE_CHECK_OK(check_members(content.path, content.json, {"type", "refusal"}));
  GEMINATE_TRY(const std::string_view text, need_text(content.path, content.json, "refusal"));
  return Part::of_text(text);
}

Result<Part> read_file_id(const Content& content, std::string_view kind) {
  GEMINATE_TRY(const std::string_view id, need_text(content.path, content.json, "file_id"));
  if (!id.starts_with("files/")) return unsupported_field(content.path + ".file_id", kOwnFiles);
  return read_media_address(content.path + ".file_id", id, kind);
}

Result<Part> read_image(const Content& content) {
  GEMINATE_CHECK_OK(check_members(content.path, content.json,
                                  {"type", "image_url", "detail", "file_id", "prompt_cache_breakpoint"}));
  if (const Json* detail = member(content.json, "detail"); detail != nullptr) {
    GEMINATE_CHECK_OK(
        read_image_detail(content.path + ".detail", *detail, content.request.conversation.config));
  }
  if (member(content.json, "file_id") != nullptr) return read_file_id(content, "image/");
  GEMINATE_TRY(const std::string_view url, need_text(content.path, content.json, "image_url"));
  return read_media_address(content.path + ".image_url", url, "image/");
}

Result<Part> read_file(const Content& content) {
  GEMINATE_CHECK_OK(check_members(
      content.path, content.json,
      {"type", "file_data", "file_url", "filename", "file_id", "detail", "prompt_cache_breakpoint"}));
  if (member(content.json, "file_id") != nullptr) return read_file_id(content, {});
  if (member(content.json, "file_url") != nullptr) {
    GEMINATE_TRY(const std::string_view url, need_text(content.path, content.json, "file_url"));
    return read_media_address(content.path + ".file_url", url, {});
  }
  const std::string here = content.path + ".file_data";
  GEMINATE_TRY(const std::string_view data, need_text(content.path, content.json, "file_data"));
  if (data.starts_with("data:")) return read_media_address(here, data, {});
  const std::string_view type = type_of_ending(text_member(content.json, "filename"));
  if (type.empty()) return bad_field(here, "must be a data URI where the filename's ending tells no type");
  return read_media_data(here, type, data, {});
}

Result<Part> read_audio(const Content& content) {
  GEMINATE_CHECK_OK(check_members(content.path, content.json, {"type", "input_audio"}));
  const std::string here = content.path + ".input_audio";
  const Json* audio = member(content.json, "input_audio");
  if (audio == nullptr || !audio->IsObject()) return bad_field(here, "must be an object");
  GEMINATE_CHECK_OK(check_members(here, *audio, {"data", "format"}));
  GEMINATE_TRY(const std::string_view data, need_text(here, *audio, "data"));
  GEMINATE_TRY(const std::string_view format, need_text(here, *audio, "format"));
  const std::string_view type = type_of_ending("." + std::string(format));
  if (!type.starts_with("audio/"))
    return bad_field(here + ".format", "must be \"wav\", \"mp3\", \"aiff\", \"aac\", \"ogg\" or \"flac\"");
  return read_media_data(here + ".data", type, data, "audio/");
}

struct ContentReader {
  std::string_view type;
  Result<Part> (*read)(const Content& content);
  bool of_user;
  bool of_model;
};

constexpr ContentReader kReaders[] = {
    {"input_text", read_text, true, true},    {"output_text", read_text, true, true},
    {"text", read_text, true, true},          {"refusal", read_refusal, false, true},
    {"input_image", read_image, true, false}, {"input_file", read_file, true, false},
    {"input_audio", read_audio, true, false},
};

}  // namespace

Result<Part> read_responses_content(const std::string& path, const Json& part, bool of_model,
                                    ResponsesRequest& request) {
  if (!part.IsObject()) return bad_field(path, "must be an object");
  GEMINATE_TRY(const std::string_view type, need_text(path, part, "type"));
  const auto* reader = std::find_if(std::begin(kReaders), std::end(kReaders),
                                    [type = type](const ContentReader& one) { return one.type == type; });
  if (reader == std::end(kReaders) || !(of_model ? reader->of_model : reader->of_user)) {
    return unsupported_field(path + ".type",
                             "\"" + std::string(type) + "\" content has no place in this item");
  }
  return reader->read(Content{part, path, request});
}

Status read_responses_output(const std::string& path, const Json& output, ResponsesRequest& request,
                             Part& result) {
  if (output.IsString()) {
    result.json = request.conversation.keep(result_object(text_of(output)));
    return Status::success();
  }
  if (!output.IsArray()) return bad_field(path, "must be a string or a list of content parts");
  std::string text;
  for (rapidjson::SizeType i = 0; i < output.Size(); ++i) {
    const std::string here = path + "[" + std::to_string(i) + "]";
    GEMINATE_TRY(Part part, read_responses_content(here, output[i], false, request));
    if (part.is_media()) {
      result.media.push_back(std::move(part));
    } else {
      text += part.text;
    }
  }
  result.json = request.conversation.keep(result_object(text));
  return Status::success();
}

}  // namespace geminate::translate
