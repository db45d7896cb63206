#include "backend/http/static_files.h"

#include <algorithm>
#include <optional>
#include <string>

#include "backend/http/head_syntax.h"

namespace geminate::http {
namespace {

struct Variant {
  std::string_view bytes;
  std::string_view coding;
};

/// "0.5" in thousandths; a malformed weight counts as no wish.
int parse_weight(std::string_view text) {
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return 0;
  int weight = (text[0] - '0') * 1000;
  if (text.size() == 1) return weight;
  if (text[1] != '.' || text.size() > 5) return 0;
  int place = 100;
  for (const char c : text.substr(2)) {
    if (c < '0' || c > '9') return 0;
    weight += (c - '0') * place;
    place /= 10;
  }
  return std::min(weight, 1000);
}

/// The weight of one element such as "gzip;q=0.8".
int weight_of(std::string_view element) {
  const auto semicolon = element.find(';');
  if (semicolon == std::string_view::npos) return 1000;
  const auto parameter = trim_blanks(element.substr(semicolon + 1));
  if (parameter.size() < 2 || !iequals(parameter.substr(0, 2), "q=")) return 1000;
  return parse_weight(trim_blanks(parameter.substr(2)));
}

Variant choose_variant(const EmbeddedFile& file, std::string_view accept_encoding) {
  Variant best{file.raw, {}};
  int wish = 0;
  // Brotli first: the smaller one wins among equals.
  for (const auto& offered : {Variant{file.br, "br"}, Variant{file.gz, "gzip"}}) {
    const int preference = coding_preference(accept_encoding, offered.coding);
    if (!offered.bytes.empty() && preference > wish) {
      best = offered;
      wish = preference;
    }
  }
  return best;
}

std::string_view strong_part(std::string_view etag) {
  return etag.substr(0, 2) == "W/" ? etag.substr(2) : etag;
}

bool is_page(std::string_view path) { return path == "/manage" || path.substr(0, 8) == "/manage/"; }

std::string fields_of(const EmbeddedFile& file, std::string_view request_id) {
  std::string fields("etag: ");
  fields.append(file.etag).append("\r\nvary: accept-encoding\r\n");
  fields.append(file.immutable ? "cache-control: public, max-age=31536000, immutable\r\n"
                               : "cache-control: no-cache\r\n");
  fields.append("x-request-id: ").append(request_id).append("\r\n");
  return fields;
}

}  // namespace

int coding_preference(std::string_view accept_encoding, std::string_view coding) {
  std::optional<int> named;
  int any = 0;
  for_each_list_element(accept_encoding, [&](std::string_view element) {
    const auto name = trim_blanks(element.substr(0, element.find(';')));
    if (iequals(name, coding)) named = weight_of(element);
    if (name == "*") any = weight_of(element);
  });
  return named.value_or(any);
}

bool names_entity(std::string_view if_none_match, std::string_view etag) {
  bool found = false;
  for_each_list_element(if_none_match, [&](std::string_view element) {
    if (element == "*" || strong_part(element) == strong_part(etag)) found = true;
  });
  return found;
}

const EmbeddedFile* StaticFiles::find(std::string_view path) const {
  const auto at =
      std::lower_bound(files_.begin(), files_.end(), path,
                       [](const EmbeddedFile& file, std::string_view wanted) { return file.path < wanted; });
  return at != files_.end() && at->path == path ? &*at : nullptr;
}

bool StaticFiles::serve(const HttpRequest& request, ResponseSink& sink, std::string_view request_id) {
  // Every deep link is the one page, which reads its place from the address.
  const auto* const file = find(is_page(request.path()) ? "/index.html" : request.path());
  if (file == nullptr) return false;
  ResponseHead head;
  head.kind = AnswerKind::Console;
  head.extra = fields_of(*file, request_id);
  if (names_entity(request.header("if-none-match").value_or(""), file->etag)) {
    head.status = 304;
    sink.send(head, {});
    return true;
  }
  const auto variant = choose_variant(*file, request.header("accept-encoding").value_or(""));
  head.content_type = file->content_type;
  if (!variant.coding.empty()) head.extra.append("content-encoding: ").append(variant.coding).append("\r\n");
  // Content-Length is the coded size; whoever shows progress counts decoded bytes.
  head.extra.append("x-raw-length: ").append(std::to_string(file->raw.size())).append("\r\n");
  sink.send(head, variant.bytes);
  return true;
}

}  // namespace geminate::http
