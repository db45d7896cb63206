#include "backend/storage/data_key_rotation.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backend/crypto/keyed_hash.h"
#include "backend/storage/key_ring.h"
#include "backend/storage/sealed_text.h"
#include "backend/storage/sql_audit_trail.h"
#include "backend/storage/table_rows.h"
#include "backend/storage/wrapped_keys.h"

namespace geminate::storage {
namespace {

struct SealedRow {
  std::int64_t id = 0;
  SealedText sealed;
  std::optional<std::string> project;
};

struct SealedRowTable {
  static constexpr std::string_view kName = "upstream_keys";
  using Row = SealedRow;

  template <class R, class Column>
  static void columns(R& row, Column&& column) {
    column("id", row.id);
    column("sealed_text", row.sealed.bytes);
    column("sealed_by", row.sealed.sealed_by);
    column("project", row.project);
  }
};

SqlAuditTrail trail_of(const KeyRing& ring) {
  return SqlAuditTrail(ring.lasting_subkey(crypto::KeyPurpose::AuditChain));
}

/// Which data key is made, or which ones are gone.
Change rotation_change(std::optional<std::string> before, std::optional<std::string> after) {
  return {Caller::server(),
          AuditAction::DataKeyRotate,
          "data_key",
          {},
          {{"data_key", std::move(before), std::move(after)}}};
}

/// Leaves the ring with two data keys: a new one, or the one that an earlier run made.
Result<bool> begin_rotation(SqlConnection& connection, KeyRing& ring, const Secret& encryption_key) {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(connection));
  GEMINATE_CHECK_OK(ring.refresh(connection));
  const bool resumed = ring.row_keys() > 1;
  if (!resumed) {
    const std::string before = std::to_string(ring.current());
    GEMINATE_CHECK_OK(
        add_wrapped_key(connection, kRowsKind, crypto::random_key(), wrapping_key_of(encryption_key)));
    GEMINATE_CHECK_OK(ring.refresh(connection));
    GEMINATE_CHECK_OK(
        trail_of(ring).append(connection, rotation_change(before, std::to_string(ring.current()))));
  }
  GEMINATE_CHECK_OK(transaction.commit());
  return resumed;
}

Result<std::vector<SealedRow>> rows_of_older_keys(SqlConnection& connection, const KeyRing& ring,
                                                  std::int64_t after, std::int64_t limit) {
  static const std::string select =
      select_of<SealedRowTable>() + " WHERE sealed_by <> $current AND id > $after ORDER BY id LIMIT $limit";
  std::vector<SealedRow> rows;
  GEMINATE_CHECK_OK(connection.run(select, {{"current", ring.current()}, {"after", after}, {"limit", limit}},
                                   [&rows](std::span<const SqlValue> columns) -> Status {
                                     GEMINATE_TRY(SealedRow row, read_row<SealedRowTable>(columns));
                                     rows.push_back(std::move(row));
                                     return Status::success();
                                   }));
  return rows;
}

Status seal_anew(SqlConnection& connection, const KeyRing& ring, const SealedRow& row) {
  const TextPlace place{row.id, row.project};
  GEMINATE_TRY(const Secret text, open_text(ring, row.sealed, place));
  const SealedText sealed = seal_text(ring, text, place);
  GEMINATE_CHECK_OK(
      connection.run("UPDATE upstream_keys SET sealed_text = $text, sealed_by = $by WHERE id = $id",
                     {{"text", sealed.bytes}, {"by", sealed.sealed_by}, {"id", row.id}}));
  return Status::success();
}

/// One transaction of it; `last` is the id up to which all is done. Answers with how many texts it sealed.
Result<std::int64_t> seal_batch(SqlConnection& connection, KeyRing& ring, std::int64_t& last,
                                std::int64_t batch) {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(connection));
  GEMINATE_CHECK_OK(ring.refresh(connection));
  GEMINATE_TRY(const auto rows, rows_of_older_keys(connection, ring, last, batch));
  for (const SealedRow& row : rows) GEMINATE_CHECK_OK(seal_anew(connection, ring, row));
  GEMINATE_CHECK_OK(transaction.commit());
  if (!rows.empty()) last = rows.back().id;
  return static_cast<std::int64_t>(rows.size());
}

/// Of the old keys only those that seal nothing: of two runs at once, one may be behind.
Status end_rotation(SqliteConnection& connection, const KeyRing& ring) {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(connection));
  GEMINATE_TRY(const std::int64_t deleted,
               connection.run("DELETE FROM wrapped_keys WHERE kind = 'rows' "
                              "AND id < (SELECT max(id) FROM wrapped_keys WHERE kind = 'rows') "
                              "AND id NOT IN (SELECT sealed_by FROM upstream_keys)"));
  if (deleted != 0) {
    GEMINATE_CHECK_OK(trail_of(ring).append(
        connection, rotation_change("older than " + std::to_string(ring.current()), {})));
  }
  GEMINATE_CHECK_OK(transaction.commit());
  connection.forget_deleted_patiently();
  return Status::success();
}

}  // namespace

Result<DataKeyRotation> rotate_data_key(SqliteConnection& connection, const Secret& encryption_key,
                                        std::int64_t batch) {
  DataKeyRotation rotation;
  GEMINATE_TRY(KeyRing ring, KeyRing::open(connection, encryption_key));
  GEMINATE_TRY(rotation.began_log, trail_of(ring).begin_log(connection));
  GEMINATE_TRY(rotation.resumed, begin_rotation(connection, ring, encryption_key));
  std::int64_t last = 0;
  for (;;) {
    GEMINATE_TRY(const std::int64_t sealed, seal_batch(connection, ring, last, batch));
    rotation.texts += sealed;
    if (sealed < batch) break;
  }
  GEMINATE_CHECK_OK(end_rotation(connection, ring));
  return rotation;
}

}  // namespace geminate::storage
