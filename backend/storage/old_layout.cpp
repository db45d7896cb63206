#include "backend/storage/old_layout.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backend/crypto/keyed_hash.h"
#include "backend/crypto/sealed_secret.h"
#include "backend/crypto/subkeys.h"
#include "backend/keys/fingerprint.h"
#include "backend/storage/key_ring.h"
#include "backend/storage/sealed_text.h"
#include "backend/storage/table_rows.h"

namespace geminate::storage {
namespace {

using crypto::KeyPurpose;

struct OldRow {
  std::int64_t id = 0;
  Blob sealed_text;
  std::optional<std::string> project;
};

struct OldRowTable {
  static constexpr std::string_view kName = "upstream_keys";
  using Row = OldRow;

  template <class R, class Column>
  static void columns(R& row, Column&& column) {
    column("id", row.id);
    column("sealed_text", row.sealed_text);
    column("project", row.project);
  }
};

std::string check_value(const Secret& key) {
  return crypto::keyed_hash(crypto::derive_subkey(key, KeyPurpose::CheckValue), "geminate encryption key");
}

Result<std::vector<OldRow>> load_rows(SqlConnection& connection) {
  std::vector<OldRow> rows;
  GEMINATE_CHECK_OK(connection.run(select_of<OldRowTable>() + " WHERE sealed_by = 0", {},
                                   [&rows](std::span<const SqlValue> columns) -> Status {
                                     GEMINATE_TRY(OldRow row, read_row<OldRowTable>(columns));
                                     rows.push_back(std::move(row));
                                     return Status::success();
                                   }));
  return rows;
}

Status seal_anew(SqlConnection& connection, const KeyRing& ring, const OldRow& row, const Secret& old_key) {
  const auto text =
      crypto::unseal(row.sealed_text.bytes, old_key, "upstream_keys/sealed_text/" + std::to_string(row.id));
  if (!text.ok()) return altered_text(row.id, text.error().detail);
  const SealedText sealed = seal_text(ring, *text, {row.id, row.project});
  const std::string fingerprint = keys::fingerprint_of(ring.lasting_subkey(KeyPurpose::Fingerprint), *text);
  GEMINATE_CHECK_OK(connection.run(
      "UPDATE upstream_keys SET sealed_text = $text, sealed_by = $by, fingerprint = $fingerprint "
      "WHERE id = $id",
      {{"text", sealed.bytes}, {"by", sealed.sealed_by}, {"fingerprint", fingerprint}, {"id", row.id}}));
  return Status::success();
}

}  // namespace

Result<bool> fits_old_layout(SqlConnection& connection, const Secret& encryption_key) {
  std::string stored;
  GEMINATE_CHECK_OK(connection.run("SELECT value FROM facts WHERE name = 'key_check'", {},
                                   [&stored](std::span<const SqlValue> row) {
                                     Blob blob;
                                     if (from_sql(row[0], blob)) stored = std::move(blob.bytes);
                                     return Status::success();
                                   }));
  return crypto::constant_time_equal_hashes(stored, check_value(encryption_key));
}

Result<bool> holds_keyed_rows(SqlConnection& connection) {
  std::int64_t rows = 0;
  GEMINATE_CHECK_OK(
      connection.run("SELECT (SELECT count(*) FROM upstream_keys) + (SELECT count(*) FROM client_tokens)", {},
                     [&rows](std::span<const SqlValue> row) {
                       (void)from_sql(row[0], rows);
                       return Status::success();
                     }));
  return rows != 0;
}

Status leave_old_layout(SqlConnection& connection, const Secret& from, const Secret& to) {
  GEMINATE_CHECK_OK(make_key_ring(connection, to, crypto::derive_subkey(from, KeyPurpose::Tokens)));
  GEMINATE_TRY(const KeyRing ring, KeyRing::open(connection, to));
  const Secret old_key = crypto::derive_subkey(from, KeyPurpose::Rows);
  GEMINATE_TRY(const auto rows, load_rows(connection));
  for (const OldRow& row : rows) GEMINATE_CHECK_OK(seal_anew(connection, ring, row, old_key));
  // The key encryption key is recognised by what it opens now.
  GEMINATE_CHECK_OK(connection.run("DELETE FROM facts WHERE name = 'key_check'"));
  return Status::success();
}

}  // namespace geminate::storage
