#include "backend/storage/wrapped_keys.h"

#include "backend/crypto/keyed_hash.h"
#include "backend/crypto/sealed_secret.h"
#include "backend/crypto/subkeys.h"
#include "backend/storage/table_rows.h"

namespace geminate::storage {
namespace {

struct WrappedKeyTable {
  static constexpr std::string_view kName = "wrapped_keys";
  using Row = WrappedKey;

  template <class R, class Column>
  static void columns(R& row, Column&& column) {
    column("id", row.id);
    column("kind", row.kind);
    column("wrapped", row.wrapped);
    column("created_at", row.created_at);
  }
};

/// The place a wrapped key belongs to; part of what is on disk.
std::string place_of(const WrappedKey& row) {
  return "wrapped_keys/wrapped/" + std::to_string(row.id) + '/' + row.kind;
}

}  // namespace

Secret wrapping_key_of(const Secret& encryption_key) {
  return crypto::derive_subkey(encryption_key, crypto::KeyPurpose::Wrapping);
}

Result<std::vector<WrappedKey>> load_wrapped_keys(SqlConnection& connection) {
  static const std::string select = select_of<WrappedKeyTable>() + " ORDER BY id";
  std::vector<WrappedKey> rows;
  GEMINATE_CHECK_OK(connection.run(select, {}, [&rows](std::span<const SqlValue> columns) -> Status {
    GEMINATE_TRY(WrappedKey row, read_row<WrappedKeyTable>(columns));
    rows.push_back(std::move(row));
    return Status::success();
  }));
  return rows;
}

Result<Secret> unwrap(const WrappedKey& row, const Secret& wrapping_key) {
  GEMINATE_TRY(Secret key, crypto::unseal(row.wrapped.bytes, wrapping_key, place_of(row)));
  if (key.reveal().size() == crypto::kKeyBytes) return key;
  return Error{ErrorCode::Internal, "a wrapped key has a wrong length", row.kind, {}, {}};
}

Result<std::int64_t> add_wrapped_key(SqlConnection& connection, std::string_view kind, const Secret& key,
                                     const Secret& wrapping_key) {
  static const std::string insert = insert_of<WrappedKeyTable>();
  WrappedKey row;
  // Before wrapping: the wrapped key is bound to the id.
  GEMINATE_TRY(row.id, allocate_ids<WrappedKeyTable>(connection, 1));
  row.kind = kind;
  row.created_at = now().wall;
  row.wrapped.bytes = crypto::seal(key, wrapping_key, place_of(row));
  GEMINATE_CHECK_OK(connection.run(insert, parameters_of<WrappedKeyTable>(row)));
  return row.id;
}

Status rewrap_keys(SqlConnection& connection, const Secret& from, const Secret& to) {
  const Secret old_key = wrapping_key_of(from);
  const Secret new_key = wrapping_key_of(to);
  GEMINATE_TRY(const auto rows, load_wrapped_keys(connection));
  for (const WrappedKey& row : rows) {
    GEMINATE_TRY(const Secret key, unwrap(row, old_key));
    const Blob wrapped{crypto::seal(key, new_key, place_of(row))};
    GEMINATE_CHECK_OK(connection.run("UPDATE wrapped_keys SET wrapped = $wrapped WHERE id = $id",
                                     {{"wrapped", wrapped}, {"id", row.id}}));
  }
  return Status::success();
}

}  // namespace geminate::storage
