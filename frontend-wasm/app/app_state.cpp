#include "frontend-wasm/app/app_state.h"

namespace geminate::ui {
namespace {

template <class Row>
const Row* find_row(const std::vector<Row>& rows, std::int64_t id) {
  for (const Row& row : rows) {
    if (row.id == id) return &row;
  }
  return nullptr;
}

}  // namespace

const UpstreamKeyView* KeysPageState::find(KeyId id) const {
  const auto position = arrangement.index().position_of(id);
  return position ? &keys[*position] : nullptr;
}
const ClientTokenView* TokensPageState::find(TokenId id) const { return find_row(tokens, id); }

TextId AppState::origin_text(Origin origin) const {
  if (origin == Origin::Environment) return TextId::OriginEnvironment;
  return memory_mode() ? TextId::OriginConsole : TextId::OriginDatabase;
}

Message AppState::title_of(Page which) const {
  if (!session.is_admin) return {TextId::AppName, {}};
  if (which == Page::Tokens) return {TextId::TokensTitle, {}};
  if (which == Page::Dashboard) return {TextId::DashboardTitle, {}};
  if (which == Page::Playground) return {TextId::PlaygroundTitle, {}};
  if (which == Page::Models) return {TextId::NavModels, {}};
  if (which == Page::Settings) return {TextId::SettingsHeading, {}};
  if (which == Page::Requests) return {TextId::RequestsTitle, {}};
  return {memory_mode() ? TextId::KeysTitleMemory : TextId::KeysTitleDatabase, {}};
}

}  // namespace geminate::ui
