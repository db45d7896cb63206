#include "backend/admin/usage_api.h"

#include <limits>

#include "backend/admin/query_fields.h"
#include "backend/audit/field_moves.h"
#include "backend/usage/usage_series.h"

namespace geminate::admin {
namespace {

constexpr std::int32_t kMostOnAPage = 200;
constexpr std::chrono::hours kUsualTime{24};

Error refuse(const char* field, const std::string& finding) {
  return Error{ErrorCode::BadRequest, std::string(field) + ' ' + finding, {}, field, {}};
}

Error unknown_request() {
  return Error{ErrorCode::NotFound, "there is no record of a request with this id", {}, {}, {}};
}

Result<std::optional<std::uint32_t>> duration_of(const char* field, const std::optional<std::int64_t>& ms) {
  if (!ms) return std::optional<std::uint32_t>{};
  if (*ms < 0 || *ms > std::numeric_limits<std::uint32_t>::max())
    return refuse(field, "must be a number of milliseconds");
  return std::optional<std::uint32_t>(static_cast<std::uint32_t>(*ms));
}

Status read_position(const RequestQuery& query, RequestSearch& search) {
  if (query.limit) {
    if (*query.limit < 1 || *query.limit > kMostOnAPage) return refuse("limit", "must be from 1 to 200");
    search.limit = static_cast<std::size_t>(*query.limit);
  }
  if (query.cursor) {
    search.before = usage::parse_position(*query.cursor);
    if (!search.before) return refuse("cursor", "must be the next_cursor of a page");
  }
  return Status::success();
}

/// What the handlers share: they run on the store's reading thread.
class UsageReader {
 public:
  UsageReader(usage::UsageStore& store, usage::Recorder& recorder,
              keys::Published<usage::PriceTable>& published)
      : store_(store), recorder_(recorder), published_(published) {}

  Result<RequestPage> page(const RequestSearch& search) {
    recorder_.flush();
    GEMINATE_TRY(const auto set, store_.prices());
    const usage::PriceTable prices(set);
    GEMINATE_TRY(const auto found,
                 usage::search_requests(store_, search.filter, search.before, search.limit));
    RequestPage page;
    for (const auto& record : found.records) page.requests.push_back(story_of(record, prices));
    if (found.next) page.next_cursor = usage::format_position(*found.next);
    return page;
  }

  Result<RequestStory> story(const usage::RequestId& id) {
    recorder_.flush();
    GEMINATE_TRY(const auto set, store_.prices());
    GEMINATE_TRY(const auto found, usage::find_request(store_, id));
    if (!found) return unknown_request();
    return story_of(*found, usage::PriceTable(set));
  }

  Result<UsageReport> report(const usage::SeriesQuery& query) {
    recorder_.flush();
    GEMINATE_TRY(const auto set, store_.prices());
    return usage::usage_report(store_, recorder_.writer(), usage::PriceTable(set), query);
  }

  Result<PriceList> prices() {
    GEMINATE_TRY(auto set, store_.prices());
    PriceList list = usage::PriceTable(set).view();
    list.revision = usage::revision_of(std::move(set));
    return list;
  }

  Result<PriceList> set_prices(const PriceEdit& edit, const Change& change) {
    GEMINATE_TRY(const auto read, usage::read_prices(edit));
    GEMINATE_TRY(auto former, store_.prices());
    const Change told = audit::completed(change, "prices", {}, usage::price_moves(former, read));
    if (edit.revision && *edit.revision != usage::revision_of(std::move(former))) {
      return Error{ErrorCode::Conflict, "prices were set in the meantime", {}, "revision", {}};
    }
    GEMINATE_CHECK_OK(store_.set_prices(read, told));
    published_.publish(std::make_shared<const usage::PriceTable>(read));
    return prices();
  }

