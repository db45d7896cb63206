#include "backend/proxy/responses.h"

#include <charconv>
#include <optional>
#include <vector>

#include "backend/http/query_text.h"
#include "backend/translate/embeddings.h"

namespace geminate::proxy {
namespace {

constexpr std::string_view kRoot = "/v1/responses/";
constexpr std::string_view kInputItems = "/input_items";
constexpr std::size_t kMostItems = 100;

Error no_response(std::string_view id) {
  return {
      ErrorCode::NotFound, "Response with id '" + std::string(id) + "' not found.", {}, "response_id", {}};
}

Error bad_query(const char* name, const char* what) {
  return {ErrorCode::BadRequest, std::string(name) + " " + what, {}, name, {}};
}

/// The last value of that name; empty where there is none.
std::string query_value(const http::HttpRequest& request, std::string_view name) {
  auto values = http::query_values(request.query(), name);
  return values.empty() ? std::string() : std::move(values.back());
}

Result<translate::ItemPage> read_page(const std::string& limit, const std::string& order,
                                      const std::string& after) {
  translate::ItemPage page;
  page.after = after;
  if (!limit.empty()) {
    const auto [end, error] = std::from_chars(limit.data(), limit.data() + limit.size(), page.limit);
    const bool is_number = error == std::errc() && end == limit.data() + limit.size();
    if (!is_number || page.limit == 0 || page.limit > kMostItems)
      return bad_query("limit", "must be from 1 to 100");
  }
  if (!order.empty() && order != "asc" && order != "desc")
    return bad_query("order", "must be \"asc\" or \"desc\"");
  page.oldest_first = order == "asc";
  return page;
}

Result<std::string> input_items(const http::HttpRequest& request, const ResponseStore::Record& record) {
  const std::string after = query_value(request, "after");
  GEMINATE_TRY(const translate::ItemPage page,
               read_page(query_value(request, "limit"), query_value(request, "order"), after));
  return translate::list_input_items(*record, page);
}

}  // namespace

Result<ExchangePlan> plan_responses(const http::HttpRequest& request, const TranslationContext& context,
                                    ResponseStore& store) {
  GEMINATE_TRY(auto translated, translate::translate_responses(request.body(), context.signature_of(),
                                                               store.lookup(context.caller, context.now)));
  OnAnswered keep;
  if (translated.record) {
    keep = [&store, caller = context.caller, now = context.now, record = translated.record](
               const translate::AnswerTranslator&) { store.keep(caller, std::move(*record), now); };
  }
  return plan_translated(std::move(translated.translation), Dialect::Openai, context, std::move(keep));
}

Result<ExchangePlan> plan_input_tokens(const http::HttpRequest& request, const TranslationContext& context,
                                       const ResponseStore& store) {
  GEMINATE_TRY(auto call, translate::translate_input_tokens(request.body(), context.signature_of(),
                                                            store.lookup(context.caller, context.now)));
  return plan_collected(std::move(call), Dialect::Openai, translate::input_tokens_to_openai);
}

Result<ExchangePlan> plan_embeddings(const http::HttpRequest& request, const TranslationContext& context) {
  GEMINATE_TRY(auto translation, translate::translate_embeddings(request.body(), context.alias));
  translate::GeminiCall call;
  call.model = std::move(translation.model);
  call.method = "batchEmbedContents";
  call.body = std::move(translation.body);
  call.estimated_tokens = translation.estimated_tokens;
  return plan_collected(std::move(call), Dialect::Openai, std::move(translation.answer));
}

Result<std::string> stored_response(const http::HttpRequest& request, std::int64_t caller,
                                    ResponseStore& store, const Now& now) {
  std::string_view id = request.path().substr(kRoot.size());
  const bool wants_items = id.ends_with(kInputItems);
  if (wants_items) id.remove_suffix(kInputItems.size());
  if (request.method() == "DELETE") {
    if (!store.forget(caller, id, now)) return no_response(id);
    return translate::deleted_response(id);
  }
  const auto record = store.find(caller, id, now);
  if (!record) return no_response(id);
  if (wants_items) return input_items(request, record);
  if (query_value(request, "stream") == "true")
    return bad_query("stream", "must be false: only a background response is streamed later");
  return record->answer;
}

}  // namespace geminate::proxy
