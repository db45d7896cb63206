#include "backend/storage/sqlite_connection.h"

#include <sqlite3.h>

#include <system_error>
#include <utility>
#include <vector>

namespace geminate::storage {
namespace {

/// How long a statement waits for another connection's lock.
constexpr int kBusyTimeoutMs = 2000;
/// The same after it has waited in vain, until it gets through again: whoever holds the lock holds it for
/// long, and what stands in line behind this statement must not wait for each other's patience.
constexpr int kImpatientMs = 50;

bool is_busy(int code) { return (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED; }

Error fault_of(int code, std::string engine_message) {
  std::string detail =
      "SQLite " + std::to_string(code) + " (" + sqlite3_errstr(code) + "): " + std::move(engine_message);
  const auto fault = [&detail](ErrorCode error, const char* message) {
    return Error{error, message, std::move(detail), {}, {}};
  };
  if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY) {
    return fault(ErrorCode::Conflict, "It is there already.");
  }
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fault(ErrorCode::Unavailable,
                   "Another program holds the database; nothing was changed. Try again when it lets go.");
    case SQLITE_FULL:
      return fault(
          ErrorCode::InsufficientStorage,
          "The disk that holds the database is full; nothing was changed. Free some space and try again.");
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return fault(
          ErrorCode::Unavailable,
          "The database may only be read; nothing was changed. Check its file's and folder's permissions, "
          "and whether the disk is mounted for reading alone.");
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
      return fault(ErrorCode::Unavailable,
                   "The disk that holds the database failed; nothing was changed. Look at the system's log.");
    case SQLITE_NOTADB:
      return fault(ErrorCode::Internal, "The file is not a database.");
    case SQLITE_CORRUPT:
      return fault(ErrorCode::Internal, "The database is damaged. Restore it from a backup.");
    default:
      // A name in the schema with another letter is no table any more.
      return fault(ErrorCode::Internal,
                   "The database refused a statement: its file is damaged, or this program has a fault. "
                   "Restore it from "
                   "a backup if that goes on.");
  }
}

Error wrong_statement(std::string_view sql, std::string_view what) {
  return Error{ErrorCode::Internal,
               "The database refused a statement.",
               std::string(what) + " in: " + std::string(sql),
               {},
               {}};
}

struct Binder {
  sqlite3_stmt* statement;
  int index;

  // The values outlive the statement's run: nothing is copied.
  int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
  int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, index, number); }
  int operator()(const std::string& text) const {
    return sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  int operator()(const Blob& blob) const {
    return sqlite3_bind_blob64(statement, index, blob.bytes.data(), blob.bytes.size(), SQLITE_STATIC);
  }
};

/// By name only: `$n` would be numbered by first appearance, which an edit of the statement changes.
Status bind_all(sqlite3_stmt* statement, std::string_view sql, std::span<const SqlParameter> parameters) {
  if (sqlite3_bind_parameter_count(statement) != static_cast<int>(parameters.size())) {
    return wrong_statement(sql, "parameters missing or too many");
  }
  for (const auto& [name, value] : parameters) {
    const int index = sqlite3_bind_parameter_index(statement, ('$' + std::string(name)).c_str());
    if (index == 0) return wrong_statement(sql, "no parameter $" + std::string(name));
    const int code = std::visit(Binder{statement, index}, value);
    if (code != SQLITE_OK) return fault_of(code, "binding $" + std::string(name));
  }
  return Status::success();
}

void read_column(sqlite3_stmt* statement, int column, SqlValue& value) {
  const auto size = [&] { return static_cast<std::size_t>(sqlite3_column_bytes(statement, column)); };
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL:
      value.emplace<std::monostate>();
      break;
    case SQLITE_INTEGER:
      value.emplace<std::int64_t>(sqlite3_column_int64(statement, column));
      break;
    case SQLITE_BLOB: {
      const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
      value.emplace<Blob>(Blob{std::string(bytes == nullptr ? "" : bytes, size())});
      break;
    }
    default: {
      // Text; our schema has no real numbers.
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      value.emplace<std::string>(text == nullptr ? "" : text, size());
    }
  }
}

