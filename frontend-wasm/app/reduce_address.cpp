#include <charconv>

#include "frontend-wasm/app/location_names.h"
#include "frontend-wasm/app/parts.h"
#include "frontend-wasm/app/reduce_step.h"

namespace geminate::ui {
namespace {

bool is_settled(Loading loading) { return loading == Loading::Done || loading == Loading::Failed; }

std::int64_t number_in(const std::string& text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// The search of the page on screen, where it is another one.
void follow_values(Step& step, const Location& to) {
  AppState& state = step.state;
  if (to.page == Page::Keys) {
    const std::string search = to.value("q");
    if (search != state.keys.query.search) on(step, SearchKeys{step.drafts.key_search = search});
    const KeyFilter filter = choice_in(kFilterNames, to.value("filter"));
    if (filter != state.keys.query.filter) on(step, FilterKeys{filter});
  } else if (to.page == Page::Requests) {
    const std::string search = to.value("q");
    if (search != state.requests.search) on(step, SearchRequests{step.drafts.request_search = search});
  } else if (to.page == Page::Dashboard) {
    on(step, SetPeriod{choice_in(kPeriodNames, to.value("period"))});
  }
}

/// What is open on the page on screen: opened, exchanged or closed.
void follow_row(Step& step, const Location& to) {
  AppState& state = step.state;
  if (read_location(address_of(state)).row == to.row) return;
  close_overlay(step, state.keys);
  close_overlay(step, state.tokens);
  close_story(state.requests);
  if (to.row.empty()) return;
  if (to.page == Page::Keys) on(step, OpenKey{number_in(to.row)});
  if (to.page == Page::Tokens) on(step, OpenToken{number_in(to.row)});
  if (to.page == Page::Requests) on(step, OpenRequest{to.row});
  if (read_location(address_of(state)).row != to.row) step.toast(Tone::Warning, {TextId::RowGone, {}});
}

}  // namespace

GEMINATE_LATER void later_go_to(Step& step, const Location& to) {
  follow_values(step, to);
  follow_row(step, to);
}

void on(Step& step, const FollowAddress& action) {
  AppState& state = step.state;
  const Location to = read_location(action.address);
  state.menu_open = false;
  on(step, Navigate{to.page});
  // Names in a search, and rows, are looked up in both lists.
  state.address.awaited = action.address;
}

void follow_address(Step& step) {
  AppState& state = step.state;
  AddressState& address = state.address;
  if (!state.session.is_open) return;
  if (!address.awaited.empty()) {
    if (!state.whole || !is_settled(state.keys.loading) || !is_settled(state.tokens.loading)) return;
    const Location to = read_location(std::exchange(address.awaited, {}));
    if (to.page == state.page) later_go_to(step, to);
  }
  const std::string now = address_of(state);
  if (now == address.shown) return;
  // A place can be gone back to; a search that is being typed is not a place of its own.
  const bool same_place = read_location(now).same_place(read_location(address.shown));
  address.shown = now;
  step.effects.emplace_back(ShowPath{now, same_place});
}

void on(Step& step, const PathChanged& event) {
  step.state.address.shown = event.path;
  take(step, Action(FollowAddress{event.path}));
  step.redraw();
}

}  // namespace geminate::ui
