#include "backend/storage/sql_token_store.h"

#include <utility>

#include "backend/auth/token_faults.h"
#include "backend/auth/token_moves.h"

namespace geminate::storage {

using auth::Change;
using auth::ClientToken;
using auth::TokenFinding;

namespace {

/// The table's row: the token with its hashes as bytes.
struct TokenRow {
  ClientToken token;
  Blob secret_hash;
  std::optional<Blob> previous_hash;
};

struct TokenTable {
  static constexpr std::string_view kName = "client_tokens";
  using Row = TokenRow;

  template <class R, class Column>
  static void columns(R& row, Column&& column) {
    column("id", row.token.id);
    column("secret_hash", row.secret_hash);
    column("preview", row.token.preview);
    column("description", row.token.description);
    column("created_at", row.token.created_at);
    column("expires_at", row.token.expires_at);
    column("is_active", row.token.is_active);
    column("origin", row.token.origin);
    column("rate_limit_per_minute", row.token.rate_limit_per_minute);
    column("max_tokens_per_day", row.token.max_tokens_per_day);
    column("revision", row.token.revision);
    column("last_used_at", row.token.last_used_at);
    column("requests_used", row.token.requests_used);
    column("tokens_used", row.token.tokens_used);
    column("used_day", row.token.used_day);
    column("previous_hash", row.previous_hash);
    column("previous_valid_until", row.token.previous_valid_until);
    column("tokens_per_minute", row.token.tokens_per_minute);
    column("requests_per_day", row.token.requests_per_day);
    column("max_tokens_total", row.token.max_tokens_total);
    column("models", row.token.models);
    column("allowed_ips", row.token.allowed_ips);
    column("tokens_total", row.token.tokens_total);
    column("max_cost_micros", row.token.max_cost_micros);
    column("cost_period", row.token.cost_period);
    column("cost_picos", row.token.cost_picos);
    column("cost_start", row.token.cost_start);
    column("enable_context_management", row.token.enable_context_management);
    column("context_window", row.token.context_window);
  }
};

ClientToken token_of(TokenRow row) {
  row.token.secret_hash = std::move(row.secret_hash.bytes);
  if (row.previous_hash) row.token.previous_hash = std::move(row.previous_hash->bytes);
  return std::move(row.token);
}

TokenRow row_of(const ClientToken& token) {
  TokenRow row{token, Blob{token.secret_hash}, {}};
  if (!token.previous_hash.empty()) row.previous_hash = Blob{token.previous_hash};
  return row;
}

/// The engine's fault as one of the tokens'.
Error explain(Error error, std::int64_t id) {
  if (error.code == ErrorCode::NotFound) error.message = auth::unknown_token(id).message;
  if (error.code == ErrorCode::Conflict) error.message = auth::duplicate_token().message;
  return error;
}

}  // namespace

SqlTokenStore::SqlTokenStore(std::unique_ptr<SqlConnection> connection, SqlAuditTrail trail)
    : connection_(std::move(connection)),
      statements_(statements_of<TokenTable>()),
      trail_(std::move(trail)) {}

SqlTokenStore::~SqlTokenStore() = default;

Result<std::vector<ClientToken>> SqlTokenStore::load() {
  std::vector<ClientToken> tokens;
  GEMINATE_CHECK_OK(
      connection_->run(statements_.select_all, {}, [&](std::span<const SqlValue> columns) -> Status {
        GEMINATE_TRY(TokenRow row, read_row<TokenTable>(columns));
        tokens.push_back(token_of(std::move(row)));
        return Status::success();
      }));
  return tokens;
}

Result<ClientToken> SqlTokenStore::insert(ClientToken row, const Change& change) {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*connection_));
  GEMINATE_TRY(row.id, allocate_ids<TokenTable>(*connection_, 1));
  row.created_at = now().wall;
  row.revision = 1;
  const auto inserted = connection_->run(statements_.insert, parameters_of<TokenTable>(row_of(row)));
  if (!inserted.ok()) return explain(inserted.error(), row.id);
  GEMINATE_CHECK_OK(trail_.append(*connection_, auth::token_change(change, nullptr, &row)));
  GEMINATE_CHECK_OK(transaction.commit());
  return row;
}

Result<ClientToken> SqlTokenStore::change_row(std::int64_t id, const Change& change,
                                              const std::function<Status(ClientToken&)>& edit) {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*connection_));
  auto found = select_row<TokenTable>(*connection_, statements_, id);
  if (!found.ok()) return explain(std::move(found).error(), id);
  ClientToken token = token_of(std::move(found).value());
  const ClientToken before = token;
  GEMINATE_CHECK_OK(edit(token));
  const auto saved = connection_->run(statements_.update, parameters_of<TokenTable>(row_of(token)));
  if (!saved.ok()) return explain(saved.error(), id);
  GEMINATE_CHECK_OK(trail_.append(*connection_, auth::token_change(change, &before, &token)));
  GEMINATE_CHECK_OK(transaction.commit());
  return token;
}

Result<ClientToken> SqlTokenStore::update(std::int64_t id, const TokenPatch& patch, const Change& change) {
  return change_row(id, change, [&patch](ClientToken& token) { return auth::edit_row(token, patch); });
}

Result<ClientToken> SqlTokenStore::rotate(std::int64_t id, const auth::SecretChange& secret,
                                          const Change& change) {
  return change_row(id, change, [&secret](ClientToken& token) { return auth::rotate_row(token, secret); });
}

Status SqlTokenStore::erase(std::int64_t id, const Change& change) {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*connection_));
  auto found = select_row<TokenTable>(*connection_, statements_, id);
  if (!found.ok()) return explain(std::move(found).error(), id);
  const ClientToken before = token_of(std::move(found).value());
  GEMINATE_CHECK_OK(trail_.append(*connection_, auth::token_change(change, &before, nullptr)));
  auto erased = erase_row(*connection_, statements_, id);
  if (!erased.ok()) return explain(std::move(erased).error(), id);
  return transaction.commit();
}

Status SqlTokenStore::save_findings(const std::vector<TokenFinding>& findings) {
  if (findings.empty()) return Status::success();
  constexpr std::string_view kSave =
      "UPDATE client_tokens SET last_used_at = coalesce($last_used_at, last_used_at), "
      "requests_used = $requests_used, tokens_used = $tokens_used, used_day = $used_day, "
      "tokens_total = $tokens_total, cost_picos = $cost_picos, cost_start = $cost_start WHERE id = $id";
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*connection_));
  for (const TokenFinding& finding : findings) {
    GEMINATE_CHECK_OK(connection_->run(kSave, {{"id", to_sql(finding.id)},
                                               {"last_used_at", to_sql(finding.last_used_at)},
                                               {"requests_used", to_sql(finding.requests_used)},
                                               {"tokens_used", to_sql(finding.tokens_used)},
                                               {"used_day", to_sql(finding.used_day)},
                                               {"tokens_total", to_sql(finding.tokens_total)},
                                               {"cost_picos", to_sql(finding.cost_picos)},
                                               {"cost_start", to_sql(finding.cost_start)}}));
  }
  return transaction.commit();
}

}  // namespace geminate::storage
