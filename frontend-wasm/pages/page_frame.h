#pragma once

#include <functional>
#include <vector>

#include "frontend-wasm/app/app_state.h"
#include "frontend-wasm/widgets/blocks.h"

namespace geminate::ui {

/// A command at the right of a page's header.
struct HeaderAction {
  Text label{};
  Icon icon = Icon::None;
  /// Primary: the page's one main action, on a phone a round button at the lower edge. Quiet: the icon alone.
  ButtonKind kind = ButtonKind::Quiet;
  std::function<void()> run{};
};

/// What every page has alike: the header with title and commands, the sentences that stay in sight, and below
/// them room that scrolls when it is too small.
class PageFrame {
 public:
  /// `warning`: stays in sight above the content, such as the memory mode's.
  PageFrame(const AppState& state, const Emit& emit, const Text& title, std::vector<HeaderAction> actions,
            const Text& warning = {});
  ~PageFrame();
  PageFrame(const PageFrame&) = delete;
  PageFrame& operator=(const PageFrame&) = delete;

  bool narrow() const { return narrow_; }
  /// The content's width between its margins.
  float width() const { return width_; }
  /// What is left below the cursor, but never less than `least`: then the page scrolls.
  float height_left(float least) const;

 private:
  void draw_header(const AppState& state, const Emit& emit, const Text& title);
  void draw_actions(float right, float middle);
  void draw_banners(const AppState& state, const Emit& emit, const Text& warning);
  void draw_round_button();

  std::vector<HeaderAction> actions_;
  ImVec2 min_, max_;
  bool narrow_;
  float margin_;
  float width_ = 0;
};

/// Pages below this width have no sidebar and show cards instead of tables.
bool is_narrow();

}  // namespace geminate::ui
