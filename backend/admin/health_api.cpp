#include "backend/admin/health_api.h"

#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "backend/admin/query_fields.h"

namespace geminate::admin {
namespace {

constexpr std::int64_t kUsualPage = 50;
constexpr std::int64_t kLargestPage = 500;

/// The query of both histories.
struct PageWanted {
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> before;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("limit", self.limit, "So many at most.");
    field("before", self.before, "The next_before of the page before.");
  }
};

Status check_range(std::string_view name, const std::optional<std::int64_t>& number, std::int64_t most) {
  if (!number || (*number >= 1 && *number <= most)) return Status::success();
  return Error{ErrorCode::BadRequest,
               std::string(name) + " must be one whole number from 1 to " + std::to_string(most),
               {},
               std::string(name),
               {}};
}

Result<PageWanted> page_wanted(const http::HttpRequest& request) {
  GEMINATE_TRY(const PageWanted wanted, read_query<PageWanted>(request.query()));
  GEMINATE_CHECK_OK(check_range("limit", wanted.limit, kLargestPage));
  GEMINATE_CHECK_OK(check_range("before", wanted.before, std::numeric_limits<std::int64_t>::max()));
  return wanted;
}

using Facts = std::shared_ptr<const HealthFacts>;

/// A page of one key's events, or of everybody's where the path has no id.
http::ManagementHandler history_handler(const Facts& facts, const RunInBackground& run, bool has_id) {
  return [facts, run, has_id](const http::ManagementRequest& request, http::ManagementReply reply) {
    auto id = has_id ? id_of(request) : Result<std::int64_t>(0);
    if (!id.ok()) return reply(error_answer(id.error()));
    const auto page = page_wanted(request.request);
    if (!page.ok()) return reply(error_answer(page.error()));
    const auto key_id = has_id ? std::optional(*id) : std::nullopt;
    // std::function wants to be copied, replies are not.
    const auto later = std::make_shared<http::ManagementReply>(std::move(reply));
    run([facts, later, key_id, wanted = *page] {
      const auto limit = static_cast<std::size_t>(wanted.limit.value_or(kUsualPage));
      (*later)(answer_of<KeyEventPage>(200, facts->history(key_id, limit, wanted.before)));
    });
  };
}

}  // namespace

void register_health_api(const http::AddManagementRoute& add_route, HealthFacts given,
                         const RunInBackground& run) {
  const Facts facts = std::make_shared<const HealthFacts>(std::move(given));
  const auto add = [&](const auto& endpoint, auto work) {
    add_route(endpoint.verb, endpoint.path, in_background(run, endpoint, std::move(work)));
  };
  add(api::kStartChecks, [facts](const KeyCheckRequest& request, std::int64_t, const Caller& who) {
    return facts->start(request, who);
  });
  add(api::kListChecks,
      [facts](const NoBody&, std::int64_t) -> Result<KeyCheckJobs> { return facts->list(); });
  add(api::kGetCheck, [facts](const NoBody&, std::int64_t id) { return facts->find(id); });
  add(api::kCancelCheck,
      [facts](const NoBody&, std::int64_t id, const Caller& who) { return facts->cancel(id, who); });
  add(api::kKeyTimeline,
      [facts](const NoBody&, std::int64_t) -> Result<KeyTimeline> { return facts->timeline(); });
  add_route(api::kKeyHistory.verb, api::kKeyHistory.path, history_handler(facts, run, true));
  add_route(api::kKeyEvents.verb, api::kKeyEvents.path, history_handler(facts, run, false));
}

}  // namespace geminate::admin
