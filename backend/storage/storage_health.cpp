#include "backend/storage/storage_health.h"

#include <utility>

namespace geminate::storage {
namespace {

namespace fs = std::filesystem;
using Access = SqliteConnection::Access;

class WatchedConnection final : public SqlConnection {
 public:
  WatchedConnection(std::unique_ptr<SqliteConnection> inner, StorageHealth& health, fs::path file,
                    Access access)
      : inner_(std::move(inner)), health_(health), file_(std::move(file)), access_(access) {}

  Result<std::int64_t> run(std::string_view sql, std::span<const SqlParameter> parameters,
                           const RowVisitor& on_row) override {
    return told(inner_->run(sql, parameters, on_row));
  }
  Status run_script(const std::string& sql) override { return told(inner_->run_script(sql)); }
  Status begin() override { return told(inner_->begin()); }
  Status commit() override {
    auto committed = told(inner_->commit());
    if (committed.ok() && !health_.is_well()) health_.note_written(file_);
    return committed;
  }
  void rollback() override { inner_->rollback(); }
  Result<std::int32_t> schema_version() override { return told(inner_->schema_version()); }
  Status set_schema_version(std::int32_t version) override {
    return told(inner_->set_schema_version(version));
  }
  void forget_deleted() override { inner_->forget_deleted(); }

 private:
  template <class Outcome>
  Outcome told(Outcome outcome) {
    if (!outcome.ok()) health_.note(file_, access_, outcome.error());
    return outcome;
  }

  std::unique_ptr<SqliteConnection> inner_;
  StorageHealth& health_;
  const fs::path file_;
  const Access access_;
};

/// One transaction that writes what is there already.
Status try_writing(const fs::path& file, Access access) {
  GEMINATE_TRY(const auto connection, SqliteConnection::open(file, access));
  connection->wait_for_no_lock();
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*connection));
  GEMINATE_TRY(const std::int32_t version, connection->schema_version());
  GEMINATE_CHECK_OK(connection->set_schema_version(version));
  return transaction.commit();
}

}  // namespace

std::unique_ptr<SqlConnection> StorageHealth::watch(std::unique_ptr<SqliteConnection> connection,
                                                    const fs::path& file, Access access) {
  return std::make_unique<WatchedConnection>(std::move(connection), *this, file, access);
}

std::vector<StorageHealth::Problem> StorageHealth::problems() const {
  const std::lock_guard lock(mutex_);
  std::vector<Problem> all;
  for (const auto& [file, trouble] : troubles_) all.push_back({file, trouble.error});
  return all;
}

void StorageHealth::note(const fs::path& file, Access access, const Error& error) {
  const bool is_storages = error.code == ErrorCode::Unavailable ||
                           error.code == ErrorCode::InsufficientStorage || error.code == ErrorCode::Internal;
  if (!is_storages) return;
  const std::lock_guard lock(mutex_);
  troubles_.insert_or_assign(file, Trouble{access, error});
  has_problem_.store(true, std::memory_order_relaxed);
}

void StorageHealth::note_written(const fs::path& file) {
  const std::lock_guard lock(mutex_);
  troubles_.erase(file);
  has_problem_.store(!troubles_.empty(), std::memory_order_relaxed);
}

void StorageHealth::probe() {
  std::map<fs::path, Trouble> troubles;
  {
    const std::lock_guard lock(mutex_);
    troubles = troubles_;
  }
  for (const auto& [file, trouble] : troubles) {
    if (try_writing(file, trouble.access).ok()) note_written(file);
  }
}

}  // namespace geminate::storage
