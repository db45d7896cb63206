#include "backend/http/response_head.h"

#include <array>
#include <charconv>
#include <ctime>

#include "backend/http/head_syntax.h"
#include "backend/http/security_fields.h"

namespace geminate::http {
namespace {

struct StatusLine {
  std::uint16_t status;
  std::string_view line;
};

constexpr std::array kStatusLines = {
    StatusLine{200, "200 OK"},
    StatusLine{201, "201 Created"},
    StatusLine{202, "202 Accepted"},
    StatusLine{204, "204 No Content"},
    StatusLine{206, "206 Partial Content"},
    StatusLine{301, "301 Moved Permanently"},
    StatusLine{302, "302 Found"},
    StatusLine{303, "303 See Other"},
    StatusLine{304, "304 Not Modified"},
    StatusLine{307, "307 Temporary Redirect"},
    StatusLine{308, "308 Permanent Redirect"},
    StatusLine{400, "400 Bad Request"},
    StatusLine{401, "401 Unauthorized"},
    StatusLine{403, "403 Forbidden"},
    StatusLine{404, "404 Not Found"},
    StatusLine{405, "405 Method Not Allowed"},
    StatusLine{406, "406 Not Acceptable"},
    StatusLine{408, "408 Request Timeout"},
    StatusLine{409, "409 Conflict"},
    StatusLine{410, "410 Gone"},
    StatusLine{412, "412 Precondition Failed"},
    StatusLine{413, "413 Content Too Large"},
    StatusLine{415, "415 Unsupported Media Type"},
    StatusLine{416, "416 Range Not Satisfiable"},
    StatusLine{417, "417 Expectation Failed"},
    StatusLine{422, "422 Unprocessable Content"},
    StatusLine{429, "429 Too Many Requests"},
    StatusLine{431, "431 Request Header Fields Too Large"},
    StatusLine{499, "499 Client Closed Request"},
    StatusLine{500, "500 Internal Server Error"},
    StatusLine{501, "501 Not Implemented"},
    StatusLine{502, "502 Bad Gateway"},
    StatusLine{503, "503 Service Unavailable"},
    StatusLine{504, "504 Gateway Timeout"},
    StatusLine{505, "505 HTTP Version Not Supported"},
};

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits;
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), result.ptr);
}

void append_status(std::string& out, std::uint16_t status) {
  for (const auto& known : kStatusLines) {
    if (known.status == status) {
      out.append(known.line);
      return;
    }
  }
  append_number(out, status);
  // The reason may be empty, the blank before it not.
  out.push_back(' ');
}

bool is_connections_own(std::string_view name) {
  switch (name.size()) {
    case 4:
      return iequals(name, "date");
    case 10:
      return iequals(name, "connection") || iequals(name, "keep-alive");
    case 14:
      return iequals(name, "content-length");
    case 17:
      return iequals(name, "transfer-encoding");
    default:
      return false;
  }
}

void append_extra(std::string& out, std::string_view extra) {
  while (!extra.empty()) {
    const auto end = extra.find("\r\n");
    if (end == std::string_view::npos) return;
    const auto line = extra.substr(0, end);
    extra.remove_prefix(end + 2);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const auto name = line.substr(0, colon);
    if (!is_token(name) || !is_field_value(line.substr(colon + 1))) continue;
    if (is_connections_own(name) || is_security_field(name)) continue;
    out.append(line).append("\r\n");
  }
}

}  // namespace

void append_head(std::string& out, const ResponseHead& head, const AnswerFraming& framing,
                 std::string_view date) {
  out.append("HTTP/1.1 ");
  append_status(out, head.status);
  out.append("\r\ndate: ").append(date).append("\r\n");
  if (!head.content_type.empty() && is_field_value(head.content_type)) {
    out.append("content-type: ").append(head.content_type).append("\r\n");
  }
  out.append(framing.security_fields);
  append_extra(out, head.extra);
  if (has_body(head.status)) {
    if (framing.content_length) {
      out.append("content-length: ");
      append_number(out, *framing.content_length);
      out.append("\r\n");
    } else if (framing.chunked) {
      out.append("transfer-encoding: chunked\r\n");
    }
  }
  if (!framing.keep_alive) {
    out.append("connection: close\r\n");
  } else if (framing.minor_version == 0) {
    out.append("connection: keep-alive\r\n");
  }
  out.append("\r\n");
}

std::string http_date(Timestamp time) {
  // strftime would speak the locale's language.
  static constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds =
      std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::string text(29, ' ');
  const auto two = [&text](std::size_t at, int value) {
    text[at] = static_cast<char>('0' + value / 10 % 10);
    text[at + 1] = static_cast<char>('0' + value % 10);
  };
  text.replace(0, 4, std::string(kDays[static_cast<std::size_t>(parts.tm_wday)]) + ",");
  two(5, parts.tm_mday);
  text.replace(8, 3, kMonths[static_cast<std::size_t>(parts.tm_mon)]);
  two(12, (parts.tm_year + 1900) / 100);
  two(14, parts.tm_year % 100);
  two(17, parts.tm_hour);
  two(20, parts.tm_min);
  two(23, parts.tm_sec);
  text[19] = text[22] = ':';
  text.replace(26, 3, "GMT");
  return text;
}

}  // namespace geminate::http
