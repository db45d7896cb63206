#include "backend/admin/binding.h"

#include <charconv>

#include "backend/translate/translate.h"
#include "shared/core/ascii.h"

namespace geminate::admin {

http::ManagementAnswer error_answer(const Error& error) {
  http::ManagementAnswer answer;
  answer.status = face_of(error.code).http_status;
  answer.body = translate::management_error_body(error);
  if (error.retry_after) {
    const auto ms = error.retry_after->count();
    answer.extra = "retry-after: " + std::to_string((ms + 999) / 1000) +
                   "\r\nretry-after-ms: " + std::to_string(ms) + "\r\n";
  }
  return answer;
}

Status check_json_body(const http::HttpRequest& request) {
  const auto type = request.header("content-type").value_or("");
  if (iequals(type.substr(0, type.find(';')), "application/json")) return Status::success();
  return Error{ErrorCode::UnsupportedMediaType,
               "the body must be JSON, and Content-Type must say application/json",
               {},
               {},
               {}};
}

Result<std::int64_t> id_of(const http::ManagementRequest& request) {
  std::int64_t id = 0;
  const auto& text = request.id;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (problem != std::errc{} || end != text.data() + text.size()) {
    return Error{ErrorCode::NotFound, "there is no row with this id", {}, {}, {}};
  }
  return id;
}

}  // namespace geminate::admin
