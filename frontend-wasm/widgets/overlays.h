#pragma once

#include <functional>

#include "frontend-wasm/widgets/paint.h"

namespace geminate::ui {

/// A dialog in the page's middle; on a narrow page it lies at the bottom edge. Draw it in every frame in
/// which the state says so, and stop drawing it to close it.
///
///   Dialog dialog("delete", title);
///   if (dialog.dismissed()) emit(CloseOverlay{});
///   … widgets …
class Dialog {
 public:
  enum class Form : std::uint8_t { Middle, LeftEdge, RightEdge };

  Dialog(const char* id, const Text& title, Form form = Form::Middle, float width = 460);
  ~Dialog();
  Dialog(const Dialog&) = delete;
  Dialog& operator=(const Dialog&) = delete;

  /// Escape, or a press beside it.
  bool dismissed() const { return dismissed_; }
  /// What widgets inside may use.
  float inner_width() const;

 private:
  bool narrow_;
  bool dismissed_ = false;
};

/// Draws what lies above all, unless the innermost dialog did. Once, after everything else.
void draw_above_all();

/// Closes dialogs that were open and were not drawn in this frame. Once, at the frame's end.
void close_abandoned_dialogs();

/// A list of commands beside the widget that opens it: `open_menu` when that is pressed, `Menu` in every
/// frame, both right after the widget. `items`: how many commands there will be; where they find no room
/// below, they stand above.
void open_menu(const char* id);
class Menu {
 public:
  Menu(const char* id, int items, float width = 180);
  ~Menu();
  Menu(const Menu&) = delete;
  Menu& operator=(const Menu&) = delete;

  explicit operator bool() const { return open_; }
  bool item(const Text& label, Icon icon, bool dangerous = false, bool checked = false);
  /// Stays open when it is pressed.
  bool toggle(const Text& label, bool on, bool disabled = false);
  void separator();

 private:
  bool open_;
  float width_;
};

enum class ToastPress : std::uint8_t { None, Close, Command };

/// One message at the page's lower edge. `action`: a command that belongs to it, such as undo. `above` is how
/// much room the messages below it take; it grows by this one's height.
struct ToastTexts {
  Text message{};
  Text note{};
  Text action{};
  Text close{};
};
ToastPress toast(std::uint64_t id, Tone tone, const ToastTexts& texts, float* above);

}  // namespace geminate::ui
