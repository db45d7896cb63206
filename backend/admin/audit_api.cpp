#include "backend/admin/audit_api.h"

#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "backend/admin/query_fields.h"

namespace geminate::admin {
namespace {

constexpr std::int64_t kUsualPage = 50;
constexpr std::int64_t kLargestPage = 500;
/// An export is one body in memory; larger logs are taken in pieces, or by `geminate audit export`.
constexpr std::int64_t kLargestExport = 50'000;

using Reply = std::shared_ptr<http::ManagementReply>;

Status check_limit(const AuditQuery& query) {
  if (!query.limit || (*query.limit >= 1 && *query.limit <= kLargestPage)) return Status::success();
  return Error{ErrorCode::BadRequest, "limit must be from 1 to 500", {}, "limit", {}};
}

Result<AuditPage> page_of(audit::AuditLog& log, const AuditQuery& query) {
  const audit::Filter filter{query.who, query.action, query.target, query.from, query.to};
  const std::int64_t limit = query.limit.value_or(kUsualPage);
  AuditPage page;
  GEMINATE_CHECK_OK(log.visit_newest(filter, query.before.value_or(std::numeric_limits<std::int64_t>::max()),
                                     limit, [&page](const audit::Record& record) {
                                       page.rows.push_back(audit::row_of(record));
                                       return Status::success();
                                     }));
  if (static_cast<std::int64_t>(page.rows.size()) == limit) page.next_before = page.rows.back().id;
  return page;
}

http::ManagementAnswer lines_of(audit::AuditLog& log, const AuditExportQuery& query) {
  const audit::Filter filter{{}, {}, {}, query.from, query.to};
  http::ManagementAnswer answer;
  answer.content_type = "application/x-ndjson";
  answer.extra = "content-disposition: attachment; filename=\"geminate-audit.jsonl\"\r\n";
  const auto read = log.visit_oldest(filter, query.after.value_or(0), kLargestExport,
                                     [&answer](const audit::Record& record) {
                                       answer.body += codec::to_json(audit::row_of(record)) + '\n';
                                       return Status::success();
                                     });
  return read.ok() ? answer : error_answer(read.error());
}

Change export_change(const Caller& who, const AuditExportQuery& query) {
  Change change{who, AuditAction::AuditExport, "audit", {}};
  if (query.after) change.moves.push_back({"after", std::nullopt, std::to_string(*query.after)});
  if (query.from) change.moves.push_back({"from", std::nullopt, format_rfc3339(*query.from)});
  if (query.to) change.moves.push_back({"to", std::nullopt, format_rfc3339(*query.to)});
  return change;
}

}  // namespace

void register_audit_api(const http::AddManagementRoute& add_route, audit::AuditLog& log,
                        const RunInBackground& run, const RunInBackground& read) {
  const auto add = [&](const auto& endpoint, http::ManagementHandler handler) {
    add_route(endpoint.verb, endpoint.path, std::move(handler));
  };
  add(api::kListAudit, [&log, read](const http::ManagementRequest& request, http::ManagementReply reply) {
    auto query = read_query<AuditQuery>(request.request.query());
    if (!query.ok()) return reply(error_answer(query.error()));
    if (const auto fine = check_limit(*query); !fine.ok()) return reply(error_answer(fine.error()));
    const Reply later = std::make_shared<http::ManagementReply>(std::move(reply));
    read([&log, later, query = std::move(query).value()] {
      (*later)(answer_of<AuditPage>(200, page_of(log, query)));
    });
  });
  add(api::kVerifyAudit,
      in_background(read, api::kVerifyAudit, [&log](const NoBody&, std::int64_t) { return log.verify(); }));
  add(api::kExportAudit,
      [&log, run, read](const http::ManagementRequest& request, http::ManagementReply reply) {
        auto query = read_query<AuditExportQuery>(request.request.query());
        if (!query.ok()) return reply(error_answer(query.error()));
        const Reply later = std::make_shared<http::ManagementReply>(std::move(reply));
        // That it was exported is written down before anything leaves.
        run([&log, read, later, query = std::move(query).value(), who = request.caller] {
          if (const auto written = log.append(export_change(who, query)); !written.ok())
            return (*later)(error_answer(written.error()));
          read([&log, later, query] { (*later)(lines_of(log, query)); });
        });
      });
}

}  // namespace geminate::admin
