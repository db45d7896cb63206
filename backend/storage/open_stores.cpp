#include "backend/storage/open_stores.h"

#include <utility>

#include "backend/audit/memory_audit_log.h"
#include "backend/auth/memory_token_store.h"
#include "backend/crypto/subkeys.h"
#include "backend/keys/memory_key_store.h"
#include "backend/storage/audited_ledger_store.h"
#include "backend/storage/database_file.h"
#include "backend/storage/keyed_database.h"
#include "backend/storage/private_file.h"
#include "backend/storage/sql_account_store.h"
#include "backend/storage/sql_audit_log.h"
#include "backend/storage/sql_key_events.h"
#include "backend/storage/sql_key_store.h"
#include "backend/storage/sql_ledger_store.h"
#include "backend/storage/sql_resource_owners.h"
#include "backend/storage/sql_setting_store.h"
#include "backend/storage/sql_token_store.h"
#include "backend/storage/sql_usage_store.h"
#include "backend/storage/usage_file.h"
#include "backend/usage/memory_usage_store.h"

namespace geminate::storage {
namespace {

namespace fs = std::filesystem;

Result<Stores> open_memory(const config::Config& config) {
  Stores stores;
  stores.audit = std::make_unique<audit::MemoryAuditLog>();
  audit::AuditLog* const audit = stores.audit.get();
  stores.keys = std::make_unique<keys::MemoryKeyStore>(config.gemini_api_keys, audit);
  stores.tokens = std::make_unique<auth::MemoryTokenStore>(audit);
  stores.usage = std::make_unique<usage::MemoryUsageStore>(usage::MemoryLimits{}, audit);
  stores.settings = std::make_unique<config::MemorySettingStore>(audit);
  return stores;
}

void note_oddities(const config::Config& config, const fs::path& database, const EncryptionKey& key,
                   std::vector<std::string>& notes) {
  if (!config.gemini_api_keys.empty()) {
    notes.push_back(
        "GEMINI_API_KEYS is not read in database mode; the keys are those of the database. Import them in "
        "the console if you want them there.");
  }
  for (const fs::path& file : {database, key.file}) {
    if (!file.empty() && open_to_others(file)) {
      notes.push_back(file.string() + " can be read by other users of this machine; chmod 600 closes it.");
    }
  }
}

/// Further connections to the files of database mode; what their writes come to is watched.
class WatchedFiles {
 public:
  WatchedFiles(StorageHealth& health, fs::path database, fs::path usage)
      : health_(health), database_(std::move(database)), usage_(std::move(usage)) {}

  std::unique_ptr<SqlConnection> watch(std::unique_ptr<SqliteConnection> to_database) const {
    return health_.watch(std::move(to_database), database_, key_database().access);
  }
  Result<std::unique_ptr<SqlConnection>> database() const {
    GEMINATE_TRY(auto connection, open_database(database_));
    return watch(std::move(connection));
  }
  /// The first one opens the file, or makes it.
  Result<std::unique_ptr<SqlConnection>> usage(bool is_first = false) const {
    GEMINATE_TRY(auto connection, is_first ? open_usage_file(usage_) : connect_usage_file(usage_));
    return health_.watch(std::move(connection), usage_, SqliteConnection::Access::ReadWriteRelaxed);
  }

 private:
  StorageHealth& health_;
  const fs::path database_;
  const fs::path usage_;
};

Result<std::unique_ptr<audit::AuditLog>> open_audit_log(const WatchedFiles& files, const fs::path& path,
                                                        const SqlAuditTrail& trail,
                                                        std::vector<std::string>& notes) {
  GEMINATE_TRY(auto writer, files.database());
  GEMINATE_TRY(auto reader, open_database(path));
  GEMINATE_TRY(const bool begun, trail.begin_log(*writer));
  // Said where it is kept apart from the database: somebody who empties the log makes it begin anew.
  if (begun) notes.push_back("The audit log begins: there was none in " + path.string() + '.');
  return std::unique_ptr<audit::AuditLog>(
      std::make_unique<SqlAuditLog>(std::move(writer), std::move(reader), trail));
}

/// What usage.db holds, and what an admin sets about it, which is kept beside the audit log.
Status open_usage_stores(const WatchedFiles& files, const SqlAuditTrail& trail, Stores& stores) {
  GEMINATE_TRY(auto for_ledgers, files.usage(true));
  GEMINATE_TRY(auto for_limits, files.database());
  stores.ledgers = std::make_unique<AuditedLedgerStore>(
      std::make_unique<SqlLedgerStore>(std::move(for_ledgers)), std::move(for_limits), trail);
  GEMINATE_TRY(auto for_events, files.usage());
  stores.key_events = std::make_unique<SqlKeyEvents>(std::move(for_events));
  GEMINATE_TRY(auto for_owners, files.usage());
  stores.resource_owners = std::make_unique<SqlResourceOwners>(std::move(for_owners));
  GEMINATE_TRY(auto usage_store, SqlUsageStore::connect(stores.usage_file));
  GEMINATE_TRY(auto for_prices, files.database());
  usage_store->keep_prices_in(std::make_unique<SqlPriceEdits>(std::move(for_prices), trail));
  stores.usage = std::move(usage_store);
  return Status::success();
}

Result<Stores> open_database_stores(const config::Config& config) {
  GEMINATE_TRY(KeyedDatabase database, open_keyed_database(config));
  Stores stores;
  stores.notes = std::move(database.notes);
  stores.database_file = database.path;
  stores.usage_file = usage_file(config.data_dir);
  stores.token_hash_key = database.keys.token_hash_key();
  stores.upload_key = database.keys.lasting_subkey(crypto::KeyPurpose::Uploads);
  stores.recovery_key = database.keys.lasting_subkey(crypto::KeyPurpose::RecoveryCodes);
  stores.health = std::make_unique<StorageHealth>();
  const WatchedFiles files(*stores.health, stores.database_file, stores.usage_file);
  const SqlAuditTrail trail(database.keys.lasting_subkey(crypto::KeyPurpose::AuditChain));
  GEMINATE_TRY(stores.audit, open_audit_log(files, stores.database_file, trail, stores.notes));
  GEMINATE_TRY(auto for_accounts, files.database());
  stores.accounts = std::make_unique<SqlAccountStore>(
      std::move(for_accounts), database.keys.lasting_subkey(crypto::KeyPurpose::SecondFactors), trail);
  stores.keys =
      std::make_unique<SqlKeyStore>(files.watch(std::move(database.connection)), std::move(database.keys));
  GEMINATE_TRY(auto for_tokens, files.database());
  stores.tokens = std::make_unique<SqlTokenStore>(std::move(for_tokens), trail);
  GEMINATE_TRY(auto for_settings, files.database());
  stores.settings = std::make_unique<SqlSettingStore>(std::move(for_settings), trail);
  GEMINATE_CHECK_OK(open_usage_stores(files, trail, stores));
  note_oddities(config, database.path, database.encryption_key, stores.notes);
  return stores;
}

}  // namespace

Result<Stores> open_stores(const config::Config& config) {
  return config.key_storage_mode == KeyStorageMode::Database ? open_database_stores(config)
                                                             : open_memory(config);
}

}  // namespace geminate::storage
