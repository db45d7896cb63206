#include "backend/proxy/refusal_record.h"

namespace geminate::proxy {

usage::RequestRecord refusal_record(const http::HttpRequest& request, std::string_view request_id,
                                    std::int64_t token_id, Dialect dialect, std::string_view model,
                                    std::uint16_t status, const Now& now) {
  usage::RequestRecord record;
  record.id = usage::parse_request_id(request_id).value_or(usage::RequestId{});
  record.ended = now.wall;
  record.token_id = token_id;
  record.model = usage::ModelName(model);
  record.dialect = static_cast<RequestDialect>(dialect);
  record.route = usage::route_of_path(request.path());
  record.outcome = RequestOutcome::Error;
  record.status = status;
  record.bytes_in = usage::saturated(request.body().size());
  return record;
}

}  // namespace geminate::proxy
