#include <cmath>

#include "frontend-wasm/pages/drawer_frame.h"
#include "frontend-wasm/pages/request_parts.h"
#include "frontend-wasm/text/amounts.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/blocks.h"
#include "frontend-wasm/widgets/overlays.h"

namespace geminate::ui {
namespace {

struct Drawer {
  const AppState& state;
  const Emit& emit;
  float width;  // of the content

  Phrasebook say() const { return state.phrasebook(); }
};

/// The row in the list until the story is there, which has all of it.
const RequestView* shown(const RequestsPageState& page) {
  if (page.story) return &*page.story;
  for (const RequestView& row : page.rows) {
    if (row.request_id == page.open_id) return &row;
  }
  return nullptr;
}

void draw_head(const Drawer& drawer, const RequestView* request, ImVec2 min, float width) {
  const float middle = min.y + kDrawerHead / 2;
  const float side = button_height({});
  float x = min.x + kDrawerPadding;
  if (request != nullptr) {
    const Text status = Text::verbatim(std::to_string(request->status));
    ImGui::SetCursorScreenPos({x, middle - pill_size(status).y / 2});
    pill(tone_of(*request), status);
    x += pill_size(status).x + space::kGap;
  }
  const Text id = Text::verbatim(drawer.state.requests.open_id);
  const float room = min.x + width - 2 * side - 20 - x;
  paint_text({x, middle - type::kDense / 2}, id, {.size = type::kDense, .face = Face::Mono}, room);
  describe_text(id, {x, middle - 8}, {x + room, middle + 8});
  ImGui::SetCursorScreenPos({min.x + width - 2 * side - 12, middle - side / 2});
  if (icon_button(drawer.say()(TextId::CopyId), Icon::Copy)) drawer.emit(CopyText{id.str()});
  end_drawer_head(drawer.say(), min, width, drawer.emit);
}

/// One moment of the story: when it was, a dot on the line, what happened and what it meant.
struct Moment {
  std::int64_t at_ms;
  Tone tone;
  Text title;
  Text remark;
};

constexpr float kTimes = 76;  // the column of moments' times
constexpr float kDot = kTimes + 12;
constexpr float kWords = kDot + 18;

void draw_moment(const Drawer& drawer, const Moment& moment, bool last) {
  const TextStyle title{.size = type::kDense};
  const TextStyle remark{.size = type::kLabel, .colour = theme().secondary};
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float wrap = drawer.width - kWords;
  const float title_height = measure(moment.title, title, wrap).y;
  const float remark_height = moment.remark.empty() ? 0 : measure(moment.remark, remark, wrap).y + 3;
  const float height = title_height + remark_height + 16;
  const Text time = Text::verbatim("+" + duration_text(drawer.say(), moment.at_ms).str());
  const TextStyle faint{.size = type::kLabel, .colour = theme().faint};
  paint_text({at.x + kTimes - measure(time, faint).x, at.y + 1}, time, faint);
  ImDrawList& into = *ImGui::GetWindowDrawList();
  if (!last) into.AddLine({at.x + kDot, at.y + 8}, {at.x + kDot, at.y + height + 20}, theme().line, 1.5F);
  into.AddCircleFilled({at.x + kDot, at.y + 8}, 4.5F, theme().tone(moment.tone).fill, 20);
  ImGui::SetCursorScreenPos({at.x + kWords, at.y});
  paragraph(moment.title, title, wrap);
  if (!moment.remark.empty()) {
    ImGui::SetCursorScreenPos({at.x + kWords, at.y + title_height + 3});
    paragraph(moment.remark, remark, wrap);
  }
  ImGui::SetCursorScreenPos({at.x, at.y + height});
}

Moment moment_of(const Drawer& drawer, const AttemptView& attempt, std::size_t number) {
  const Phrasebook say = drawer.say();
  const std::string took = duration_text(say, attempt.duration_ms).str();
  const std::string answered =
      attempt.upstream_status == 0
          ? say(TextId::StoryNoAnswer, {took}).str()
          : say(TextId::StoryAnswered, {std::to_string(attempt.upstream_status), took}).str();
  std::string remark = verdict_name(say, attempt.verdict).str() + " · " + answered;
  if (attempt.waited_ms > 0)
    remark = say(TextId::StoryWaited, {duration_text(say, attempt.waited_ms).str()}).str() + " · " + remark;
  return {attempt.began_ms, tone_of(attempt.verdict),
          say(TextId::StoryTried, {std::to_string(number), key_name(drawer.state, attempt.key_id).str()}),
          Text::verbatim(remark)};
}

/// Below a try; a key that was deleted since leads nowhere.
void draw_key_link(const Drawer& drawer, std::int64_t key) {
  if (drawer.state.keys.find(key) == nullptr) return;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::SetCursorScreenPos({at.x + kWords, at.y - 12});
  const Text label = drawer.say()(TextId::ShowKeyOf, {key_name(drawer.state, key).str()});
  if (link(label, type::kLabel)) drawer.emit(ShowKey{key});
  ImGui::SetCursorScreenPos({at.x, at.y + 14});
}

void draw_story(const Drawer& drawer, const RequestStory& story) {
  const Phrasebook say = drawer.say();
  heading(say(TextId::StoryHeading), 3);
  gap(space::kGap);
  if (story.attempts.empty()) draw_moment(drawer, {0, Tone::Neutral, say(TextId::StoryNoAttempt), {}}, false);
  std::size_t number = 0;
  for (const AttemptView& attempt : story.attempts) {
    ImGui::PushID(static_cast<int>(++number));
    draw_moment(drawer, moment_of(drawer, attempt, number), false);
    draw_key_link(drawer, attempt.key_id);
    ImGui::PopID();
  }
  const Text end = say(TextId::StoryEnded, {outcome_name(say, story.outcome).str()});
  draw_moment(drawer, {story.duration_ms, tone_of(story), end, {}}, true);
  gap(space::kTightGap);
}

struct Fact {
  Text name;
  Text value;
};

std::vector<Fact> facts_of(const Drawer& drawer, const RequestView& request) {
  const Phrasebook say = drawer.say();
  const auto count = [](std::int64_t value) { return exact_count(value); };
  return {
      {say(TextId::ColumnModel), Text::verbatim(request.model.empty() ? "–" : request.model)},
      {say(TextId::FactRoute), route_name(say, request.route)},
      {say(TextId::ColumnDialect), Text::verbatim(name_of(request.dialect))},
      {say(TextId::FactStreamed), say(request.streamed ? TextId::Yes : TextId::No)},
      {say(TextId::ColumnClient), token_name(drawer.state, request.token_id)},
      {say(TextId::ColumnServedBy), key_name(drawer.state, request.key_id)},
      {say(TextId::ColumnDuration), duration_text(say, request.duration_ms)},
      {say(TextId::ColumnFirstByte),
       request.first_byte_ms ? duration_text(say, *request.first_byte_ms) : Text::verbatim("–")},
      {say(TextId::ColumnTokensInOut), tokens_text(request)},
      {say(TextId::ColumnCost), cost_text(say, request)},
      {say(TextId::FactTokensCached), count(request.cached_tokens)},
      {say(TextId::FactTokensThought), count(request.thought_tokens)},
      {say(TextId::FactBytes),
       Text::verbatim(count(request.bytes_in).str() + " / " + count(request.bytes_out).str())},
      {say(TextId::FactEndedAt), exact_time(request.ended_at, drawer.state.zone_minutes)},
  };
}

void draw_facts(const Drawer& drawer, const RequestView& request) {
  heading(drawer.say()(TextId::StoryFacts), 3);
  gap(space::kTightGap);
  const float column = std::floor((drawer.width - space::kGap) / 2);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const std::vector<Fact> facts = facts_of(drawer, request);
  constexpr float kStep = 44;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const ImVec2 here{at.x + (column + space::kGap) * static_cast<float>(i % 2),
                      at.y + kStep * static_cast<float>(i / 2)};
    ImGui::SetCursorScreenPos(here);
    text(facts[i].name, {.size = type::kLabel, .colour = theme().secondary}, column);
    ImGui::SetCursorScreenPos({here.x, here.y + 18});
    text(facts[i].value, {.size = type::kDense}, column);
  }
  ImGui::SetCursorScreenPos({at.x, at.y + kStep * static_cast<float>((facts.size() + 1) / 2)});
  gap(space::kTightGap);
  if (request.key_id == 0) return;
  const Text similar = drawer.say()(TextId::RequestsOfKey);
  if (link(similar)) drawer.emit(ShowRequests{"key:#" + std::to_string(request.key_id)});
}

void draw_content(const Drawer& drawer, const RequestView* request) {
  const RequestsPageState& page = drawer.state.requests;
  if (page.story_problem) {
    banner(Tone::Bad, Icon::Warning, drawer.say()(TextId::StoryGone));
    gap(space::kGap);
  }
  if (page.story) {
    draw_story(drawer, *page.story);
  } else if (!page.story_problem) {
    skeleton_rows(3, space::kRow);
  }
  if (request != nullptr) draw_facts(drawer, *request);
}

}  // namespace

void draw_request_drawer(const AppState& state, const Emit& emit) {
  if (state.requests.open_id.empty()) return;
  const Phrasebook say = state.phrasebook();
  const RequestView* request = shown(state.requests);
  const std::string name = say(TextId::RequestId).str() + " " + state.requests.open_id;
  Dialog dialog("request", Text::verbatim(name), Dialog::Form::RightEdge, space::kDrawer);
  const ImVec2 min = ImGui::GetWindowPos();
  const ImVec2 size = ImGui::GetWindowSize();
  Drawer drawer{state, emit, size.x - 2 * kDrawerPadding};
  draw_head(drawer, request, min, size.x);
  {
    const DrawerContent content(min, size, 0);
    drawer.width = content.width();
    draw_content(drawer, request);
  }
  if (dialog.dismissed()) emit(CloseOverlay{});
}

}  // namespace geminate::ui
