#include "backend/http/request_head.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "backend/http/head_syntax.h"

namespace geminate::http {
namespace {

constexpr std::string_view kTooLarge = "the request's head is larger than this server takes";

HttpRequest::Slice slice_of(std::size_t offset, std::string_view part) {
  return {static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(part.size())};
}

}  // namespace

void RequestHead::reset() {
  auto fields = std::move(fields_);
  *this = RequestHead();
  fields.clear();
  fields_ = std::move(fields);
}

bool RequestHead::fail(ErrorCode code, std::string_view message) {
  fault_ = FramingFault{code, std::string(message)};
  return false;
}

RequestHead::Outcome RequestHead::wait_for_more(std::string_view data, const FramingLimits& limits) {
  searched_ = data.size();
  if (data.size() > limits.max_header_bytes) {
    fail(ErrorCode::HeadersTooLarge, kTooLarge);
    return Outcome::Fault;
  }
  return Outcome::NeedMore;
}

RequestHead::Outcome RequestHead::scan(std::string_view data, const FramingLimits& limits) {
  while (!done_) {
    // TLS and other protocols are told at their first byte; they might never send a line end.
    if (!has_request_line_ && line_ < data.size() && !is_char(data[line_], kTokenChar) &&
        data[line_] != '\r' && data[line_] != '\n') {
      fail(ErrorCode::Malformed, "this is no HTTP/1 request");
      return Outcome::Fault;
    }
    const auto from = std::max(line_, searched_);
    const auto found = from < data.size() ? data.find('\n', from) : std::string_view::npos;
    if (found == std::string_view::npos) return wait_for_more(data, limits);
    if (found >= limits.max_header_bytes) {
      fail(ErrorCode::HeadersTooLarge, kTooLarge);
      return Outcome::Fault;
    }
    if (found == line_ || data[found - 1] != '\r') {
      fail(ErrorCode::Malformed, "a line of the head ends with LF alone");
      return Outcome::Fault;
    }
    if (!read_line(data.substr(line_, found - 1 - line_), limits)) return Outcome::Fault;
    line_ = found + 1;
  }
  return Outcome::Complete;
}

bool RequestHead::read_line(std::string_view line, const FramingLimits& limits) {
  if (has_request_line_) {
    if (!line.empty()) return read_field(line, limits);
    done_ = true;
    return check_whole();
  }
  // RFC 9112, 2.2: one empty line before the request is forgiven.
  if (line.empty() && !skipped_empty_line_) {
    skipped_empty_line_ = true;
    return true;
  }
  has_request_line_ = true;
  return read_request_line(line);
}

bool RequestHead::read_request_line(std::string_view line) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return fail(ErrorCode::Malformed, "the request line needs a method, a target and a version");
  }
  const auto method = line.substr(0, first);
  if (!is_token(method)) return fail(ErrorCode::Malformed, "the method is no token");
  if (!read_version(line.substr(last + 1))) return false;
  method_ = slice_of(line_, method);
  const auto target = line.substr(first + 1, last - first - 1);
  return read_target(method, target, static_cast<std::uint32_t>(line_ + first + 1));
}

bool RequestHead::read_version(std::string_view version) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (version.size() != 8 || version.substr(0, 5) != "HTTP/" || !digit(version[5]) || version[6] != '.' ||
      !digit(version[7])) {
    return fail(ErrorCode::Malformed, "the request line's version is malformed");
  }
  if (version[5] != '1')
    return fail(ErrorCode::VersionNotSupported, "only HTTP/1.0 and HTTP/1.1 are spoken here");
  // RFC 9110, 2.5: a higher minor version is served as the highest that we know.
  minor_version_ = version[7] == '0' ? 0 : 1;
  return true;
}

bool RequestHead::read_target(std::string_view method, std::string_view target, std::uint32_t offset) {
  if (!is_target_text(target))
    return fail(ErrorCode::Malformed, "the target holds a character that has no place there");
  if (method == "CONNECT") return fail(ErrorCode::NotImplemented, "CONNECT is not served");
  if (target.front() == '/' || (target == "*" && method == "OPTIONS")) {
    target_ = slice_of(offset, target);
    return true;
  }
  const auto path = absolute_form_path(target);
  if (!path) return fail(ErrorCode::Malformed, "the target is neither a path nor an absolute URL");
  path_lacks_slash_ = *path == target.size() || target[*path] == '?';
  // The slash takes the place of the authority's last character, which nobody needs any more.
  const auto begin = path_lacks_slash_ ? *path - 1 : *path;
  target_ = slice_of(offset + begin, target.substr(begin));
  return true;
}

