#include <algorithm>
#include <cmath>

#include "frontend-wasm/app/snippets.h"
#include "frontend-wasm/pages/playground_parts.h"
#include "frontend-wasm/pages/request_parts.h"
#include "frontend-wasm/text/amounts.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/selectable_text.h"
#include "shared/core/plain_format.h"

namespace geminate::ui {
namespace {

constexpr TextId kStageNames[] = {TextId::AnswerNone, TextId::AnswerWaiting, TextId::AnswerStreaming,
                                  TextId::AnswerDone, TextId::AnswerStopped, TextId::AnswerFailed};

Tone tone_of(AnswerStage stage) {
  switch (stage) {
    case AnswerStage::Done:
      return Tone::Good;
    case AnswerStage::Failed:
      return Tone::Bad;
    case AnswerStage::Waiting:
    case AnswerStage::Streaming:
      return Tone::Accent;
    default:
      return Tone::Neutral;
  }
}

Text seconds(const PlaygroundFrame& frame, double duration) {
  return duration_text(frame.say(), static_cast<std::int64_t>(std::max(0.0, duration) * 1000));
}

/// One line: how it stands, with which model, since when; and the command to copy.
void draw_status(const PlaygroundFrame& frame, float width) {
  const PlaygroundAnswer& answer = frame.state.playground.answer;
  const Text stage = frame.say()(kStageNames[static_cast<std::size_t>(answer.stage)]);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ButtonStyle small{.kind = ButtonKind::Quiet, .small = true};
  const float side = button_height(small);
  const float middle = at.y + side / 2;
  ImGui::SetCursorScreenPos({at.x, middle - pill_size(stage).y / 2});
  pill(tone_of(answer.stage), stage);
  const float x = at.x + pill_size(stage).x + space::kGap;
  std::string line = answer.model;
  if (answer.running()) {
    line += " · " + seconds(frame, frame.state.now - answer.sent_at).str();
    surface().change_in(0.25);
  }
  ImGui::SetCursorScreenPos({x, std::round(middle - type::kDense / 2)});
  text(Text::verbatim(line), {.size = type::kDense, .colour = theme().secondary},
       at.x + width - side - 8 - x);
  if (!answer.text.empty()) {
    ImGui::SetCursorScreenPos({at.x + width - side, at.y});
    if (icon_button(frame.say()(TextId::AnswerCopy), Icon::Copy, small)) frame.emit(CopyText{answer.text});
  }
  ImGui::SetCursorScreenPos({at.x, at.y + side});
  gap(space::kTightGap);
}

void draw_problem(const PlaygroundFrame& frame, float width) {
  const PlaygroundAnswer& answer = frame.state.playground.answer;
  if (!answer.problem) return;
  std::string title = frame.say()(*answer.problem).str();
  if (answer.status >= 400) title += " (" + std::to_string(answer.status) + ")";
  banner(Tone::Bad, Icon::Warning, Text::verbatim(title));
  gap(space::kTightGap);
  if (answer.said.empty()) return;
  ImGui::PushID("said");
  selectable_text(Text::verbatim(answer.said), answer.said,
                  {.size = type::kDense, .colour = theme().secondary}, width);
  ImGui::PopID();
  gap(space::kGap);
}

void draw_text(const PlaygroundFrame& frame, float width) {
  const Phrasebook say = frame.say();
  const PlaygroundAnswer& answer = frame.state.playground.answer;
  const TextStyle quiet{.size = type::kDense, .colour = theme().secondary};
  if (!answer.text.empty()) {
    selectable_text(say(TextId::AnswerText), answer.text, {.size = type::kBody}, width);
  } else if (answer.stage == AnswerStage::Done) {
    paragraph(say(TextId::AnswerEmpty), quiet, width);
  }
  gap(space::kTightGap);
  if (answer.other_parts > 0)
    paragraph(say(TextId::AnswerOtherParts, {std::to_string(answer.other_parts)}), quiet, width);
  if (answer.finish_reason.empty() || answer.finish_reason == "STOP") return;
  const TextStyle warning{.size = type::kDense, .colour = theme().warning.text};
  const bool cut = answer.finish_reason == "MAX_TOKENS";
  paragraph(cut ? say(TextId::AnswerCutShort) : say(TextId::AnswerFinish, {answer.finish_reason}), warning,
            width);
}

// --- figures
struct AnswerFigure {
  Text name;
  Text value;
};

std::optional<Text> speed(const PlaygroundFrame& frame) {
  const PlaygroundAnswer& answer = frame.state.playground.answer;
  if (!answer.usage || answer.usage->candidatesTokenCount == 0 || !answer.first_text_at) return std::nullopt;
  // A short answer comes at once: then its whole time is what there is to divide by.
  constexpr double kLeast = 0.05;
  const double streamed = answer.ended_at - *answer.first_text_at;
  const double time = streamed >= kLeast ? streamed : answer.ended_at - answer.sent_at;
  if (time <= 0) return std::nullopt;
  const double rate = static_cast<double>(answer.usage->candidatesTokenCount) / time;
  return frame.say()(TextId::AnswerPerSecond, {decimal_text(rate, 1)});
}

std::vector<AnswerFigure> figures_of(const PlaygroundFrame& frame) {
  const Phrasebook say = frame.say();
  const PlaygroundAnswer& answer = frame.state.playground.answer;
  std::vector<AnswerFigure> figures;
  if (answer.first_text_at)
    figures.push_back({say(TextId::AnswerFirstText), seconds(frame, *answer.first_text_at - answer.sent_at)});
  figures.push_back({say(TextId::AnswerTotal), seconds(frame, answer.ended_at - answer.sent_at)});
  if (auto text = speed(frame)) figures.push_back({say(TextId::AnswerSpeed), std::move(*text)});
  if (!answer.usage) return figures;
  figures.push_back({say(TextId::AnswerTokensIn), exact_count(answer.usage->promptTokenCount)});
  figures.push_back({say(TextId::AnswerTokensOut), exact_count(answer.usage->candidatesTokenCount)});
  if (answer.usage->thoughtsTokenCount > 0)
    figures.push_back({say(TextId::AnswerTokensThought), exact_count(answer.usage->thoughtsTokenCount)});
  if (answer.story && answer.story->cost_usd)
    figures.push_back({say(TextId::ColumnCost), dollars(*answer.story->cost_usd)});
  return figures;
}

void draw_figures(const PlaygroundFrame& frame, float width) {
  constexpr float kStep = 46;
  const auto figures = figures_of(frame);
  const int columns = width >= 520 ? 4 : width >= 400 ? 3 : 2;
  const float column = std::floor(width / static_cast<float>(columns));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  for (std::size_t i = 0; i < figures.size(); ++i) {
    const auto place = static_cast<int>(i);
    const ImVec2 here{at.x + column * static_cast<float>(place % columns),
                      at.y + kStep * static_cast<float>(place / columns)};
    ImGui::SetCursorScreenPos(here);
    text(figures[i].name, {.size = type::kLabel, .colour = theme().secondary}, column - space::kTightGap);
    ImGui::SetCursorScreenPos({here.x, here.y + 18});
    text(figures[i].value, {.size = type::kBody, .face = Face::Semibold}, column - space::kTightGap);
  }
  const int rows = (static_cast<int>(figures.size()) + columns - 1) / columns;
  ImGui::SetCursorScreenPos({at.x, at.y + kStep * static_cast<float>(rows)});
  gap(space::kTightGap);
}

// --- which key, and why
Text why(const PlaygroundFrame& frame, const RequestStory& story) {
  const Phrasebook say = frame.say();
  if (story.attempts.empty()) return say(TextId::WhyNone);
  const AttemptView& last = story.attempts.back();
  const std::string key = key_name(frame.state, last.key_id).str();
  const std::string count = std::to_string(story.attempts.size());
  const std::string verdict = verdict_name(say, last.verdict).str();
  if (last.verdict != TriedVerdict::Fine && story.attempts.size() == 1)
    return say(TextId::WhyFailedOnce, {key, verdict});
  if (last.verdict != TriedVerdict::Fine) return say(TextId::WhyFailed, {count, key, verdict});
  return story.attempts.size() == 1 ? say(TextId::WhyFirst, {key}) : say(TextId::WhyAfter, {key, count});
}

void draw_attempt(const PlaygroundFrame& frame, const AttemptView& attempt, std::size_t number, float width) {
  const Phrasebook say = frame.say();
  const Text verdict = verdict_name(say, attempt.verdict);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const std::string took = duration_text(say, attempt.duration_ms).str();
  std::string remark =
      attempt.upstream_status == 0
          ? say(TextId::StoryNoAnswer, {took}).str()
          : say(TextId::StoryAnswered, {std::to_string(attempt.upstream_status), took}).str();
  if (attempt.waited_ms > 0)
    remark = say(TextId::StoryWaited, {duration_text(say, attempt.waited_ms).str()}).str() + " · " + remark;
  const float pill_width = pill_size(verdict).x;
  ImGui::SetCursorScreenPos({at.x, at.y + 2});
  text(say(TextId::StoryTried, {std::to_string(number), key_name(frame.state, attempt.key_id).str()}),
       {.size = type::kDense}, width - pill_width - space::kGap);
  ImGui::SetCursorScreenPos({at.x + width - pill_width, at.y});
  pill(geminate::ui::tone_of(attempt.verdict), verdict);
  ImGui::SetCursorScreenPos({at.x, at.y + 26});
  paragraph(Text::verbatim(remark), {.size = type::kLabel, .colour = theme().secondary}, width);
  gap(space::kHair);
  if (frame.state.keys.find(attempt.key_id) != nullptr &&
      link(say(TextId::ShowKeyOf, {key_name(frame.state, attempt.key_id).str()}), type::kLabel))
    frame.emit(ShowKey{attempt.key_id});
  gap(space::kGap);
}

void draw_why(const PlaygroundFrame& frame, float width) {
  const Phrasebook say = frame.say();
  const PlaygroundAnswer& answer = frame.state.playground.answer;
  if (answer.request_id.empty()) return;
  heading(say(TextId::AnswerWhy), 3).level = 2;
  gap(space::kTightGap);
  const TextStyle quiet{.size = type::kDense, .colour = theme().secondary};
  if (!answer.story) {
    const bool looking = answer.story_due_at > 0 || answer.story_tries <= 1;
    return paragraph(say(looking ? TextId::WhyLooking : TextId::WhyNoRecord), quiet, width);
  }
  paragraph(why(frame, *answer.story), {.size = type::kDense}, width);
  gap(space::kGap);
  std::size_t number = 0;
  for (const AttemptView& attempt : answer.story->attempts) {
    ImGui::PushID(static_cast<int>(++number));
    draw_attempt(frame, attempt, number, width);
    ImGui::PopID();
  }
  if (link(say(TextId::AnswerShowRequest))) frame.ask(ShowAnswersRequest{});
}

void draw_outcome(const PlaygroundFrame& frame, float width, float height) {
  const Phrasebook say = frame.say();
  const PlaygroundAnswer& answer = frame.state.playground.answer;
  if (answer.stage == AnswerStage::None) {
    ImGui::BeginChild("none", {width, std::max(height, 260.0F)}, ImGuiChildFlags_NavFlattened);
    empty_state(Icon::Prompt, say(TextId::AnswerNone), say(TextId::AnswerNoneHint));
    ImGui::EndChild();
    return;
  }
  draw_status(frame, width);
  draw_problem(frame, width);
  draw_text(frame, width);
  if (answer.running()) return;
  gap(space::kTightGap);
  if (!answer.text.empty()) {
    if (button(say(TextId::AnswerGoOn), {.icon = Icon::Plus, .small = true})) frame.ask(GoOnFromAnswer{});
    gap(space::kSection);
  }
  const ImVec2 line = ImGui::GetCursorScreenPos();
  ImGui::GetWindowDrawList()->AddLine(line, {line.x + width, line.y}, theme().row_line);
  gap(space::kGap);
  draw_figures(frame, width);
  draw_why(frame, width);
}

// --- the same as code
void draw_code(const PlaygroundFrame& frame, SnippetLanguage language, const Text& name, float width) {
  const Phrasebook say = frame.say();
  const PromptDraft& draft = frame.drafts.prompt;
  const bool thinks = frame.state.playground.thinks(draft.model_name());
  const std::string code = snippet(language, draft, thinks, frame.state.server_address);
  const bool images = std::any_of(draft.turns.begin(), draft.turns.end(),
                                  [](const PromptTurn& turn) { return !turn.images.empty(); });
  std::string note = say(TextId::SnippetToken, {std::string(kTokenPlaceholder)}).str();
  if (images) note += " " + say(TextId::SnippetImages).str();
  const ButtonStyle copy{.icon = Icon::Copy, .small = true};
  const float copy_width = button_width(say(TextId::SnippetCopy), copy);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  paragraph(Text::verbatim(note), {.size = type::kDense, .colour = theme().secondary},
            width - copy_width - space::kGap);
  const float below = std::max(ImGui::GetItemRectMax().y, at.y + button_height(copy)) + space::kGap;
  ImGui::SetCursorScreenPos({at.x + width - copy_width, at.y});
  if (button(say(TextId::SnippetCopy), copy)) frame.emit(CopyText{code});
  ImGui::SetCursorScreenPos({at.x, below});
  selectable_text(say(TextId::SnippetCode, {name.str()}), code, {.size = type::kDense, .face = Face::Mono},
                  width);
}

struct TabName {
  PlaygroundTab tab;
  TextId id;
  const char* verbatim;
};
constexpr TabName kTabs[] = {{PlaygroundTab::Answer, TextId::AnswerTab, nullptr},
                             {PlaygroundTab::Curl, {}, "curl"},
                             {PlaygroundTab::Python, {}, "Python"},
                             {PlaygroundTab::JavaScript, {}, "JavaScript"}};

Text name_of(const PlaygroundFrame& frame, const TabName& tab) {
  return tab.verbatim == nullptr ? frame.say()(tab.id) : Text::verbatim(tab.verbatim);
}

}  // namespace

void draw_answer_tabs(const PlaygroundFrame& frame, float /*width*/) {
  const float height = button_height({});
  for (const TabName& tab : kTabs) {
    const Text name = name_of(frame, tab);
    const bool on = frame.state.playground.tab == tab.tab;
    const TextStyle style{.face = on ? Face::Semibold : Face::Regular,
                          .colour = on ? theme().accent.text : theme().secondary};
    const ImVec2 extent = measure(name, style);
    const Press press = press_area(name.c_str(), {std::ceil(extent.x) + 24, height});
    describe(Role::Tab, name).selected = on;
    if (on || press.hovered)
      paint_box(press.min, press.max, on ? theme().accent.wash : theme().hover, 0, radius::kControl);
    paint_text({press.min.x + 12, std::round((press.min.y + press.max.y - type::kBody) / 2)}, name, style);
    if (press.clicked) frame.ask(ShowPlaygroundTab{tab.tab});
    if (&tab != std::end(kTabs) - 1) ImGui::SameLine(0, space::kHair);
  }
}

void draw_answer(const PlaygroundFrame& frame, float width, float height) {
  switch (frame.state.playground.tab) {
    case PlaygroundTab::Answer:
      return draw_outcome(frame, width, height);
    case PlaygroundTab::Curl:
      return draw_code(frame, SnippetLanguage::Curl, name_of(frame, kTabs[1]), width);
    case PlaygroundTab::Python:
      return draw_code(frame, SnippetLanguage::Python, name_of(frame, kTabs[2]), width);
    case PlaygroundTab::JavaScript:
      return draw_code(frame, SnippetLanguage::JavaScript, name_of(frame, kTabs[3]), width);
  }
}

}  // namespace geminate::ui