/// As an address, so that the engine touches no file: left to itself, it writes the log's index anew, or
/// makes log and index where there are none. Where there is no index, no server is running.
std::string inspection_address(const std::filesystem::path& path) {
  std::string address = "file:";
  for (const char letter : path.string()) {
    if (letter == '%' || letter == '?' || letter == '#') {
      address += letter == '%' ? "%25" : letter == '?' ? "%3f" : "%23";
    } else {
      address += letter;
    }
  }
  std::error_code error;
  const bool has_index = std::filesystem::exists(path.string() + "-shm", error);
  const auto size = std::filesystem::file_size(path.string() + "-wal", error);
  const auto log = error ? 0 : size;
  // Of a log that ends with its header the engine cannot make an index in memory: it tries for ten seconds.
  // Whoever died between the header and the first frame leaves one; there the index is written anew.
  constexpr std::uintmax_t kLogHeader = 32;
  if (log == kLogHeader) return address;
  if (has_index) return address + "?readonly_shm=1";
  return log == 0 ? address + "?immutable=1" : address;
}

/// Ends a statement's run on every path, and lets go of the bound values.
class Run {
 public:
  explicit Run(sqlite3_stmt* statement) : statement_(statement) {}
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

 private:
  sqlite3_stmt* statement_;
};

}  // namespace

void SqliteConnection::Closer::operator()(sqlite3* database) const { sqlite3_close(database); }
void SqliteConnection::Finalizer::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const std::filesystem::path& path,
                                                                 Access access) {
  sqlite3* database = nullptr;
  const bool inspects = access == Access::Inspect;
  const int flags = !inspects && access != Access::Read
                        ? SQLITE_OPEN_READWRITE
                        : SQLITE_OPEN_READONLY | (inspects ? SQLITE_OPEN_URI : 0);
  const std::string name = inspects ? inspection_address(path) : path.string();
  const int code = sqlite3_open_v2(name.c_str(), &database, flags | SQLITE_OPEN_EXRESCODE, nullptr);
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(database));
  if (code != SQLITE_OK) return fault_of(code, database == nullptr ? "no memory" : sqlite3_errmsg(database));
  GEMINATE_CHECK_OK(connection->configure(access));
  return connection;
}

SqliteConnection::~SqliteConnection() = default;

Status SqliteConnection::configure(Access access) {
  sqlite3* const database = database_.get();
  sqlite3_busy_timeout(database, kBusyTimeoutMs);
  // A damaged or doctored schema must not make us run what it says.
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  if (access == Access::Inspect || access == Access::Read) {
    sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    return Status::success();
  }
  const bool relaxed = access == Access::ReadWriteRelaxed;
  GEMINATE_CHECK_OK(run_script(
      relaxed ? "PRAGMA secure_delete = OFF; PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL;"
              : "PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; "
                "PRAGMA temp_store = MEMORY;"));
  return access == Access::Plain ? Status::success() : use_write_ahead_log();
}

Status SqliteConnection::use_write_ahead_log() {
  std::string mode;
  GEMINATE_CHECK_OK(run("PRAGMA journal_mode = WAL", {}, [&mode](std::span<const SqlValue> row) {
    if (const auto* text = std::get_if<std::string>(&row[0])) mode = *text;
    return Status::success();
  }));
  if (mode != "wal") {
    return Error{ErrorCode::Unavailable,
                 "The database's folder does not allow a write-ahead log.",
                 "journal_mode is " + mode,
                 {},
                 {}};
  }
  return Status::success();
}

Error SqliteConnection::fault() const {
  return fault_of(sqlite3_extended_errcode(database_.get()), sqlite3_errmsg(database_.get()));
}

Result<sqlite3_stmt*> SqliteConnection::prepare(std::string_view sql) {
  if (const auto found = statements_.find(sql); found != statements_.end()) return found->second.get();
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, &rest);
  Statement owned(statement);
  if (code != SQLITE_OK) {
    Error error = fault();
    error.detail += " in: " + std::string(sql);
    return error;
  }
  if (statement == nullptr || rest != sql.data() + sql.size())
    return wrong_statement(sql, "not just one statement");
  statements_.emplace(std::string(sql), std::move(owned));
  return statement;
}

Result<std::int64_t> SqliteConnection::run(std::string_view sql, std::span<const SqlParameter> parameters,
                                           const RowVisitor& on_row) {
  GEMINATE_TRY(sqlite3_stmt* const statement, prepare(sql));
  const Run run(statement);
  GEMINATE_CHECK_OK(bind_all(statement, sql, parameters));
  return step_through(statement, on_row);
}

