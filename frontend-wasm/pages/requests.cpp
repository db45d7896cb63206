#include "frontend-wasm/pages/requests.h"
#include "frontend-wasm/pages/list_parts.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "frontend-wasm/app/request_filter.h"
#include "frontend-wasm/pages/page_frame.h"
#include "frontend-wasm/pages/request_parts.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/fields.h"

namespace geminate::ui {
namespace {

struct QuickFilter {
  TextId name;
  const char* term;  // empty with an empty value: no filter
  const char* value;
};

constexpr std::array<QuickFilter, 5> kFilters = {{{TextId::FilterServed, "status:", "2xx"},
                                                  {TextId::FilterClient, "status:", "4xx"},
                                                  {TextId::FilterServer, "status:", "5xx"},
                                                  {TextId::FilterCut, "status:", "cut"},
                                                  {TextId::FilterSlow, "took>", "5s"}}};

void search(Drafts& drafts, std::string text, const Emit& emit) {
  drafts.request_search = std::move(text);
  emit(SearchRequests{drafts.request_search});
}

void draw_search(const AppState& state, Drafts& drafts, float width, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const Text fault = state.requests.search_fault ? say(*state.requests.search_fault) : Text();
  const TextId hint = is_narrow() ? TextId::SearchRequestsHintShort : TextId::SearchRequestsHint;
  const FieldEvent event =
      search_field(say, TextId::SearchRequestsLabel, hint, drafts.request_search, width, fault);
  if (event.submitted || (event.changed && drafts.request_search.empty()))
    emit(SearchRequests{drafts.request_search});
  if (fault.empty()) return;
  gap(6);
  paragraph(fault, {.size = type::kLabel, .colour = theme().bad.text}, width);
}

/// On: its term stands in the search. Pressing it puts it there or takes it out.
void draw_chips(const AppState& state, Drafts& drafts, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  ImGui::PushID("quick");
  if (chip(say(TextId::LiveTail), Text(), state.requests.tail)) emit(SetRequestTail{!state.requests.tail});
  for (const QuickFilter& filter : kFilters) {
    ImGui::SameLine(0, space::kTightGap);
    const bool on = term_of(state.requests.search, filter.term) == filter.value;
    if (chip(say(filter.name), Text(), on))
      search(drafts, with_term(state.requests.search, filter.term, on ? "" : filter.value), emit);
  }
  ImGui::PopID();
}

float chips_width(const Phrasebook& say) {
  const auto width = [&say](TextId name) {
    return std::ceil(measure(say(name), {.size = type::kDense}).x) + 24;
  };
  float all = width(TextId::LiveTail);
  for (const QuickFilter& filter : kFilters) all += width(filter.name) + space::kTightGap;
  return all;
}

void draw_toolbar(const AppState& state, Drafts& drafts, float width, const Emit& emit) {
  const float chips_high = chip_height();
  const float chips = chips_width(state.phrasebook());
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool one_line = width - chips - space::kSection >= 420;
  draw_search(state, drafts, one_line ? width - chips - space::kSection : width, emit);
  const float bottom = ImGui::GetCursorScreenPos().y;
  if (one_line) {
    ImGui::SetCursorScreenPos({at.x + width - chips, at.y + (surface().field_height() - chips_high) / 2});
    draw_chips(state, drafts, emit);
    ImGui::SetCursorScreenPos({at.x, bottom});
  } else {
    // Too many for a phone's width: they scroll sideways.
    gap(space::kTightGap);
    ImGui::BeginChild("chips", {width, chips_high}, ImGuiChildFlags_NavFlattened,
                      ImGuiWindowFlags_HorizontalScrollbar | ImGuiWindowFlags_NoScrollbar);
    draw_chips(state, drafts, emit);
    ImGui::EndChild();
  }
  gap(space::kGap);
}

/// What stands where the list would be, while there is none. True when it drew something.
bool draw_no_list(const AppState& state, Drafts& drafts, ImVec2 size, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const RequestsPageState& page = state.requests;
  const bool waiting = page.loading == RequestsLoading::Never || page.loading == RequestsLoading::Running;
  if (!waiting && !page.rows.empty()) return false;
  const Card card("no_list", size, {1, 1});
  if (waiting) {
    skeleton_rows(std::max(1, static_cast<int>(size.y / space::kRow) - 1), space::kRow);
  } else if (page.loading == RequestsLoading::Failed) {
    const Text why = page.problem ? say(*page.problem) : say(TextId::ServerLost);
    if (empty_state(Icon::Offline, say(TextId::RequestsNotLoaded), why, say(TextId::Refresh)))
      emit(RefreshRequests{});
  } else if (page.asking_older) {
    empty_state(Icon::Clock, say(TextId::SearchingOlder), Text());
  } else if (page.next_cursor) {
    if (empty_state(Icon::Search, say(TextId::NoRequestsMatch), Text(), say(TextId::SearchOlder)))
      emit(LoadOlderRequests{});
  } else if (page.search.empty()) {
    empty_state(Icon::List, say(TextId::NoRequests), say(TextId::NoRequestsHint));
  } else if (empty_state(Icon::Search, say(TextId::NoRequestsMatch), say(TextId::NoMatchesHint),
                         say(TextId::ClearFilters))) {
    search(drafts, {}, emit);
  }
  return true;
}

void draw_list(const AppState& state, Drafts& drafts, const PageFrame& frame, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const float foot = frame.narrow() ? 0 : 26;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 size{frame.width(), frame.height_left(320) - foot};
  if (draw_no_list(state, drafts, size, emit)) return;
  if (frame.narrow()) return draw_request_cards(state, frame.width(), emit);
  draw_request_table(state, size, emit);
  ImGui::SetCursorScreenPos({at.x, at.y + size.y + 9});
  const std::string count = exact_count(static_cast<std::int64_t>(state.requests.rows.size())).str();
  const TextId sentence = state.requests.next_cursor ? TextId::ShownRequestsMore : TextId::ShownRequests;
  text(say(sentence, {count}), {.size = type::kLabel, .colour = theme().secondary});
}

}  // namespace

void requests_page(const AppState& state, Drafts& drafts, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  {
    const PageFrame frame(
        state, emit, say(TextId::RequestsTitle),
        {{say(TextId::Refresh), Icon::Refresh, ButtonKind::Quiet, [&] { emit(RefreshRequests{}); }}});
    draw_toolbar(state, drafts, frame.width(), emit);
    draw_list(state, drafts, frame, emit);
  }
  draw_request_drawer(state, emit);
}

}  // namespace geminate::ui