 private:
  usage::UsageStore& store_;
  usage::Recorder& recorder_;
  /// What requests are charged by.
  keys::Published<usage::PriceTable>& published_;
};

/// A handler for a GET with a query: `read` makes of the query, on the worker, what `work` then answers.
template <class Query, class Answer, class Read, class Work>
http::ManagementHandler for_query(const RunInBackground& run, Read read, Work work) {
  return [run, read, work](const http::ManagementRequest& request, http::ManagementReply reply) {
    auto query = read_query<Query>(request.request.query());
    if (!query.ok()) return reply(error_answer(query.error()));
    auto wanted = read(*query);
    if (!wanted.ok()) return reply(error_answer(wanted.error()));
    const auto shared = std::make_shared<http::ManagementReply>(std::move(reply));
    run([shared, work, value = std::move(wanted).value()] {
      (*shared)(answer_of<Answer>(200, work(value)));
    });
  };
}

Result<usage::SeriesQuery> read_series(const UsageQuery& query) {
  usage::SeriesQuery series;
  // The running millisecond belongs to it.
  series.to = query.to.value_or(now().wall + std::chrono::milliseconds{1});
  series.from = query.from.value_or(series.to - kUsualTime);
  series.step = query.step.value_or(UsageStep::Hour);
  series.group_by = query.group_by.value_or(UsageGroup::None);
  series.id = query.id;
  return series;
}

}  // namespace

Result<RequestSearch> read_search(const RequestQuery& query) {
  RequestSearch search;
  search.filter.token_id = query.token_id;
  search.filter.key_id = query.key_id;
  search.filter.model = query.model;
  search.filter.status_group = query.status_class;
  search.filter.dialect = query.dialect;
  search.filter.ended_from = query.from;
  search.filter.ended_before = query.to;
  if (query.status) {
    if (*query.status < 100 || *query.status > 999) return refuse("status", "must be from 100 to 999");
    search.filter.status = static_cast<std::uint16_t>(*query.status);
  }
  GEMINATE_TRY(search.filter.least_duration_ms, duration_of("min_duration_ms", query.min_duration_ms));
  GEMINATE_TRY(search.filter.most_duration_ms, duration_of("max_duration_ms", query.max_duration_ms));
  if (query.request_id) {
    search.filter.ids = usage::ids_beginning_with(*query.request_id);
    if (!search.filter.ids)
      return refuse("request_id", "must be an x-request-id of this server, or how one begins");
  }
  GEMINATE_CHECK_OK(read_position(query, search));
  return search;
}

RequestStory story_of(const usage::RequestRecord& record, const usage::PriceTable& prices) {
  RequestStory story;
  story.request_id = usage::format_request_id(record.id);
  story.ended_at = record.ended;
  story.token_id = record.token_id;
  story.key_id = record.key_id;
  story.model = std::string(record.model.view());
  story.dialect = record.dialect;
  story.route = record.route;
  story.status = record.status;
  story.outcome = record.outcome;
  story.streamed = record.streamed;
  story.attempts_made = record.attempts_made;
  story.input_tokens = record.input_tokens;
  story.output_tokens = record.output_tokens;
  story.cached_tokens = record.cached_tokens;
  story.thought_tokens = record.thought_tokens;
  story.total_tokens = record.total_tokens;
  if (const auto* price = prices.find(record.model.view()); price != nullptr)
    story.cost_usd = usage::cost_usd(*price, record.input_tokens, record.output_tokens, record.cached_tokens);
  if (record.first_byte_ms != usage::kNoFirstByte) story.first_byte_ms = record.first_byte_ms;
  story.duration_ms = record.duration_ms;
  story.bytes_in = record.bytes_in;
  story.bytes_out = record.bytes_out;
  for (const auto& attempt : record.attempts) {
    story.attempts.push_back({attempt.key_id, attempt.verdict, attempt.upstream_status, attempt.waited_ms,
                              attempt.began_ms, attempt.duration_ms});
  }
  // One that served at once is not written down beside its request.
  if (record.attempts.empty() && record.attempts_made == 1)
    story.attempts.push_back({record.key_id, TriedVerdict::Fine, record.status, 0, 0, record.duration_ms});
  return story;
}

void register_usage_api(const http::AddManagementRoute& add_route, usage::UsageStore& store,
                        usage::Recorder& recorder, keys::Published<usage::PriceTable>& prices,
                        const RunInBackground& run) {
  const auto reader = std::make_shared<UsageReader>(store, recorder, prices);
  const auto add = [&](const auto& endpoint, http::ManagementHandler handler) {
    add_route(endpoint.verb, endpoint.path, std::move(handler));
  };
  add(api::kListRequests,
      for_query<RequestQuery, RequestPage>(
          run, read_search, [reader](const RequestSearch& search) { return reader->page(search); }));
  add(api::kGetUsage,
      for_query<UsageQuery, UsageReport>(
          run, read_series, [reader](const usage::SeriesQuery& query) { return reader->report(query); }));
  add(api::kGetRequest, [reader, run](const http::ManagementRequest& request, http::ManagementReply reply) {
    const auto id = usage::parse_request_id(request.id);
    if (!id) return reply(error_answer(unknown_request()));
    const auto shared = std::make_shared<http::ManagementReply>(std::move(reply));
    run([shared, reader, id = *id] { (*shared)(answer_of<RequestStory>(200, reader->story(id))); });
  });
  add(api::kListPrices,
      in_background(run, api::kListPrices,
                    [reader](const NoBody&, std::int64_t) -> Result<PriceList> { return reader->prices(); }));
  add(api::kSetPrices,
      in_background(run, api::kSetPrices,
                    [reader](const PriceEdit& edit, std::int64_t, const Caller& who) -> Result<PriceList> {
                      return reader->set_prices(edit, {who, AuditAction::PricesUpdate});
                    }));
}

}  // namespace geminate::admin
