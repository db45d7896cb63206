#pragma once

#include <map>
#include <string>
#include <string_view>

#include "frontend-wasm/platform/stage.h"

namespace geminate::ui::platform {

/// The console without a screen: native tests hold one, press things by name and read what is there.
/// One at a time, as the platform's functions (path, remember …) act on the one that was made last.
class Headless {
 public:
  explicit Headless(Console console, float width = 1440, float height = 900);
  ~Headless();
  Headless(const Headless&) = delete;
  Headless& operator=(const Headless&) = delete;

  /// Lets the page settle: ImGui spreads one event over a few frames.
  void run(int frames = 4);
  void resize(float width, float height);
  void advance(double seconds) { now += seconds; }

  const SemanticTree& page() const { return stage_.surface().semantics; }
  bool shows(Role role, std::string_view name) const { return page().find(role, name) != nullptr; }
  /// Press, type: false when no such thing is on the page.
  bool click(Role role, std::string_view name);
  bool type(std::string_view field, std::string_view text);
  void press(ImGuiKey key);
  void press_with_control(ImGuiKey key);
  /// As typed with nothing to type into.
  void letter(char typed);
  /// True when the focus left the page.
  bool tab(bool backwards = false);
  /// What has the keyboard; null when nothing has.
  const SemanticNode* focused() const;

  double now = 1;
  int zone_minutes = 0;
  bool guards_leaving = false;
  bool prefers_dark = false;
  bool prefers_chinese = true;
  std::string path = "/manage/keys";
  std::string title;
  std::string clipboard;
  std::map<std::string, std::string, std::less<>> memory;
  std::map<std::string, std::string, std::less<>> saved_files;

 private:
  Stage stage_;
};

}  // namespace geminate::ui::platform
