#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "frontend-wasm/api/transport.h"
#include "frontend-wasm/app/actions.h"
#include "frontend-wasm/app/app_state.h"
#include "frontend-wasm/app/reducer.h"

namespace geminate::ui {

class ApiClient;

/// What App needs of the place it runs in; browser.h has the browser's, tests bring their own.
struct Surroundings {
  Transport& transport;
  std::function<double()> now;  // seconds, monotonic
  std::function<Timestamp()> wall_now;
  /// Calls App::wake after so many seconds; a later wish replaces an earlier one.
  std::function<void(double seconds)> wake_after;
  std::function<void()> redraw;
  std::function<void(std::string_view path, bool replaces)> show_path;
  std::function<void(std::string_view title)> set_title;
  std::function<void(std::string_view name, std::string_view value)> remember;
  std::function<void(const std::string& text)> copy;
  /// Opens the live feed or tries it again; false: closes it. It is heard of by App::feed_turned and
  /// feed_said.
  std::function<void(bool wanted)> listen;
  std::function<void(std::string_view name, std::string_view content)> save_file = [](auto, auto) {};
  /// Opens the choice of files; they come back by App::offer_text or file_given.
  std::function<void(std::string_view accept)> pick_files = [](std::string_view) {};
};

/// Runs what `reduce` asks for and feeds the answers back. One thread, the page's.
class App {
 public:
  explicit App(Surroundings surroundings);
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  /// Once, after the platform has started.
  void start(const Started& started);
  /// Draws one frame, then carries out what the page emitted meanwhile.
  void frame(const std::function<void(const AppState&, Drafts&, const Emit&)>& draw);

  void act(Action action);
  void path_changed(std::string_view path);
  void visibility_changed(bool visible);
  void wake();
  /// A file or a long paste (platform::Console::text_offered); whether it was taken.
  bool offer_text(std::string_view name, std::string_view content);
  void feed_turned(bool up, std::uint16_t status);
  /// One frame of the feed, as it came.
  void feed_said(std::string_view frame);
  void file_given(GivenFile file);
  /// The later part of the program has arrived; what waited for it goes on.
  void completed();

  const AppState& state() const { return state_; }
  Drafts& drafts() { return drafts_; }

  struct Dispatcher;  // app.cpp

 private:
  void happened(const Event& event);
  void failed(ServerRequest request, const Failure& failure);
  void tell_time();
  void run(Effects effects);
  void send(const ServerRequest& request);
  void send(const SendPrompt& prompt);
  void stop_prompt();
  /// After each input: what follows from the state as a whole.
  void follow_up();

  Surroundings outside_;
  std::unique_ptr<ApiClient> client_;
  AppState state_;
  Drafts drafts_;
  std::vector<Action> emitted_;
  // What only the later part can do, until it is there.
  std::vector<Action> held_actions_;
  std::vector<ServerRequest> held_requests_;
  std::string shown_title_;
  std::optional<Transport::CallId> prompt_;  // the one whose answer is on its way
};

}  // namespace geminate::ui