bool RequestHead::read_field(std::string_view line, const FramingLimits& limits) {
  if (fields_.size() >= limits.max_headers) {
    return fail(ErrorCode::HeadersTooLarge, "the request has more header fields than this server takes");
  }
  if (line.front() == ' ' || line.front() == '\t') {
    return fail(ErrorCode::Malformed, "a header field is folded over several lines");
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return fail(ErrorCode::Malformed, "a header line has no colon");
  const auto name = line.substr(0, colon);
  if (!is_token(name)) return fail(ErrorCode::Malformed, "a header field's name is no token");
  const auto value = trim_blanks(line.substr(colon + 1));
  if (!is_field_value(value))
    return fail(ErrorCode::Malformed, "a header field's value holds a control character");
  if (fields_.capacity() == 0) fields_.reserve(HttpRequest::kUsualFields);
  const auto value_offset = line_ + static_cast<std::size_t>(value.data() - line.data());
  fields_.push_back({slice_of(line_, name), slice_of(value_offset, value)});
  return note_field(name, value);
}

bool RequestHead::note_field(std::string_view name, std::string_view value) {
  switch (name.size()) {
    case 4:
      if (!iequals(name, "host")) return true;
      if (++hosts_ > 1) return fail(ErrorCode::Malformed, "the request has more than one Host");
      return is_host(value) || fail(ErrorCode::Malformed, "the Host is malformed");
    case 6:
      if (!iequals(name, "expect")) return true;
      if (minor_version_ == 0) return true;
      expects_continue_ = true;
      return iequals(value, "100-continue") ||
             fail(ErrorCode::ExpectationFailed, "only 100-continue can be expected");
    case 10:
      if (iequals(name, "connection")) note_connection(value);
      return true;
    case 14:
      return !iequals(name, "content-length") || note_content_length(value);
    case 17:
      return !iequals(name, "transfer-encoding") || note_transfer_encoding(value);
    default:
      return true;
  }
}

bool RequestHead::note_content_length(std::string_view value) {
  if (has_content_length_) return fail(ErrorCode::Malformed, "the request has more than one Content-Length");
  const auto length = parse_length(value);
  if (!length) return fail(ErrorCode::Malformed, "the Content-Length is no number");
  has_content_length_ = true;
  content_length_ = *length;
  return true;
}

bool RequestHead::note_transfer_encoding(std::string_view value) {
  bool known = true;
  bool any = false;
  for_each_list_element(value, [&](std::string_view coding) {
    any = true;
    ++transfer_codings_;
    known = known && iequals(coding, "chunked");
  });
  if (!any) return fail(ErrorCode::Malformed, "the Transfer-Encoding is empty");
  if (!known) return fail(ErrorCode::NotImplemented, "chunked is the only transfer coding that is taken");
  return transfer_codings_ == 1 || fail(ErrorCode::Malformed, "the body is chunked more than once");
}

void RequestHead::note_connection(std::string_view value) {
  for_each_list_element(value, [this](std::string_view option) {
    if (iequals(option, "close")) says_close_ = true;
    if (iequals(option, "keep-alive")) says_keep_alive_ = true;
  });
}

bool RequestHead::check_whole() {
  if (hosts_ == 0 && minor_version_ == 1) return fail(ErrorCode::Malformed, "the request has no Host");
  if (transfer_codings_ != 0 && has_content_length_) {
    return fail(ErrorCode::Malformed, "the request has both Content-Length and Transfer-Encoding");
  }
  if (transfer_codings_ != 0 && minor_version_ == 0) {
    return fail(ErrorCode::Malformed, "an HTTP/1.0 request cannot have a Transfer-Encoding");
  }
  return true;
}

void RequestHead::fill(HttpRequest& request) {
  if (path_lacks_slash_) request.head_[target_.offset] = '/';
  request.method_ = method_;
  request.set_target(target_);
  request.minor_version_ = minor_version_;
  request.keep_alive_ = !says_close_ && (minor_version_ == 1 || says_keep_alive_);
  request.fields_ = std::move(fields_);
  fields_.clear();
}

}  // namespace geminate::http
