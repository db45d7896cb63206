#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "frontend-wasm/app/reducer.h"
#include "tests/unit/frontend/key_lines.h"

namespace geminate::ui {

/// State, drafts and the reducer, with the effects of the last input at hand.
class ConsoleFixture : public ::testing::Test {
 protected:
  void act(Action action) { effects = reduce(state, drafts, action); }
  void happen(Event event) { effects = reduce(state, drafts, event); }
  void pass(double seconds) {
    state.now += seconds;
    const auto wall = state.wall_now + std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
    happen(TimePassed{state.now, wall});
  }

  /// The requests among the last input's effects.
  std::vector<ServerRequest> requests() const {
    std::vector<ServerRequest> found;
    for (const Effect& effect : effects) {
      if (const auto* request = std::get_if<ServerRequest>(&effect)) found.push_back(*request);
    }
    return found;
  }
  template <class Request>
  int count() const {
    int found = 0;
    for (const ServerRequest& request : requests()) found += std::holds_alternative<Request>(request) ? 1 : 0;
    return found;
  }
  /// The last input's only request.
  template <class Request>
  Request only() const {
    const auto all = requests();
    EXPECT_EQ(all.size(), 1U);
    if (all.size() != 1 || !std::holds_alternative<Request>(all.front())) {
      ADD_FAILURE() << "another request than the one expected, or none";
      return {};
    }
    return std::get<Request>(all.front());
  }
  template <class Kind>
  bool caused() const {
    for (const Effect& effect : effects) {
      if (std::holds_alternative<Kind>(effect)) return true;
    }
    return false;
  }

  void sign_in(KeyStorageMode mode = KeyStorageMode::Database) {
    happen(SessionLoaded{{true, mode, "0.1.0"}});
    ASSERT_TRUE(state.session.is_open);
  }
  void load_keys(std::vector<UpstreamKeyView> keys) {
    happen(whole_list(std::move(keys), state.session.key_storage_mode, state.keys.refresh.edits));
  }
  /// What came since the last answer.
  void load_key_changes(const std::vector<UpstreamKeyView>& facts,
                        const std::vector<UpstreamKeyView>& activity, std::vector<KeyId> gone = {}) {
    const KeyStorageMode mode = state.session.key_storage_mode;
    KeysLoaded news{{key_head("run-f2", mode, false), lines_of(facts, travels_as_key_fact)},
                    {key_head("run-a2", mode, false), lines_of(activity, travels_as_key_activity)},
                    state.keys.refresh.edits};
    news.facts.head.gone = std::move(gone);
    happen(std::move(news));
  }
  void load_tokens(std::vector<ClientTokenView> tokens, std::uint64_t digest = 1) {
    TokenList list;
    list.tokens = std::move(tokens);
    list.key_storage_mode = state.session.key_storage_mode;
    happen(TokensLoaded{list, state.tokens.refresh.edits, digest});
  }

  static UpstreamKeyView key(KeyId id, std::string preview, std::string description = {}) {
    UpstreamKeyView row;
    row.id = id;
    row.key_preview = std::move(preview);
    if (!description.empty()) row.description = std::move(description);
    return row;
  }
  static ClientTokenView token(TokenId id, std::string preview) {
    ClientTokenView row;
    row.id = id;
    row.token_preview = std::move(preview);
    return row;
  }
  static Failure refused(std::uint16_t status, std::string field = {}) {
    return {FailureKind::Refused, status, "code", "the server's sentence", std::move(field)};
  }
  static Failure unreachable() { return {}; }

  std::string newest_toast() const {
    return state.toasts.empty() ? "" : state.phrasebook()(state.toasts.back().message).str();
  }
  std::string newest_note() const {
    if (state.toasts.empty() || !state.toasts.back().note) return "";
    return state.phrasebook()(*state.toasts.back().note).str();
  }

  static AppState whole_program() {
    AppState state;
    state.whole = true;
    return state;
  }

  AppState state = whole_program();
  Drafts drafts;
  Effects effects;
};

}  // namespace geminate::ui
