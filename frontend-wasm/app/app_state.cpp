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

bool AppState::is_overheard() const {
  if (!session.known || session.is_secure) return false;
  for (const char* own : {"://127.", "://localhost", "://[::1]"}) {
    if (server_address.find(own) != std::string::npos) return false;
  }
  return server_address.starts_with("http://");
}

TextId AppState::origin_text(Origin origin) const {
  if (origin == Origin::Environment) return TextId::OriginEnvironment;
  return memory_mode() ? TextId::OriginConsole : TextId::OriginDatabase;
}

Message AppState::title_of(Page which) const {
  if (!session.is_open) return {TextId::AppName, {}};
  if (which == Page::Tokens) return {TextId::TokensTitle, {}};
  if (which == Page::Dashboard) return {TextId::DashboardTitle, {}};
  if (which == Page::Playground) return {TextId::PlaygroundTitle, {}};
  if (which == Page::Models) return {TextId::NavModels, {}};
  if (which == Page::Settings) return {TextId::SettingsHeading, {}};
  if (which == Page::Accounts) return {TextId::NavAccounts, {}};
  if (which == Page::Audit) return {TextId::NavAudit, {}};
  if (which == Page::Requests) return {TextId::RequestsTitle, {}};
  return {memory_mode() ? TextId::KeysTitleMemory : TextId::KeysTitleDatabase, {}};
}

}  // namespace geminate::ui
