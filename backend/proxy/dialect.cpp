#include "backend/proxy/dialect.h"

#include "backend/translate/translate.h"

namespace geminate::proxy {

std::string_view dialect_name(Dialect dialect) {
  switch (dialect) {
    case Dialect::Gemini:
      return "gemini";
    case Dialect::Openai:
      return "openai";
    case Dialect::Anthropic:
      return "anthropic";
    case Dialect::Management:
      return "management";
  }
  return "";
}

std::string error_body(Dialect dialect, const Error& error) {
  switch (dialect) {
    case Dialect::Gemini:
      return translate::gemini_error_body(error);
    case Dialect::Openai:
      return translate::openai_error_body(error);
    case Dialect::Anthropic:
      return translate::anthropic_error_body(error);
    case Dialect::Management:
      return translate::management_error_body(error);
  }
  return {};
}

std::string error_fields(std::string_view request_id, const Error& error) {
  std::string fields;
  fields.append("x-request-id: ").append(request_id).append("\r\n");
  if (error.retry_after) {
    const auto ms = error.retry_after->count();
    fields.append("retry-after: ").append(std::to_string((ms + 999) / 1000)).append("\r\n");
    fields.append("retry-after-ms: ").append(std::to_string(ms)).append("\r\n");
  }
  return fields;
}

void send_error(http::ResponseSink& sink, Dialect dialect, std::string_view request_id, const Error& error,
                std::string_view further_fields) {
  http::ResponseHead head;
  head.status = face_of(error.code).http_status;
  head.content_type = "application/json; charset=utf-8";
  head.extra = error_fields(request_id, error);
  head.extra.append(further_fields);
  sink.send(head, dialect == Dialect::Anthropic ? translate::anthropic_error_answer(error, request_id)
                                                : error_body(dialect, error));
}

}  // namespace geminate::proxy
