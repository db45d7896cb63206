#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "shared/core/result.h"

namespace geminate::storage {

/// Bytes that are no text.
struct Blob {
  std::string bytes;
};

/// What a column holds and what a parameter takes; monostate is NULL.
using SqlValue = std::variant<std::monostate, std::int64_t, std::string, Blob>;

/// A statement says `$name`, a parameter says `name`.
struct SqlParameter {
  std::string_view name;
  SqlValue value;
};

/// Sees one row of an answer, columns in the order they were asked for. The row lives until the visitor
/// returns; an error ends the statement and becomes its result.
using RowVisitor = std::function<Status(std::span<const SqlValue> row)>;

/// One connection to a database, and all that the stores know of it: SqliteConnection now, another engine is
/// another implementation. Blocks; one thread at a time. Errors: Conflict when a UNIQUE constraint is hurt,
/// Unavailable when the world is at fault (locked, disk full, read-only), Internal for a damaged file or a
/// statement of ours that is wrong. `message` holds neither paths nor values, `detail` what the engine said.
class SqlConnection {
 public:
  virtual ~SqlConnection() = default;

  /// Runs one statement; it is prepared once and kept, so `sql` comes from a fixed set of texts. Every
  /// parameter of the statement has to be given. Answers with how many rows it changed, 0 for a reading one.
  virtual Result<std::int64_t> run(std::string_view sql, std::span<const SqlParameter> parameters,
                                   const RowVisitor& on_row = {}) = 0;
  Result<std::int64_t> run(std::string_view sql, std::initializer_list<SqlParameter> parameters = {},
                           const RowVisitor& on_row = {}) {
    return run(sql, std::span<const SqlParameter>(parameters.begin(), parameters.size()), on_row);
  }
  /// Runs statements without parameters, separated by semicolons; for schemas.
  virtual Status run_script(const std::string& sql) = 0;

  /// A writing transaction; SqlTransaction calls these.
  virtual Status begin() = 0;
  virtual Status commit() = 0;
  virtual void rollback() = 0;

  /// The schema's version; 0 in a database without one. Setting it is part of the transaction.
  virtual Result<std::int32_t> schema_version() = 0;
  virtual Status set_schema_version(std::int32_t version) = 0;

  /// Overwrites what deleted or replaced rows have left behind, in the database and in the engine's log of
  /// changes. While another connection is in the way, that waits for the next commit. Outside of
  /// transactions; takes a fifth of a second for 100,000 keys.
  virtual void forget_deleted() = 0;
};

/// A transaction that is rolled back unless it was committed. The connection outlives it.
class [[nodiscard]] SqlTransaction {
 public:
  static Result<SqlTransaction> begin(SqlConnection& connection) {
    GEMINATE_CHECK_OK(connection.begin());
    return SqlTransaction(connection);
  }
  SqlTransaction(SqlTransaction&& other) noexcept : connection_(other.connection_) {
    other.connection_ = nullptr;
  }
  SqlTransaction& operator=(SqlTransaction&&) = delete;
  ~SqlTransaction() {
    if (connection_ != nullptr) connection_->rollback();
  }

  /// Durable when it returns success. After a failure nothing of the transaction is there.
  Status commit() {
    GEMINATE_CHECK_OK(connection_->commit());
    connection_ = nullptr;
    return Status::success();
  }

 private:
  explicit SqlTransaction(SqlConnection& connection) : connection_(&connection) {}

  SqlConnection* connection_;
};

}  // namespace geminate::storage
