#include "frontend-wasm/pages/sidebar.h"

#include <algorithm>
#include <cmath>

#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/controls.h"
#include "frontend-wasm/widgets/overlays.h"

namespace geminate::ui {
namespace {

constexpr float kItem = 38, kLowItem = 24;
constexpr float kItemsTop = 68;

void draw_brand(ImVec2 at, bool folded, const Phrasebook& say) {
  constexpr float kLogo = 26;
  paint_box(at, {at.x + kLogo, at.y + kLogo}, theme().accent.fill, 0, 7);
  const Text mark = Text::verbatim("Ge");
  const TextStyle style{.size = type::kDense, .face = Face::Semibold, .colour = theme().on_accent};
  const ImVec2 extent = measure(mark, style);
  paint_text({std::round(at.x + (kLogo - extent.x) / 2), std::round(at.y + (kLogo - extent.y) / 2)}, mark,
             style);
  if (folded) return;
  const TextStyle name{.size = type::kHeading, .face = Face::Semibold};
  paint_text({at.x + kLogo + 10, at.y + (kLogo - type::kHeading) / 2}, say(TextId::AppName), name);
}

struct NavItem {
  Page page;
  TextId name;
  Icon icon;
  std::size_t count;
  bool counted;
};

void draw_item(const NavItem& item, bool current, bool folded, ImVec2 size, const Phrasebook& say,
               const Emit& emit) {
  const Text name = say(item.name);
  const Press press = press_area(name.c_str(), size);
  describe(Role::Link, name).current = current;
  if (current) paint_box(press.min, press.max, theme().accent.wash, 0, radius::kControl);
  if (press.hovered && !current) paint_box(press.min, press.max, theme().hover, 0, radius::kControl);
  const Colour colour = current ? theme().accent.text : theme().secondary;
  const float middle = (press.min.y + press.max.y) / 2;
  paint_icon(item.icon, {folded ? (press.min.x + press.max.x) / 2 : press.min.x + 20, middle}, 19, colour);
  if (folded) {
    tip(name);
  } else {
    const TextStyle style{.face = current ? Face::Semibold : Face::Regular,
                          .colour = current ? colour : theme().text};
    paint_text({press.min.x + 38, std::round(middle - type::kBody / 2)}, name, style,
               size.x - 38 - (item.counted ? 48 : 6));
    if (item.counted) {
      const Text count = exact_count(static_cast<std::int64_t>(item.count));
      const TextStyle small{.size = type::kLabel, .colour = current ? colour : theme().faint};
      paint_text({press.max.x - 12 - measure(count, small).x, std::round(middle - type::kLabel / 2)}, count,
                 small);
    }
  }
  if (press.clicked) emit(Navigate{item.page});
}

/// In `room`; on a low window they move closer together.
void draw_items(const AppState& state, bool folded, ImVec2 at, ImVec2 room, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const NavItem items[] = {
      {Page::Dashboard, TextId::NavDashboard, Icon::Chart, 0, false},
      {Page::Keys, TextId::NavKeys, Icon::Key, state.keys.keys.size(), state.keys.loading == Loading::Done},
      {Page::Tokens, TextId::NavTokens, Icon::Token, state.tokens.tokens.size(),
       state.tokens.loading == Loading::Done},
      {Page::Requests, TextId::NavRequests, Icon::List, 0, false},
      {Page::Playground, TextId::NavPlayground, Icon::Prompt, 0, false},
      {Page::Models, TextId::NavModels, Icon::Cube, 0, false},
      {Page::Settings, TextId::SettingsHeading, Icon::Sliders, 0, false},
      {Page::Accounts, TextId::NavAccounts, Icon::People, 0, false},
      {Page::Audit, TextId::NavAudit, Icon::Book, 0, false},
  };
  const float wanted = surface().touch ? space::kFieldTouch : kItem;
  const float height =
      std::min(wanted, std::max(kLowItem, std::floor(room.y / static_cast<float>(std::size(items))) - 2));
  for (const NavItem& item : items) {
    ImGui::SetCursorScreenPos(at);
    draw_item(item, state.page == item.page, folded, {room.x, height}, say, emit);
    at.y += height + 2;
  }
}

/// Who is logged in, whether the server answers, and which version it is.
void draw_status(const AppState& state, ImVec2 at, float width) {
  const Phrasebook say = state.phrasebook();
  const Session& session = state.session;
  if (!session.name.empty()) {
    const TextId role = session.role == AccountRole::Admin ? TextId::RoleAdmin : TextId::RoleViewer;
    ImGui::SetCursorScreenPos({at.x, at.y - 22});
    text(say(TextId::LoggedInAs, {session.name, say(role).str()}),
         {.size = type::kLabel, .colour = theme().secondary}, width);
  }
  const bool lost = state.connection.lost;
  const Text status = lost ? say(TextId::ServerLost) : say(TextId::Connected);
  const TextStyle small{.size = type::kLabel, .colour = lost ? theme().bad.text : theme().faint};
  ImGui::GetWindowDrawList()->AddCircleFilled({at.x + 4, at.y + 8}, 3.5F,
                                              lost ? theme().bad.fill : theme().good.fill, 16);
  ImGui::SetCursorScreenPos({at.x + 14, at.y});
  text(status, small, width - 14);
  const TextStyle version{.size = type::kLabel, .colour = theme().faint};
  if (!state.session.version.empty()) {
    ImGui::SetCursorScreenPos({at.x + 14, at.y + 18});
    text(say(TextId::VersionLabel, {state.session.version}), version, width - 14);
  }
}

/// With the lines above the buttons.
constexpr float kFoot = 130;

void draw_foot(const AppState& state, bool folded, ImVec2 min, ImVec2 max, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const float side = button_height({});
  if (folded) {
    float y = max.y - space::kGap - 3 * side;
    const auto place = [&] { ImGui::SetCursorScreenPos({(min.x + max.x - side) / 2, y}), y += side; };
    place();
    language_button(state, emit);
    place();
    appearance_button(state, emit);
    place();
    if (icon_button(say(TextId::SignOut), Icon::SignOut)) emit(LogOut{});
    return;
  }
  const float y = max.y - space::kGap - side;
  draw_status(state, {min.x + 20, y - 50}, max.x - min.x - 32);
  ImGui::SetCursorScreenPos({min.x + space::kGap, y});
  language_button(state, emit);
  ImGui::SetCursorScreenPos({min.x + space::kGap + side + 4, y});
  appearance_button(state, emit);
  ImGui::SetCursorScreenPos({max.x - space::kGap - side, y});
  if (icon_button(say(TextId::SignOut), Icon::SignOut)) emit(LogOut{});
}

void draw_navigation(const AppState& state, bool folded, ImVec2 min, ImVec2 max, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const Within inside(describe_text(say(TextId::Navigation), min, max, Role::Navigation));
  const float inset = space::kGap;
  draw_brand({min.x + (folded ? 19 : 20), min.y + 19}, folded, say);
  const float foot = folded ? 3 * button_height({}) + 2 * space::kGap : kFoot;
  draw_items(state, folded, {min.x + inset, min.y + kItemsTop},
             {max.x - min.x - 2 * inset, max.y - min.y - kItemsTop - foot}, emit);
  draw_foot(state, folded, min, max, emit);
}

Icon appearance_icon(Appearance appearance) {
  switch (appearance) {
    case Appearance::Light:
      return Icon::Sun;
    case Appearance::Dark:
      return Icon::Moon;
    case Appearance::System:
      break;
  }
  return Icon::System;
}

}  // namespace

void language_button(const AppState& state, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const bool chinese = state.preferences.language == Language::Chinese;
  if (icon_button(say(TextId::LanguageSwitchHint), Icon::Globe)) {
    emit(SetLanguage{chinese ? Language::English : Language::Chinese});
  }
}

void appearance_button(const AppState& state, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const Appearance now = state.preferences.appearance;
  ImGui::PushID("appearance");
  if (icon_button(say(TextId::AppearanceLabel), appearance_icon(now))) open_menu("choices");
  if (Menu menu("choices", 3, 160); menu) {
    const std::pair<Appearance, TextId> choices[] = {{Appearance::System, TextId::AppearanceSystem},
                                                     {Appearance::Light, TextId::AppearanceLight},
                                                     {Appearance::Dark, TextId::AppearanceDark}};
    for (const auto& [appearance, name] : choices) {
      if (menu.item(say(name), appearance_icon(appearance), false, appearance == now))
        emit(SetAppearance{appearance});
    }
  }
  ImGui::PopID();
}

float draw_sidebar(const AppState& state, const Emit& emit) {
  const ImVec2 page = ImGui::GetIO().DisplaySize;
  const bool folded = page.x < space::kFoldBelow;
  const float width = folded ? space::kSidebarFolded : space::kSidebar;
  paint_box({0, 0}, {width, page.y}, theme().sidebar, 0, 0);
  ImGui::GetWindowDrawList()->AddLine({width - 1, 0}, {width - 1, page.y}, theme().line);
  draw_navigation(state, folded, {0, 0}, {width - 1, page.y}, emit);
  return width;
}

void draw_menu_drawer(const AppState& state, const Emit& emit) {
  Dialog drawer("menu", state.phrasebook()(TextId::Navigation), Dialog::Form::LeftEdge, 264);
  const ImVec2 min = ImGui::GetWindowPos();
  const ImVec2 size = ImGui::GetWindowSize();
  draw_navigation(state, false, min, {min.x + size.x, min.y + size.y}, emit);
  if (drawer.dismissed()) emit(SetMenuOpen{false});
}

}  // namespace geminate::ui
