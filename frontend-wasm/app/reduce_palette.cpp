#include <algorithm>
#include <utility>

#include "frontend-wasm/app/key_query.h"
#include "frontend-wasm/app/reduce_step.h"
#include "frontend-wasm/app/router.h"

namespace geminate::ui {
namespace {

constexpr std::size_t kMostOfAKind = 6;

/// Collects the entries whose title has every word that was typed.
class Search {
 public:
  Search(const AppState& state, const std::string& typed)
      : state_(state), say_(state.phrasebook()), typed_(lower_case(typed)) {}

  void pages() {
    for (const Page page : all_pages())
      offer(PaletteKind::Page, say_(state_.title_of(page)), {Navigate{page}});
  }
  void commands() {
    const auto command = [this](const Text& title, std::vector<Action> run) {
      offer(PaletteKind::Command, title, std::move(run));
    };
    command(say_(TextId::AddKey), {Navigate{Page::Keys}, OpenAddKeys{}});
    command(say_(TextId::MakeToken), {Navigate{Page::Tokens}, OpenMakeToken{}});
    command(say_(TextId::Refresh), {RefreshPage{}});
    command(say_(TextId::LanguageSwitchHint), {SetLanguage{other_language()}});
    command(appearance(TextId::AppearanceLight), {SetAppearance{Appearance::Light}});
    command(appearance(TextId::AppearanceDark), {SetAppearance{Appearance::Dark}});
    command(appearance(TextId::AppearanceSystem), {SetAppearance{Appearance::System}});
    command(say_(TextId::ShortcutsTitle), {SetShortcutsOpen{true}});
    command(say_(TextId::SignOut), {LogOut{}});
  }
  /// By the same words and conditions as in the search box of the keys.
  void keys() {
    const KeyConditions wanted = read_key_query(typed_);
    if (typed_.empty() || wanted.problem || wanted.all.empty()) return;
    const KeysPageState& page = state_.keys;
    const KeyIndex& index = page.arrangement.index();
    std::size_t taken = 0;
    for (std::uint32_t row = 0; row < index.size() && taken < kMostOfAKind; ++row) {
      if (!index.matches_all(row, wanted.all, state_.wall_now)) continue;
      const UpstreamKeyView& key = page.keys[row];
      const std::string description = key.description ? " " + *key.description : "";
      add(PaletteKind::Key, shown_name(key) + description, {ShowKey{key.id}});
      ++taken;
    }
  }
  void tokens() {
    if (typed_.empty()) return;
    for (const ClientTokenView& token : state_.tokens.tokens) {
      const std::string description = token.description ? " " + *token.description : "";
      std::vector<Action> run = {Navigate{Page::Tokens}};
      if (token.origin != Origin::Environment) run.emplace_back(OpenToken{token.id});
      offer(PaletteKind::Token, Text::verbatim(shown_name(token) + description), std::move(run));
    }
  }
  /// An id that was copied from a log or an answer.
  void request() {
    constexpr std::size_t kIdLength = 26;
    const bool is_id = typed_.size() == kIdLength &&
                       typed_.find_first_not_of("0123456789abcdefghjkmnpqrstvwxyz") == std::string::npos;
    if (is_id) add(PaletteKind::Request, typed_, {ShowRequests{typed_}});
  }

  std::vector<PaletteEntry> found;

 private:
  Language other_language() const {
    return say_.language() == Language::Chinese ? Language::English : Language::Chinese;
  }
  Text appearance(TextId name) const { return say_(TextId::PaletteAppearance, {say_(name).str()}); }
  bool has_all_words(const std::string& title) const {
    std::size_t at = 0;
    while ((at = typed_.find_first_not_of(' ', at)) != std::string::npos) {
      const std::size_t end = std::min(typed_.find(' ', at), typed_.size());
      if (title.find(typed_.substr(at, end - at)) == std::string::npos) return false;
      at = end;
    }
    return true;
  }
  void offer(PaletteKind kind, const Text& title, std::vector<Action> run) {
    if (has_all_words(lower_case(title.str()))) add(kind, title.str(), std::move(run));
  }
  void add(PaletteKind kind, std::string title, std::vector<Action> run) {
    const auto same = std::count_if(found.begin(), found.end(),
                                    [kind](const PaletteEntry& entry) { return entry.kind == kind; });
    const bool unbounded = kind == PaletteKind::Page || kind == PaletteKind::Command;
    if (unbounded || static_cast<std::size_t>(same) < kMostOfAKind)
      found.push_back({kind, std::move(title), std::move(run)});
  }

  const AppState& state_;
  Phrasebook say_;
  std::string typed_;
};

std::vector<PaletteEntry> find_entries(const AppState& state, const std::string& typed) {
  Search search(state, typed);
  search.pages();
  search.commands();
  search.keys();
  search.tokens();
  search.request();
  return std::move(search.found);
}

}  // namespace

void on(Step& step, const RefreshPage&) { step.fetch_page(); }

void on(Step& step, const SetShortcutsOpen& action) { step.state.palette.shortcuts = action.open; }

void on(Step& step, const SetPaletteOpen& action) {
  step.drafts.palette.clear();
  step.state.palette = {};
  step.state.palette.open = action.open;
  if (action.open) step.state.palette.entries = find_entries(step.state, {});
}

void on(Step& step, const SearchPalette& action) {
  PaletteState& palette = step.state.palette;
  palette.entries = find_entries(step.state, action.text);
  palette.chosen = 0;
}

void on(Step& step, const MoveInPalette& action) {
  PaletteState& palette = step.state.palette;
  if (palette.entries.empty()) return;
  const auto count = static_cast<int>(palette.entries.size());
  const int to = (static_cast<int>(palette.chosen) + action.by % count + count) % count;
  palette.chosen = static_cast<std::size_t>(to);
}

void on(Step& step, const RunPaletteEntry& action) {
  PaletteState& palette = step.state.palette;
  if (action.index >= palette.entries.size()) return;
  std::vector<Action> run = std::move(palette.entries[action.index].run);
  on(step, SetPaletteOpen{false});
  take(step, std::move(run));
}

}  // namespace geminate::ui
