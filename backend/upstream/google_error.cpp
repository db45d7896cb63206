#include "backend/upstream/google_error.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include "backend/upstream/cut_json.h"
#include "backend/upstream/error_page.h"
#include "backend/upstream/google_details.h"
#include "backend/upstream/retry_delay.h"
#include "backend/upstream/sse_parser.h"

namespace geminate::upstream {
namespace {

using keys::GoogleError;
using rapidjson::Value;

/// Error bodies are a few hundred bytes; more than this is something else.
constexpr std::size_t kMaxBody = 256 * 1024;

/// google.rpc.Code and the HTTP status that Google sends with it.
struct StatusName {
  std::string_view name;
  int http_status;
};
constexpr std::array kStatusNames = {
    StatusName{"INVALID_ARGUMENT", 400},  StatusName{"FAILED_PRECONDITION", 400},
    StatusName{"OUT_OF_RANGE", 400},      StatusName{"UNAUTHENTICATED", 401},
    StatusName{"PERMISSION_DENIED", 403}, StatusName{"NOT_FOUND", 404},
    StatusName{"ALREADY_EXISTS", 409},    StatusName{"ABORTED", 409},
    StatusName{"CANCELLED", 499},         StatusName{"RESOURCE_EXHAUSTED", 429},
    StatusName{"UNIMPLEMENTED", 501},     StatusName{"UNAVAILABLE", 503},
    StatusName{"DEADLINE_EXCEEDED", 504},
};

/// For an error inside a 200. Without a code or a status that we know it is a failure of Google's.
int status_inside(const Value& object, std::string_view status_name) {
  const auto code = whole_number(member(object, "code"));
  if (code && *code >= 400 && *code < 600) return static_cast<int>(*code);
  const auto found = std::find_if(kStatusNames.begin(), kStatusNames.end(),
                                  [&](const StatusName& known) { return known.name == status_name; });
  return found == kStatusNames.end() ? 500 : found->http_status;
}

/// The object that holds "error", or else the first of an array.
const Value* carrier_in(const Value& root) {
  if (!root.IsArray()) return &root;
  for (const auto& element : root.GetArray()) {
    if (member(element, "error") != nullptr) return &element;
  }
  return root.Empty() ? nullptr : &root[0];
}

void read_object(const Value& root, GoogleError& error) {
  const Value* object = carrier_in(root);
  if (object == nullptr) return;
  const Value* inner = member(*object, "error");
  const bool is_good_answer = inner == nullptr && error.http_status >= 200 && error.http_status < 400;
  if (is_good_answer) return;
  if (inner != nullptr && inner->IsString()) {
    error.message = text_of(*object, "error");
  } else {
    if (inner != nullptr) object = inner;
    error.status = text_of(*object, "status");
    error.message = text_of(*object, "message");
    read_details(*object, error);
  }
  if (error.http_status < 400 && inner != nullptr) error.http_status = status_inside(*object, error.status);
}

bool read_json(std::string_view text, GoogleError& error) {
  rapidjson::Document json;
  // Iterative: depth in a body of somebody else's must not be depth on our stack.
  json.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
  if (json.HasParseError()) return false;
  read_object(json, error);
  return true;
}

/// The first event that carries an error; of events without one there is nothing to read.
bool read_events(std::string_view body, GoogleError& error) {
  SseParser parser(kMaxBody);
  SseEvent event;
  parser.feed(body);
  bool any = false;
  const auto read = [&] {
    any = read_json(event.data, error) || any;
    return !error.message.empty() || !error.status.empty();
  };
  while (parser.next(event) == SseParser::Step::Event) {
    if (read()) return true;
  }
  if (parser.finish(event) == SseParser::Step::Event) read();
  return any;
}

/// The JSON that a body begins with, be it inside an event; nothing else is looked into, since whoever is
/// quoted further in may write what he likes.
std::string_view json_at_the_beginning(std::string_view body) {
  constexpr std::string_view kField = "data:";
  const auto begin = body.find_first_not_of("\xef\xbb\xbf \t\r\n");
  if (begin == std::string_view::npos) return {};
  body.remove_prefix(begin);
  if (body.starts_with("event:")) body.remove_prefix(std::min(body.size(), body.find('\n') + 1));
  if (body.starts_with(kField)) body.remove_prefix(kField.size());
  const auto first = body.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (body[first] != '{' && body[first] != '[')) return {};
  return body.substr(first);
}

void read_cut(std::string_view body, GoogleError& error) {
  const std::string mended = mended_json(json_at_the_beginning(body));
  if (!mended.empty()) read_json(mended, error);
}

}  // namespace

GoogleError read_google_error(int http_status, std::string_view body, const ErrorFields& fields) {
  GoogleError error;
  error.http_status = http_status;
  body = body.substr(0, kMaxBody);
  error.is_page = is_error_page(body, fields.content_type);
  error.refuses_address = error.is_page && refuses_address(body);
  if (!error.is_page && !read_json(body, error) && !read_events(body, error)) read_cut(body, error);
  if (!error.retry_delay) error.retry_delay = delay_in_words(error.message);
  if (!error.retry_delay) error.retry_delay = delay_of_field(fields.retry_after, fields.date, fields.now);
  if (error.consumer.empty()) error.consumer = consumer_in_words(error);
  return error;
}

keys::TransportFault transport_fault(FailureKind kind) {
  switch (kind) {
    case FailureKind::Resolve:
    case FailureKind::Connect:
    case FailureKind::Tls:
      return keys::TransportFault::NotReached;
    case FailureKind::Broken:
      return keys::TransportFault::BrokenOff;
    case FailureKind::ConnectTimeout:
    case FailureKind::FirstByteTimeout:
    case FailureKind::IdleTimeout:
    case FailureKind::TotalTimeout:
      return keys::TransportFault::TimedOut;
    case FailureKind::Address:
      return keys::TransportFault::AddressRefused;
    case FailureKind::Proxy:
      return keys::TransportFault::ProxyFailed;
  }
  return keys::TransportFault::BrokenOff;
}

}  // namespace geminate::upstream
