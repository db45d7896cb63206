#include "backend/translate/media.h"

#include <algorithm>
#include <array>
#include <utility>

namespace geminate::translate {
namespace {

constexpr std::string_view kBase64Alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// https://ai.google.dev/gemini-api/docs: what the guides to images, audio, video and documents list.
constexpr std::array<std::pair<std::string_view, std::string_view>, 32> kEndings{
    {{"png", "image/png"},       {"jpg", "image/jpeg"},      {"jpeg", "image/jpeg"},
     {"webp", "image/webp"},     {"heic", "image/heic"},     {"heif", "image/heif"},
     {"pdf", "application/pdf"}, {"txt", "text/plain"},      {"md", "text/markdown"},
     {"html", "text/html"},      {"css", "text/css"},        {"csv", "text/csv"},
     {"xml", "text/xml"},        {"rtf", "text/rtf"},        {"json", "application/json"},
     {"js", "text/javascript"},  {"py", "text/x-python"},    {"wav", "audio/wav"},
     {"mp3", "audio/mp3"},       {"aiff", "audio/aiff"},     {"aac", "audio/aac"},
     {"ogg", "audio/ogg"},       {"flac", "audio/flac"},     {"mp4", "video/mp4"},
     {"mpeg", "video/mpeg"},     {"mov", "video/quicktime"}, {"avi", "video/x-msvideo"},
     {"flv", "video/x-flv"},     {"mpg", "video/mpeg"},      {"webm", "video/webm"},
     {"wmv", "video/x-ms-wmv"},  {"3gpp", "video/3gpp"}}};

bool is_type(std::string_view type) {
  const std::size_t slash = type.find('/');
  return slash != std::string_view::npos && slash > 0 && slash + 1 < type.size() && type.size() < 128 &&
         std::all_of(type.begin(), type.end(), [](char c) { return c > ' ' && c < 0x7f && c != '"'; });
}

/// https://ai.google.dev/gemini-api/docs/image-understanding
constexpr std::array<std::string_view, 6> kImages{"image/png",  "image/jpeg", "image/webp",
                                                  "image/heic", "image/heif", "image/jpg"};
Status check_image(const std::string& path, std::string_view type, std::size_t length) {
  if (!type.starts_with("image/")) return Status::success();
  if (std::find(kImages.begin(), kImages.end(), type) == kImages.end())
    return bad_field(path,
                     "is of the type " + std::string(type) + "; Gemini reads PNG, JPEG, WebP, HEIC and HEIF");
  if (length > kLargestInline)
    return bad_field(path, "is larger than the 20 MB that Gemini takes inside a request");
  return Status::success();
}

Status check_kind(const std::string& path, std::string_view type, MediaKind kind) {
  if (!is_type(type)) return bad_field(path, "names no media type");
  if (type.substr(0, kind.size()) == kind) return Status::success();
  return bad_field(path,
                   "is of the type " + std::string(type) + ", where " + std::string(kind) + "… is wanted");
}

bool is_web_address(std::string_view address) {
  const bool is_web = address.starts_with("https://") || address.starts_with("http://");
  const std::size_t host = address.find("//") + 2;
  return is_web && address.size() > host && address.size() <= 8192 &&
         std::all_of(address.begin(), address.end(), [](char c) { return c > ' ' && c != 0x7f; });
}

/// "data:image/png;base64,AAAA"
Result<Part> read_data_uri(const std::string& path, std::string_view uri, MediaKind kind) {
  constexpr std::string_view kEncoding = ";base64";
  uri.remove_prefix(std::string_view("data:").size());
  const std::size_t comma = uri.find(',');
  if (comma == std::string_view::npos) return bad_field(path, "is no complete data URI");
  std::string_view type = uri.substr(0, comma);
  if (!type.ends_with(kEncoding)) return bad_field(path, "must be encoded in base64");
  type = type.substr(0, type.find(';'));
  return read_media_data(path, type, uri.substr(comma + 1), kind);
}

}  // namespace

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

Result<Part> read_media_data(const std::string& path, std::string_view mime_type, std::string_view base64,
                             MediaKind kind) {
  GEMINATE_CHECK_OK(check_kind(path, mime_type, kind));
  GEMINATE_CHECK_OK(check_image(path, mime_type, base64.size()));
  if (!is_base64(base64)) return bad_field(path, "does not hold valid base64");
  Part part;
  part.kind = Part::Kind::Inline;
  part.mime_type = mime_type;
  part.data = base64;
  return part;
}

Result<Part> read_media_address(const std::string& path, std::string_view address, MediaKind kind) {
  if (address.starts_with("data:")) return read_data_uri(path, address, kind);
  const bool is_file = address.starts_with("files/") && address.size() > 6;
  if (!is_file && !is_web_address(address)) {
    return bad_field(path,
                     "must be a data URI (\"data:…;base64,…\"), an http or https address, or a Gemini file");
  }
  Part part;
  part.kind = Part::Kind::File;
  part.data = address;
  // Gemini looks for itself where none is named.
  part.mime_type =
      is_file ? std::string_view() : type_of_ending(address.substr(0, address.find_first_of("?#")));
  return part;
}

std::string_view type_of_ending(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return {};
  std::string ending(name.substr(dot + 1));
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const auto* known =
      std::find_if(kEndings.begin(), kEndings.end(), [&](const auto& one) { return one.first == ending; });
  return known == kEndings.end() ? std::string_view() : known->second;
}

}  // namespace geminate::translate
