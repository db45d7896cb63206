#include <algorithm>
#include <utility>

#include "frontend-wasm/app/reduce_step.h"
#include "frontend-wasm/app/reducer.h"
#include "frontend-wasm/app/request_filter.h"
#include "frontend-wasm/app/router.h"

namespace geminate::ui {
namespace {

/// What one answer brings: first a screen, then the most that the API gives at once.
constexpr std::int32_t kFirstRows = 100;
constexpr std::int32_t kMoreRows = 200;
/// The tail is brought up to date once a second at most, however much happens.
constexpr double kTailSeconds = 1;
/// With the tail on, so many rows are kept; then the list begins anew with the newest.
constexpr std::size_t kTailRows = 2000;
/// Searches for something rare go on by themselves for so many answers without a row.
constexpr int kEmptyPages = 20;

void ask(Step& step, RequestsPart part) {
  RequestsPageState& page = step.state.requests;
  RequestQuery query = page.query;
  query.limit = part == RequestsPart::Newest ? kFirstRows : kMoreRows;
  if (part == RequestsPart::Older) query.cursor = page.next_cursor;
  step.send(FetchRequests{std::move(query), part, page.serial});
}

void ask_older(Step& step) {
  RequestsPageState& page = step.state.requests;
  if (!page.next_cursor || page.asking_older) return;
  page.asking_older = true;
  ask(step, RequestsPart::Older);
}

void take_newest(RequestsPageState& page, RequestPage&& loaded) {
  page.rows = std::move(loaded.requests);
  page.next_cursor = std::move(loaded.next_cursor);
  page.loading = RequestsLoading::Done;
  page.problem.reset();
}

/// Puts what came since before the rows. Where the two do not meet, or the list got long, it begins anew:
/// better than a gap that nobody sees.
void take_since(RequestsPageState& page, RequestPage&& loaded) {
  page.asking_since = false;
  auto& fresh = loaded.requests;
  const auto meets = page.rows.empty()
                         ? fresh.end()
                         : std::find_if(fresh.begin(), fresh.end(), [&page](const RequestView& row) {
                             return row.request_id == page.rows.front().request_id;
                           });
  if (meets == fresh.end() || page.rows.size() > kTailRows) return take_newest(page, std::move(loaded));
  const auto count = meets - fresh.begin();
  page.prepended += static_cast<std::uint64_t>(count);
  page.rows.insert(page.rows.begin(), std::make_move_iterator(fresh.begin()), std::make_move_iterator(meets));
}

}  // namespace

void close_story(RequestsPageState& page) {
  page.open_id.clear();
  page.story.reset();
  page.story_problem.reset();
}

void fetch_requests(Step& step) {
  RequestsPageState& page = step.state.requests;
  ++page.serial;
  if (page.loading != RequestsLoading::Done) page.loading = RequestsLoading::Running;
  page.asking_older = false;
  page.empty_pages = 0;
  page.moved = false;
  page.asking_since = true;
  page.since_due_at = step.state.now + kTailSeconds;
  ask(step, RequestsPart::Newest);
}

void requests_moved(Step& step) { step.state.requests.moved = true; }

std::optional<double> requests_due(const AppState& state) {
  const RequestsPageState& page = state.requests;
  if (state.page != Page::Requests || !page.tail || page.asking_since) return std::nullopt;
  if (page.search_fault || page.loading == RequestsLoading::Never) return std::nullopt;
  if (!state.feed.up) return page.since_due_at + kRefreshSeconds;
  return page.moved ? std::optional(page.since_due_at) : std::nullopt;
}

void follow_requests(Step& step) {
  const auto due = requests_due(step.state);
  if (!due || step.state.now < *due) return;
  RequestsPageState& page = step.state.requests;
  if (page.loading == RequestsLoading::Failed) return fetch_requests(step);
  page.moved = false;
  page.asking_since = true;
  page.since_due_at = step.state.now + kTailSeconds;
  ask(step, RequestsPart::Since);
}

void on(Step& step, const SearchRequests& action) {
  RequestsPageState& page = step.state.requests;
  page.search = action.text;
  RequestFilter filter = parse_request_filter(action.text, {step.state.tokens.tokens, step.state.keys.keys});
  page.search_fault = std::move(filter.fault);
  if (page.search_fault) return;
  page.query = std::move(filter.query);
  page.rows.clear();
  page.next_cursor.reset();
  page.loading = RequestsLoading::Running;
  fetch_requests(step);
}

void on(Step& step, const ShowRequests& action) {
  step.drafts.request_search = action.search;
  on(step, Navigate{Page::Requests});
  on(step, SearchRequests{action.search});
}

void on(Step& step, const LoadOlderRequests&) {
  step.state.requests.empty_pages = 0;
  ask_older(step);
}

void on(Step& step, const RefreshRequests&) { fetch_requests(step); }

void on(Step& step, const SetRequestTail& action) {
  step.state.requests.tail = action.on;
  if (action.on) requests_moved(step);
}

void on(Step& step, const OpenRequest& action) {
  RequestsPageState& page = step.state.requests;
  close_story(page);
  page.open_id = action.id;
  step.send(FetchStory{action.id});
}

void on(Step& step, const ShowKey& action) {
  on(step, Navigate{Page::Keys});
  on(step, OpenKey{action.id});
}

void on(Step& step, const RequestsLoaded& event) {
  RequestsPageState& page = step.state.requests;
  server_answered(step);
  if (event.serial != page.serial) return;
  RequestPage loaded = event.page;
  const bool nothing = loaded.requests.empty();
  switch (event.part) {
    case RequestsPart::Newest:
      page.asking_since = false;
      take_newest(page, std::move(loaded));
      break;
    case RequestsPart::Older:
      page.asking_older = false;
      page.rows.insert(page.rows.end(), std::make_move_iterator(loaded.requests.begin()),
                       std::make_move_iterator(loaded.requests.end()));
      page.next_cursor = std::move(loaded.next_cursor);
      break;
    case RequestsPart::Since:
      take_since(page, std::move(loaded));
      break;
  }
  page.empty_pages = nothing ? page.empty_pages + 1 : 0;
  if (nothing && event.part != RequestsPart::Since && page.empty_pages < kEmptyPages) ask_older(step);
  step.redraw();
}

void on(Step& step, const StoryLoaded& event) {
  server_answered(step);
  take_answers_story(step, event.story);
  RequestsPageState& page = step.state.requests;
  if (event.story.request_id != page.open_id) return;
  page.story = event.story;
  step.redraw();
}

void failed(Step& step, const FetchRequests& request, const Failure& failure) {
  RequestsPageState& page = step.state.requests;
  if (request.serial != page.serial) return;
  page.asking_older = page.asking_since = false;
  if (failure.status == 400) {
    page.search_fault = describe(failure);
    page.loading = RequestsLoading::Done;
  } else if (page.loading != RequestsLoading::Done) {
    page.loading = RequestsLoading::Failed;
    page.problem = describe(failure);
  } else if (request.part != RequestsPart::Since) {
    step.complain(failure);
  }
}

void failed(Step& step, const FetchStory& request, const Failure& failure) {
  RequestsPageState& page = step.state.requests;
  if (request.id == page.open_id) page.story_problem = describe(failure);
  miss_answers_story(step, request.id);
}

}  // namespace geminate::ui
