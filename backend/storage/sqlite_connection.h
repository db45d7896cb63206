#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "backend/storage/sql_connection.h"

struct sqlite3;
struct sqlite3_stmt;

namespace geminate::storage {

/// SQLite behind SqlConnection; the only place that knows its library.
class SqliteConnection final : public SqlConnection {
 public:
  enum class Access {
    /// Changes neither the file nor its log, not even at closing.
    Inspect,
    /// An existing file, with a write-ahead log and full durability.
    ReadWrite,
    /// The same, but for what may be lost with the machine's power: a commit outlives the process's end, and
    /// reaches the disk with the next checkpoint. What is deleted is not overwritten.
    ReadWriteRelaxed,
    /// As the file is: its mode is not changed.
    Plain,
  };

  /// The file has to be there already (its creator sets its permissions). Unavailable or Internal as in
  /// SqlConnection.
  static Result<std::unique_ptr<SqliteConnection>> open(const std::filesystem::path& path, Access access);
  ~SqliteConnection() override;

  using SqlConnection::run;
  Result<std::int64_t> run(std::string_view sql, std::span<const SqlParameter> parameters,
                           const RowVisitor& on_row) override;
  Status run_script(const std::string& sql) override;
  Status begin() override;
  Status commit() override;
  void rollback() override;
  Result<std::int32_t> schema_version() override;
  Status set_schema_version(std::int32_t version) override;
  void forget_deleted() override;
  /// The same, but waits for others as a statement does, instead of leaving it to the next commit.
  void forget_deleted_patiently();

  /// Uses a write-ahead log from now on, which the file remembers: readers don't wait for the writer.
  Status use_write_ahead_log();

  /// The number that tells our databases from other SQLite files; 0 in one that was never marked.
  Result<std::int32_t> application_id();
  Status set_application_id(std::int32_t id);
  /// How many bytes the database has, going by its own page count.
  Result<std::uintmax_t> size();
  /// Success when the file's structure is sound; Internal with the findings in `detail`.
  Status check_integrity();

 private:
  struct Closer {
    void operator()(sqlite3* database) const;
  };
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalizer>;

  explicit SqliteConnection(sqlite3* database) : database_(database) {}
  Status configure(Access access);
  Result<sqlite3_stmt*> prepare(std::string_view sql);
  Result<std::int64_t> step_through(sqlite3_stmt* statement, const RowVisitor& on_row);
  Result<std::int32_t> pragma_number(std::string_view pragma);
  Error fault() const;

  // Statements go before the database does.
  std::unique_ptr<sqlite3, Closer> database_;
  std::map<std::string, Statement, std::less<>> statements_;
  /// Something that was deleted may still be there.
  bool owes_forgetting_ = false;
};

}  // namespace geminate::storage
