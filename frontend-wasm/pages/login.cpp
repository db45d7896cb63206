#include "frontend-wasm/pages/login.h"

#include <algorithm>
#include <cmath>

#include "frontend-wasm/pages/sidebar.h"
#include "frontend-wasm/widgets/blocks.h"
#include "frontend-wasm/widgets/fields.h"
#include "frontend-wasm/widgets/overlays.h"

namespace geminate::ui {
namespace {

constexpr float kCard = 380;
constexpr float kPadding = 32;

void draw_logo(ImVec2 middle_top) {
  constexpr float kSide = 44;
  const ImVec2 min{std::round(middle_top.x - kSide / 2), middle_top.y};
  paint_box(min, {min.x + kSide, min.y + kSide}, theme().accent.fill, 0, 11);
  const Text mark = Text::verbatim("Ge");
  const TextStyle style{.size = type::kTitle, .face = Face::Semibold, .colour = theme().on_accent};
  const ImVec2 extent = measure(mark, style);
  paint_text({std::round(middle_top.x - extent.x / 2), std::round(min.y + (kSide - extent.y) / 2)}, mark,
             style);
}

void draw_centred(const Text& content, const TextStyle& style, float left, float width) {
  const ImVec2 extent = measure(content, style, width);
  ImGui::SetCursorScreenPos({std::round(left + (width - extent.x) / 2), ImGui::GetCursorScreenPos().y});
  paragraph(content, style, width);
}

void draw_form(const AppState& state, Drafts& drafts, float left, float width, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const Session& session = state.session;
  ImGui::SetCursorScreenPos({left, ImGui::GetCursorScreenPos().y + space::kGap});
  const Text problem = session.problem ? say(*session.problem) : Text();
  const auto field = [&](TextId label, std::string& typed, bool secret, bool first, const Text& fault) {
    ImGui::SetCursorScreenPos({left, ImGui::GetCursorScreenPos().y});
    const FieldStyle style{
        .width = width, .password = secret, .disabled = session.signing_in, .first = first};
    return form_field(say(label), typed, style, fault).submitted;
  };
  const bool code = session.code_wanted;
  bool entered = false;
  if (session.named) entered = field(TextId::AccountName, drafts.login.name, false, true, Text());
  entered = field(session.named ? TextId::OwnPassword : TextId::Password, drafts.login.password, true,
                  !session.named && !code, code ? Text() : problem) ||
            entered;
  // Asked for once the password is right: it is new, and takes the keyboard.
  if (code) entered = field(TextId::FactorCode, drafts.login.code, false, true, problem) || entered;
  ImGui::SetCursorScreenPos({left, ImGui::GetCursorScreenPos().y + space::kTightGap});
  const ButtonStyle main{.kind = ButtonKind::Primary, .disabled = session.signing_in, .width = width};
  const bool pressed = button(say(session.signing_in ? TextId::SigningIn : TextId::SignIn), main);
  if ((pressed || entered) && !session.signing_in) emit(LogIn{});
  const Text other = say(session.named ? TextId::UseAdminKey : TextId::UseOtherAccount);
  ImGui::SetCursorScreenPos({std::round(left + (width - measure(other, {.size = type::kDense}).x) / 2),
                             ImGui::GetCursorScreenPos().y + space::kTightGap});
  if (link(other)) emit(UseNamedAccount{!session.named});
}

void draw_corner(const AppState& state, const Emit& emit) {
  const ImVec2 page = ImGui::GetIO().DisplaySize;
  const float side = button_height({});
  const float margin = space::kSection;
  ImGui::SetCursorScreenPos({margin, page.y - margin - side});
  language_button(state, emit);
  ImGui::SetCursorScreenPos({margin + side + 4, page.y - margin - side});
  appearance_button(state, emit);
}

void draw_lost_banner(const AppState& state, const Emit& emit) {
  if (!state.connection.lost) return;
  const Phrasebook say = state.phrasebook();
  ImGui::SetCursorScreenPos({space::kPageMarginNarrow, space::kPageMarginNarrow});
  ImGui::BeginChild("lost", {ImGui::GetIO().DisplaySize.x - 2 * space::kPageMarginNarrow, 0},
                    ImGuiChildFlags_AutoResizeY | ImGuiChildFlags_NavFlattened);
  if (banner(Tone::Bad, Icon::Offline, say(TextId::ServerLost), say(TextId::RetryNow))) emit(RetryNow{});
  ImGui::EndChild();
}

}  // namespace

void login_page(const AppState& state, Drafts& drafts, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const ImVec2 page = ImGui::GetIO().DisplaySize;
  const float width = std::min(kCard, page.x - 2 * space::kPageMarginNarrow);
  const ImVec2 min{std::round((page.x - width) / 2), std::round(std::max(24.0F, (page.y - 400) * 0.42F))};
  draw_lost_banner(state, emit);
  // The card's ground is painted behind its content once the content's height is known.
  ImDrawList& into = *ImGui::GetWindowDrawList();
  into.ChannelsSplit(2);
  into.ChannelsSetCurrent(1);
  draw_logo({min.x + width / 2, min.y + kPadding});
  const float left = min.x + kPadding;
  const float inner = width - 2 * kPadding;
  const TextStyle title{.size = type::kTitle, .face = Face::Semibold};
  const ImVec2 extent = measure(say(TextId::LoginTitle), title);
  ImGui::SetCursorScreenPos({std::round(left + (inner - extent.x) / 2), min.y + kPadding + 60});
  heading(say(TextId::LoginTitle), 1, inner);
  draw_centred(say(state.session.named ? TextId::LoginHintNamed : TextId::LoginHint),
               {.size = type::kDense, .colour = theme().secondary}, left, inner);
  draw_form(state, drafts, left, inner, emit);
  if (state.is_overheard()) {
    gap(space::kGap);
    draw_centred(say(TextId::NotEncrypted), {.size = type::kLabel, .colour = theme().warning.text}, left,
                 inner);
  }
  const float bottom = ImGui::GetCursorScreenPos().y + kPadding - space::kTightGap;
  into.ChannelsSetCurrent(0);
  paint_box(min, {min.x + width, bottom}, theme().surface, theme().line, 14);
  into.ChannelsMerge();
  draw_corner(state, emit);
}

void draw_login_over(const AppState& state, Drafts& drafts, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const Dialog dialog("login", say(TextId::LoginTitle), Dialog::Form::Middle, kCard);
  const float width = dialog.inner_width();
  paragraph(say(TextId::LoginOverHint), {.size = type::kDense, .colour = theme().secondary}, width);
  if (state.connection.lost &&
      banner(Tone::Bad, Icon::Offline, say(TextId::ServerLost), say(TextId::RetryNow)))
    emit(RetryNow{});
  draw_form(state, drafts, ImGui::GetCursorScreenPos().x, width, emit);
}

void waiting_page(const AppState& state, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const ImVec2 page = ImGui::GetIO().DisplaySize;
  draw_lost_banner(state, emit);
  draw_logo({page.x / 2, page.y * 0.42F - 60});
  ImGui::SetCursorScreenPos({0, page.y * 0.42F});
  draw_centred(say(TextId::Starting), {.colour = theme().secondary}, 0, page.x);
}

}  // namespace geminate::ui
