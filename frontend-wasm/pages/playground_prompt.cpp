#include <algorithm>
#include <cmath>

#include "frontend-wasm/pages/page_frame.h"
#include "frontend-wasm/pages/playground_parts.h"
#include "frontend-wasm/platform/platform.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/fields.h"
#include "frontend-wasm/widgets/overlays.h"

namespace geminate::ui {
namespace {

constexpr std::size_t kModelsInSight = 9;

Text fault_of(const PlaygroundFrame& frame, const char* field) {
  const auto& faults = frame.state.playground.faults;
  const auto found = faults.find(field);
  return found == faults.end() ? Text() : frame.say()(found->second);
}

// --- the model
/// Those that go on what is typed; all, where it is a model already or nothing fits.
std::vector<const PlaygroundModel*> offered(const PlaygroundState& page, const std::string& typed) {
  std::vector<const PlaygroundModel*> fitting, all;
  for (const PlaygroundModel& model : page.models) {
    all.push_back(&model);
    if (model.name.find(typed) != std::string::npos) fitting.push_back(&model);
  }
  return page.find(typed) != nullptr || fitting.empty() ? all : fitting;
}

void draw_model_menu(const PlaygroundFrame& frame, float width) {
  const PlaygroundState& page = frame.state.playground;
  const std::string chosen = frame.drafts.prompt.model_name();
  const auto models = offered(page, chosen);
  const std::size_t shown = std::min(models.size(), kModelsInSight);
  // As wide as the field, with its own margins and line.
  const float inner = width - 14;
  Menu menu("models", static_cast<int>(shown), inner);
  if (!menu) return;
  const float height = static_cast<float>(shown) * (surface().touch ? space::kFieldTouch : 34);
  ImGui::BeginChild("list", {inner, height}, ImGuiChildFlags_NavFlattened);
  for (const PlaygroundModel* model : models) {
    if (menu.item(Text::verbatim(model->name), Icon::None, false, model->name == chosen))
      frame.ask(ChooseModel{model->name});
  }
  ImGui::EndChild();
}

Text model_note(const PlaygroundFrame& frame) {
  const PlaygroundState& page = frame.state.playground;
  const std::string name = frame.drafts.prompt.model_name();
  if (page.models_loading == ModelsLoading::Running) return frame.say()(TextId::PromptModelsLoading);
  if (page.models_problem)
    return frame.say()(TextId::PromptModelsMissing, {frame.say()(*page.models_problem).str()});
  if (name.empty() || page.models_loading != ModelsLoading::Done) return {};
  const PlaygroundModel* model = page.find(name);
  if (model == nullptr) return frame.say()(TextId::PromptModelUnknown);
  return frame.say()(TextId::PromptModelFact, {model->title, exact_count(model->most_output).str()});
}

void draw_model(const PlaygroundFrame& frame, float width) {
  const Phrasebook say = frame.say();
  const PlaygroundState& page = frame.state.playground;
  const ButtonStyle inside{.kind = ButtonKind::Quiet, .small = true};
  const float side = button_height(inside);
  const bool has_list = !page.models.empty();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  form_field(say(TextId::PromptModel), frame.drafts.prompt.model,
             {.hint = say(TextId::PromptModelHint), .width = width, .room_right = has_list ? side + 4 : 0},
             fault_of(frame, "model"), model_note(frame));
  const ImVec2 after = ImGui::GetCursorScreenPos();
  if (has_list) {
    const float field = at.y + type::kLabel + 6;
    ImGui::SetCursorScreenPos({at.x + width - side - 3, field + (surface().field_height() - side) / 2});
    if (icon_button(say(TextId::PromptChooseModel), Icon::ChevronDown, inside)) open_menu("models");
    // The list belongs to the whole field.
    ImGui::SetCursorScreenPos({at.x, field});
    ImGui::Dummy({width, surface().field_height()});
    draw_model_menu(frame, width);
  }
  ImGui::SetCursorScreenPos(after);
  if (page.models_loading != ModelsLoading::Failed) return;
  gap(space::kHair);
  if (link(say(TextId::PromptReloadModels))) frame.ask(RefreshModels{});
}

// --- parameters
bool shows_budget(const PlaygroundFrame& frame) {
  return frame.state.playground.thinks(frame.drafts.prompt.model_name());
}

/// What is set, in a few words.
Text parameters_summary(const PlaygroundFrame& frame) {
  const PromptDraft& draft = frame.drafts.prompt;
  std::string text;
  const auto add = [&text](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    text.append(text.empty() ? "" : " · ").append(name).append(" ").append(value);
  };
  add("temperature", draft.temperature);
  add("top_p", draft.top_p);
  add("max", draft.max_tokens);
  if (shows_budget(frame)) add("thinking", draft.thinking_budget);
  const auto stops = draft.stop_sequences().size();
  if (stops > 0) add("stop", std::to_string(stops));
  return text.empty() ? frame.say()(TextId::PromptByModel) : Text::verbatim(text);
}

void draw_parameter_fields(const PlaygroundFrame& frame, float width) {
  const Phrasebook say = frame.say();
  PromptDraft& draft = frame.drafts.prompt;
  const float column = std::floor((width - space::kGap) / 2);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  float bottom = at.y;
  const auto field = [&](TextId label, std::string& value, const char* fault, TextId hint, ImVec2 place) {
    ImGui::SetCursorScreenPos(place);
    form_field(say(label), value, {.hint = say(hint), .width = column}, fault_of(frame, fault));
    bottom = std::max(bottom, ImGui::GetItemRectMax().y);
  };
  const float right = at.x + column + space::kGap;
  field(TextId::PromptTemperature, draft.temperature, "temperature", TextId::PromptByModel, at);
  field(TextId::PromptTopP, draft.top_p, "top_p", TextId::PromptByModel, {right, at.y});
  const float second = bottom + space::kGap;
  field(TextId::PromptMaxTokens, draft.max_tokens, "max_tokens", TextId::PromptByModel, {at.x, second});
  if (shows_budget(frame))
    field(TextId::PromptBudget, draft.thinking_budget, "thinking_budget", TextId::PromptBudgetHint,
          {right, second});
  ImGui::SetCursorScreenPos({at.x, bottom + space::kGap});
  form_field(say(TextId::PromptStop), draft.stop, {.hint = say(TextId::None), .width = width, .height = 62},
             fault_of(frame, "stop"));
}

void draw_parameters(const PlaygroundFrame& frame, float width) {
  const Phrasebook say = frame.say();
  const bool open = frame.state.playground.parameters_open;
  const float height = surface().touch ? space::kFieldTouch : 30;
  const Text name = say(TextId::PromptParameters);
  const Press press = press_area("parameters", {width, height});
  describe(Role::Button, name).expanded = open ? Tristate::On : Tristate::Off;
  if (press.hovered) paint_box(press.min, press.max, theme().hover, 0, radius::kControl);
  const float middle = (press.min.y + press.max.y) / 2;
  paint_icon(open ? Icon::ChevronUp : Icon::ChevronDown, {press.min.x + 8, middle}, 14, theme().secondary);
  const TextStyle label{.size = type::kDense, .face = Face::Semibold};
  const float x = press.min.x + 22;
  const float used = paint_text({x, std::round(middle - type::kDense / 2)}, name, label);
  if (!open) {
    const TextStyle quiet{.size = type::kDense, .colour = theme().secondary};
    paint_text({x + used + space::kGap, std::round(middle - type::kDense / 2)}, parameters_summary(frame),
               quiet, width - 22 - used - space::kGap);
  }
  if (press.clicked) frame.ask(ShowParameters{!open});
  if (!open) return;
  gap(space::kTightGap);
  draw_parameter_fields(frame, width);
}

// --- messages
/// As many lines as the text takes in a field that wide, and one to go on in; within reason.
float height_for(const std::string& text, float width, float least) {
  const FontScope font({.size = type::kDense});
  const auto lines = static_cast<float>(wrapped_lines(text, width - 2 * kFieldInset).size() + 1);
  return std::clamp(lines * type::kDense + 22, least, std::max(least, 260.0F));
}

/// Two words of which one holds.
void draw_role(const PlaygroundFrame& frame, std::size_t index, const std::string& number) {
  const Phrasebook say = frame.say();
  const bool by_model = frame.drafts.prompt.turns[index].by_model;
  const float height = surface().touch ? space::kFieldTouch : 26;
  for (const bool model : {false, true}) {
    const Text word = say(model ? TextId::PromptRoleModel : TextId::PromptRoleUser);
    const bool on = model == by_model;
    const TextStyle style{.size = type::kDense,
                          .face = on ? Face::Semibold : Face::Regular,
                          .colour = on ? theme().accent.text : theme().secondary};
    const ImVec2 extent = measure(word, style);
    const Text name = say(TextId::PromptRoleOf, {number, word.str()});
    const Press press = press_area(name.c_str(), {std::ceil(extent.x) + 20, height});
    describe(Role::Checkbox, name).checked = on ? Tristate::On : Tristate::Off;
    if (on || press.hovered)
      paint_box(press.min, press.max, on ? theme().accent.wash : theme().hover, 0, radius::kPill);
    paint_text({press.min.x + 10, std::round((press.min.y + press.max.y - type::kDense) / 2)}, word, style);
    if (press.clicked && !on) frame.ask(SetTurnRole{index, model});
    if (!model) ImGui::SameLine(0, space::kHair);
  }
}

constexpr float kImageRow = 52;
constexpr float kImageGap = 6;

/// The image itself, small; a sign in its place as long as there is none.
void paint_picture(const PromptImage& image, ImVec2 at, float side) {
  const ImVec2 end{at.x + side, at.y + side};
  if (const std::uint64_t texture = platform::thumbnail(image.id, image.bytes, image.type)) {
    ImGui::GetWindowDrawList()->AddImageRounded(static_cast<ImTextureID>(texture), at, end, {0, 0}, {1, 1},
                                                IM_COL32_WHITE, radius::kPill);
  } else {
    paint_icon(Icon::Picture, {at.x + side / 2, at.y + side / 2}, 20, theme().secondary);
  }
}

void draw_image(const PlaygroundFrame& frame, std::size_t turn, std::size_t index, float width) {
  const PromptImage& image = frame.drafts.prompt.turns[turn].images[index];
  const ButtonStyle small{.kind = ButtonKind::Quiet, .small = true};
  const float side = button_height(small);
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 max{min.x + width, min.y + kImageRow};
  const float middle = (min.y + max.y) / 2;
  paint_box(min, max, theme().background, theme().line, radius::kControl);
  paint_picture(image, {min.x + 6, min.y + 6}, kImageRow - 12);
  const Text size = Text::verbatim(byte_count(image.bytes.size()));
  const TextStyle quiet{.size = type::kLabel, .colour = theme().secondary};
  const float size_width = std::ceil(measure(size, quiet).x);
  const float left = kImageRow + 4;
  const float room = width - left - size_width - space::kGap - side - space::kTightGap;
  ImGui::SetCursorScreenPos({min.x + left, std::round(middle - type::kDense / 2)});
  text(Text::verbatim(image.name), {.size = type::kDense}, room);
  ImGui::SetCursorScreenPos({max.x - side - space::kGap - size_width, std::round(middle - type::kLabel / 2)});
  text(size, quiet);
  ImGui::SetCursorScreenPos({max.x - side - 6, std::round(middle - side / 2)});
  if (icon_button(frame.say()(TextId::PromptRemoveImage, {image.name}), Icon::Close, small))
    frame.ask(RemoveImage{turn, index});
  ImGui::SetCursorScreenPos({min.x, max.y + kImageGap});
}

/// `least`: how high its field is at any rate.
void draw_turn(const PlaygroundFrame& frame, std::size_t index, float width, float least) {
  const Phrasebook say = frame.say();
  PromptDraft& draft = frame.drafts.prompt;
  PromptTurn& turn = draft.turns[index];
  const std::string number = std::to_string(index + 1);
  const ButtonStyle small{.kind = ButtonKind::Quiet, .small = true};
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw_role(frame, index, number);
  float below = ImGui::GetCursorScreenPos().y;
  if (draft.turns.size() > 1) {
    ImGui::SetCursorScreenPos({at.x + width - button_height(small), at.y - 2});
    if (icon_button(say(TextId::PromptRemoveTurn, {number}), Icon::Trash, small))
      frame.ask(RemoveTurn{index});
    below = std::max(below, at.y + button_height(small) - 2);
  }
  ImGui::SetCursorScreenPos({at.x, below + 6});
  const Text fault = index == 0 ? fault_of(frame, "turns") : Text();
  text_field(say(TextId::PromptMessage, {number}), turn.text,
             {.hint = say(TextId::PromptMessageHint),
              .width = width,
              .height = height_for(turn.text, width, least),
              .wraps = true},
             fault);
  if (!fault.empty()) {
    gap(6);
    paragraph(fault, {.size = type::kLabel, .colour = theme().bad.text}, width);
  }
  gap(6);
  for (std::size_t image = 0; image < turn.images.size(); ++image) {
    ImGui::PushID(static_cast<int>(image));
    draw_image(frame, index, image, width);
    ImGui::PopID();
  }
}

/// What a message has besides its field, and what stands below the last one.
constexpr float kAroundMessage = 118;

/// A message alone takes the room that there is down to `bottom`.
void draw_turns(const PlaygroundFrame& frame, float width, float bottom) {
  const auto& turns = frame.drafts.prompt.turns;
  const float images = static_cast<float>(turns[0].images.size()) * (kImageRow + kImageGap);
  const float room = bottom - ImGui::GetCursorScreenPos().y - ImGui::GetScrollY() - kAroundMessage - images;
  const float least = turns.size() == 1 ? std::max(120.0F, std::floor(room)) : 76;
  for (std::size_t index = 0; index < turns.size(); ++index) {
    ImGui::PushID(static_cast<int>(index));
    draw_turn(frame, index, width, least);
    ImGui::PopID();
    gap(space::kTightGap);
  }
}

void draw_adding(const PlaygroundFrame& frame, float width) {
  const Phrasebook say = frame.say();
  const ButtonStyle add{.icon = Icon::Plus, .small = true};
  const ButtonStyle picture{.icon = Icon::Picture, .small = true};
  if (button(say(TextId::PromptAddTurn), add)) frame.ask(AddTurn{});
  ImGui::SameLine(0, space::kTightGap);
  if (button(say(TextId::PromptAddImage), picture)) frame.ask(PickImages{});
  gap(space::kTightGap);
  const auto& problem = frame.state.playground.image_problem;
  const TextStyle style{.size = type::kLabel, .colour = problem ? theme().bad.text : theme().secondary};
  paragraph(problem ? say(*problem) : say(TextId::PromptImageHint), style, width);
}

}  // namespace

void draw_prompt(const PlaygroundFrame& frame, float width, float height) {
  const Phrasebook say = frame.say();
  const float bottom = ImGui::GetCursorScreenPos().y + ImGui::GetScrollY() + height;
  draw_model(frame, width);
  gap(space::kTightGap);
  draw_parameters(frame, width);
  gap(space::kGap);
  form_field(say(TextId::PromptSystem), frame.drafts.prompt.system,
             {.hint = say(TextId::PromptSystemHint),
              .width = width,
              .height = height_for(frame.drafts.prompt.system, width, 56),
              .wraps = true});
  gap(space::kSection);
  draw_turns(frame, width, bottom);
  draw_adding(frame, width);
}

void draw_prompt_commands(const PlaygroundFrame& frame, float width) {
  const Phrasebook say = frame.say();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool running = frame.state.playground.answer.running();
  const ButtonStyle send{.kind = ButtonKind::Primary, .icon = Icon::Send};
  const ButtonStyle stop{.icon = Icon::Stop};
  const Text command = say(running ? TextId::PromptStopAnswer : TextId::PromptSend);
  if (button(command, running ? stop : send)) {
    if (running) {
      frame.ask(StopAnswer{});
    } else {
      frame.ask(AskModel{});
    }
  }
  float x = at.x + button_width(command, running ? stop : send) + space::kGap;
  const float height = button_height({});
  if (!running && !surface().touch && !is_narrow()) {
    const TextStyle quiet{.size = type::kLabel, .colour = theme().faint};
    ImGui::SetCursorScreenPos({x, std::round(at.y + (height - type::kLabel) / 2)});
    text(say(TextId::PromptKeys), quiet);
    x += measure(say(TextId::PromptKeys), quiet).x + space::kGap;
  }
  const bool undo = frame.state.playground.cleared.has_value();
  const Text clear = say(undo ? TextId::PromptUndoClear : TextId::PromptClear);
  const ButtonStyle quiet{.kind = ButtonKind::Quiet, .icon = undo ? Icon::Refresh : Icon::Trash};
  const float clear_width = std::min(button_width(clear, quiet), at.x + width - x);
  ImGui::SetCursorScreenPos({at.x + width - clear_width, at.y});
  if (button(clear, {.kind = quiet.kind, .icon = quiet.icon, .width = clear_width})) {
    if (undo) {
      frame.ask(UndoClearPrompt{});
    } else {
      frame.ask(ClearPrompt{});
    }
  }
  ImGui::SetCursorScreenPos({at.x, at.y + height});
}

}  // namespace geminate::ui
