#pragma once

#include "backend/admin/binding.h"
#include "backend/keys/published.h"
#include "backend/usage/recorder.h"
#include "backend/usage/request_search.h"

namespace geminate::admin {

/// The routes for requests, usage and prices. `run` is a thread of its own, the store's reading one: a search
/// may take a while. `prices` hears of each edit of them. `store`, `recorder`, `prices` and `run` outlive the
/// handlers.
void register_usage_api(const http::AddManagementRoute& add_route, usage::UsageStore& store,
                        usage::Recorder& recorder, keys::Published<usage::PriceTable>& prices,
                        const RunInBackground& run);

/// What a query of requests means. BadRequest naming the field.
struct RequestSearch {
  usage::RequestFilter filter;
  std::optional<usage::SearchPosition> before;
  std::size_t limit = 50;
};
Result<RequestSearch> read_search(const RequestQuery& query);

/// A record as the API shows it.
RequestStory story_of(const usage::RequestRecord& record, const usage::PriceTable& prices);

}  // namespace geminate::admin
