#include <utility>

#include "backend/http/management_error.h"
#include "backend/http/management_types.h"

namespace geminate::http {

ManagementReply::~ManagementReply() {
  if (channel_) channel_->deliver(management_error(ErrorCode::Internal, "the request was not answered"));
}

void ManagementReply::operator()(ManagementAnswer answer) {
  if (const auto channel = std::exchange(channel_, nullptr)) channel->deliver(std::move(answer));
}

ManagementAnswer management_error(ErrorCode code, std::string_view message) {
  const auto& face = face_of(code);
  ManagementAnswer answer;
  answer.status = face.http_status;
  answer.body.append(R"({"error":{"code":")").append(face.management_code);
  answer.body.append(R"(","message":")").append(message).append(R"(","field":null}})");
  return answer;
}

}  // namespace geminate::http
