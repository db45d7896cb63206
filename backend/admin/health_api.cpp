#include "backend/admin/health_api.h"

#include <charconv>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "backend/http/query_text.h"

namespace geminate::admin {
namespace {

constexpr std::int64_t kUsualPage = 50;
constexpr std::int64_t kLargestPage = 500;

struct PageWanted {
  std::int64_t limit = kUsualPage;
  std::optional<std::int64_t> before;
};

/// A whole number from 1 to `most` in the query, nothing where the parameter is not given.
Result<std::optional<std::int64_t>> query_number(const http::HttpRequest& request, std::string_view name,
                                                 std::int64_t most) {
  const auto values = http::query_values(request.query(), name);
  if (values.empty()) return std::optional<std::int64_t>{};
  std::int64_t number = 0;
  const std::string& text = values.front();
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = problem == std::errc{} && end == text.data() + text.size();
  if (values.size() == 1 && is_whole && number >= 1 && number <= most) return std::optional(number);
  return Error{ErrorCode::BadRequest,
               std::string(name) + " must be one whole number from 1 to " + std::to_string(most),
               {},
               std::string(name),
               {}};
}

Result<PageWanted> page_wanted(const http::HttpRequest& request) {
  PageWanted wanted;
  GEMINATE_TRY(const auto limit, query_number(request, "limit", kLargestPage));
  if (limit) wanted.limit = *limit;
  GEMINATE_TRY(wanted.before, query_number(request, "before", std::numeric_limits<std::int64_t>::max()));
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
      const auto limit = static_cast<std::size_t>(wanted.limit);
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
  add(api::kStartChecks,
      [facts](const KeyCheckRequest& request, std::int64_t) { return facts->start(request); });
  add(api::kListChecks,
      [facts](const NoBody&, std::int64_t) -> Result<KeyCheckJobs> { return facts->list(); });
  add(api::kGetCheck, [facts](const NoBody&, std::int64_t id) { return facts->find(id); });
  add(api::kCancelCheck, [facts](const NoBody&, std::int64_t id) { return facts->cancel(id); });
  add_route(api::kKeyHistory.verb, api::kKeyHistory.path, history_handler(facts, run, true));
  add_route(api::kKeyEvents.verb, api::kKeyEvents.path, history_handler(facts, run, false));
}

}  // namespace geminate::admin
