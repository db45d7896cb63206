#include "backend/storage/sql_key_events.h"

#include <set>
#include <utility>

namespace geminate::storage {
namespace {

struct EventTable {
  static constexpr std::string_view kName = "key_events";
  using Row = KeyEventView;

  template <class R, class Column>
  static void columns(R& row, Column&& column) {
    column("id", row.id);
    column("key_id", row.key_id);
    column("at", row.at);
    column("kind", row.kind);
    column("model", row.model);
    column("quota", row.quota);
    column("reason", row.reason);
    column("until", row.until);
    column("request_id", row.request_id);
    column("http_status", row.http_status);
    column("excerpt", row.excerpt);
  }
};

// The row `$kept` from the newest on, and all before it, go.
constexpr std::string_view kForgetOfKey =
    "DELETE FROM key_events WHERE key_id = $key_id AND id <= (SELECT id FROM key_events WHERE key_id = "
    "$key_id "
    "ORDER BY id DESC LIMIT 1 OFFSET $kept)";
constexpr std::string_view kForgetOfAll =
    "DELETE FROM key_events WHERE id <= (SELECT id FROM key_events ORDER BY id DESC LIMIT 1 OFFSET $kept)";

}  // namespace

SqlKeyEvents::SqlKeyEvents(std::unique_ptr<SqlConnection> connection)
    : connection_(std::move(connection)), statements_(statements_of<EventTable>()) {}

Result<std::vector<KeyEventView>> SqlKeyEvents::load() {
  std::vector<KeyEventView> events;
  GEMINATE_CHECK_OK(
      connection_->run(statements_.select_all, {}, [&events](std::span<const SqlValue> columns) -> Status {
        GEMINATE_TRY(auto event, read_row<EventTable>(columns));
        events.push_back(std::move(event));
        return Status::success();
      }));
  return events;
}

Status SqlKeyEvents::append(std::span<const KeyEventView> events, const keys::KeyHistoryLimits& limits) {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*connection_));
  for (const KeyEventView& event : events) {
    GEMINATE_CHECK_OK(connection_->run(statements_.insert, parameters_of<EventTable>(event)));
  }
  GEMINATE_CHECK_OK(forget_old(events, limits));
  return transaction.commit();
}

Status SqlKeyEvents::forget_old(std::span<const KeyEventView> events, const keys::KeyHistoryLimits& limits) {
  std::set<std::int64_t> key_ids;
  for (const KeyEventView& event : events) key_ids.insert(event.key_id);
  for (const std::int64_t key_id : key_ids) {
    GEMINATE_CHECK_OK(connection_->run(
        kForgetOfKey, {{"key_id", key_id}, {"kept", static_cast<std::int64_t>(limits.per_key)}}));
  }
  GEMINATE_CHECK_OK(connection_->run(kForgetOfAll, {{"kept", static_cast<std::int64_t>(limits.total)}}));
  return Status::success();
}

}  // namespace geminate::storage