Result<std::int64_t> SqliteConnection::step_through(sqlite3_stmt* statement, const RowVisitor& on_row) {
  std::vector<SqlValue> row(static_cast<std::size_t>(sqlite3_column_count(statement)));
  for (;;) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) break;
    if (code != SQLITE_ROW) return fault();
    if (!on_row) continue;
    for (std::size_t i = 0; i < row.size(); ++i) read_column(statement, static_cast<int>(i), row[i]);
    GEMINATE_CHECK_OK(on_row(row));
  }
  return sqlite3_stmt_readonly(statement) != 0 ? 0 : sqlite3_changes64(database_.get());
}

Status SqliteConnection::run_script(const std::string& sql) {
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return fault();
  return Status::success();
}

Status SqliteConnection::begin() {
  // Immediate: the write lock is waited for here, not met in the middle, where waiting would be a deadlock.
  auto begun = run("BEGIN IMMEDIATE");
  const bool is_held = !begun.ok() && is_busy(sqlite3_extended_errcode(database_.get()));
  if (waits_ && (is_held || begun.ok()))
    sqlite3_busy_timeout(database_.get(), is_held ? kImpatientMs : kBusyTimeoutMs);
  if (!begun.ok()) return std::move(begun).error();
  return Status::success();
}

Status SqliteConnection::commit() {
  GEMINATE_CHECK_OK(run("COMMIT"));
  if (owes_forgetting_) forget_deleted();
  return Status::success();
}

void SqliteConnection::wait_for_no_lock() {
  waits_ = false;
  sqlite3_busy_timeout(database_.get(), 0);
}

void SqliteConnection::rollback() {
  // Some faults (disk full, for one) have rolled back already.
  if (sqlite3_get_autocommit(database_.get()) == 0) (void)run("ROLLBACK");
}

Result<std::int32_t> SqliteConnection::pragma_number(std::string_view pragma) {
  std::int64_t number = 0;
  GEMINATE_CHECK_OK(run("PRAGMA " + std::string(pragma), {}, [&number](std::span<const SqlValue> row) {
    if (const auto* value = std::get_if<std::int64_t>(&row[0])) number = *value;
    return Status::success();
  }));
  return static_cast<std::int32_t>(number);
}

Result<std::int32_t> SqliteConnection::schema_version() { return pragma_number("user_version"); }

Status SqliteConnection::set_schema_version(std::int32_t version) {
  return run_script("PRAGMA user_version = " + std::to_string(version));
}

Result<std::int32_t> SqliteConnection::application_id() { return pragma_number("application_id"); }

Status SqliteConnection::set_application_id(std::int32_t id) {
  return run_script("PRAGMA application_id = " + std::to_string(id));
}

Result<std::uintmax_t> SqliteConnection::size() {
  GEMINATE_TRY(const std::uintmax_t pages, pragma_number("page_count"));
  GEMINATE_TRY(const std::uintmax_t page_bytes, pragma_number("page_size"));
  return pages * page_bytes;
}

Status SqliteConnection::check_integrity(Check check) {
  std::string findings;
  const char* const pragma =
      check == Check::Everything ? "PRAGMA integrity_check(5)" : "PRAGMA quick_check(5)";
  GEMINATE_CHECK_OK(run(pragma, {}, [&findings](std::span<const SqlValue> row) {
    const auto* text = std::get_if<std::string>(&row[0]);
    if (text == nullptr || *text != "ok")
      findings += (findings.empty() ? "" : "; ") + (text == nullptr ? "" : *text);
    return Status::success();
  }));
  if (findings.empty()) return Status::success();
  return Error{ErrorCode::Internal, "The database is damaged.", std::move(findings), {}, {}};
}

void SqliteConnection::forget_deleted() {
  // Nobody is waited for: it would hold up the edit that is already done.
  sqlite3_busy_timeout(database_.get(), 0);
  forget_deleted_patiently();
  if (waits_) sqlite3_busy_timeout(database_.get(), kBusyTimeoutMs);
}

void SqliteConnection::forget_deleted_patiently() {
  sqlite3* const database = database_.get();
  // secure_delete zeroes what is freed, but not the copies that stay behind in a page when rows move on to
  // its neighbour. Only a file written anew has none.
  const bool rewritten = sqlite3_exec(database, "VACUUM", nullptr, nullptr, nullptr) == SQLITE_OK;
  const bool truncated =
      sqlite3_wal_checkpoint_v2(database, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr) == SQLITE_OK;
  owes_forgetting_ = !rewritten || !truncated;
}

}  // namespace geminate::storage
