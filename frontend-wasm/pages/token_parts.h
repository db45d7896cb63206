#pragma once

#include <vector>

#include "frontend-wasm/app/app_state.h"
#include "frontend-wasm/widgets/paint.h"

namespace geminate::ui {

// The token page's parts, for tokens.cpp alone.

/// "…a3F9 description": how a token is called aloud and in titles.
Text spoken_name(const ClientTokenView& token);
/// "…a3F9", as far as anybody gets to see a token again.
Text token_mark(const ClientTokenView& token);
/// The environment's tokens get their secret, and their end, where the server is started.
bool is_ours(const ClientTokenView& token);

struct TokenLook {
  Tone tone;
  TextId name;
};
TokenLook look_of(const AppState& state, const ClientTokenView& token);
Text last_used(const AppState& state, const ClientTokenView& token);

/// Something counted against its limit: "1.2 万 / 60 万", the same in full figures, the share that is gone.
struct TokenMeasure {
  Text name{};
  Text brief{};
  Text exact{};
  bool limited = false;
  float share = 0;
  Colour fill = 0;
};
TokenMeasure requests_today(const Phrasebook& say, const ClientTokenView& token);
TokenMeasure tokens_today(const Phrasebook& say, const ClientTokenView& token);
TokenMeasure tokens_total(const Phrasebook& say, const ClientTokenView& token);
/// Money is counted while there is a budget; without one the brief text says that there is none.
TokenMeasure budget(const Phrasebook& say, const ClientTokenView& token);
/// One line: name, bar, figures.
void draw_measure(const TokenMeasure& measure, float width);

void draw_token_toolbar(const AppState& state, Drafts& drafts, float width, const Emit& emit);
/// `shown`: positions in the list of tokens.
void draw_token_table(const AppState& state, const std::vector<std::uint32_t>& shown, ImVec2 size,
                      const Emit& emit);
/// The same for a narrow page: one card a token.
void draw_token_cards(const AppState& state, const std::vector<std::uint32_t>& shown, float width,
                      const Emit& emit);
/// The button with three dots and what it opens.
void draw_token_menu(const AppState& state, const ClientTokenView& token, const Emit& emit);

/// All fields of the form; true when Enter was pressed in one of them.
bool draw_token_form(const AppState& state, TokenForm& form, float width);
Text token_error(const AppState& state, const char* field);
/// The drawer of a token that there is, or of one that is being made.
void draw_token_drawer(const AppState& state, Drafts& drafts, const Emit& emit);
/// The dialogs: made, rotate, delete.
void draw_made_token(const AppState& state, const Emit& emit);
void draw_token_questions(const AppState& state, const Emit& emit);

}  // namespace geminate::ui
