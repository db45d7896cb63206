#include "backend/admin/key_columns_api.h"

#include <string>
#include <utility>

#include "backend/admin/query_fields.h"
#include "backend/http/static_files.h"

namespace geminate::admin {
namespace {

/// What the answer depends on besides the pool.
struct Asked {
  std::optional<std::string> since;
  std::string seen;  // If-None-Match
  bool takes_gzip = false;
};

http::ManagementAnswer answer_of(const Asked& asked, KeyPortion portion) {
  http::ManagementAnswer answer;
  const std::string etag = '"' + portion.version + '"';
  answer.extra = "etag: " + etag + "\r\nvary: accept-encoding\r\n";
  if (http::names_entity(asked.seen, etag)) {
    answer.status = 304;
    return answer;
  }
  if (portion.is_gzip) answer.extra += "content-encoding: gzip\r\n";
  answer.content_type = "application/x-ndjson";
  answer.body = std::move(portion.body);
  return answer;
}

}  // namespace

void register_key_columns_api(const http::AddManagementRoute& add_route, KeyPortions& portions,
                              const RunInBackground& run) {
  const auto add = [&](const auto& endpoint, KeyPart part) {
    add_route(endpoint.verb, endpoint.path,
              [run, part, &portions](const http::ManagementRequest& request, http::ManagementReply reply) {
                auto query = read_query<KeyPortionQuery>(request.request.query());
                if (!query.ok()) return reply(error_answer(query.error()));
                const auto header = [&](const char* name) {
                  return std::string(request.request.header(name).value_or(""));
                };
                Asked asked{std::move(query->since), header("if-none-match"),
                            http::coding_preference(header("accept-encoding"), "gzip") > 0};
                // std::function wants to be copied, replies do not.
                auto waiting = std::make_shared<http::ManagementReply>(std::move(reply));
                run([waiting, part, asked = std::move(asked), &portions] {
                  const Now moment = now();
                  portions.refresh_if_due(moment);
                  (*waiting)(answer_of(asked, portions.portion(part, asked.since, asked.takes_gzip, moment)));
                });
              });
  };
  add(api::kKeyFacts, KeyPart::Facts);
  add(api::kKeyActivity, KeyPart::Activity);
}

}  // namespace geminate::admin
