#include "backend/storage/open_stores.h"

#include <optional>
#include <utility>

#include "backend/audit/memory_audit_log.h"
#include "backend/auth/memory_token_store.h"
#include "backend/crypto/subkeys.h"
#include "backend/keys/memory_key_store.h"
#include "backend/storage/audited_ledger_store.h"
#include "backend/storage/database_file.h"
#include "backend/storage/encryption_key.h"
#include "backend/storage/private_file.h"
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

Error wrong_key(const fs::path& database, const std::optional<EncryptionKey>& key, const fs::path& key_file) {
  std::string message;
  if (!key) {
    message = "KEY_ENCRYPTION_KEY is not set and " + key_file.string() + " is not there, but the database " +
              database.string() + " holds sealed keys.";
  } else {
    message = (key->file.empty() ? "KEY_ENCRYPTION_KEY" : "The encryption key in " + key->file.string()) +
              " is not the one that the database " + database.string() + " was sealed with.";
  }
  message +=
      " The database was left as it is. Set KEY_ENCRYPTION_KEY to its key, or put the key's file back from "
      "its "
      "backup; without the key the stored upstream keys cannot be read.";
  return Error{ErrorCode::Unavailable, std::move(message), {}, "KEY_ENCRYPTION_KEY", {}};
}

/// Checks an existing database and the key against each other; changes nothing.
Result<KeyFit> judge_existing(const fs::path& path, const std::optional<EncryptionKey>& key,
                              const fs::path& key_file) {
  GEMINATE_TRY(const auto connection, inspect_database(path));
  GEMINATE_TRY(const KeyFit fit, judge_encryption_key(*connection, key ? &key->bytes : nullptr));
  if (fit == KeyFit::Wrong) return wrong_key(path, key, key_file);
  return fit;
}

Status adopt(SqlConnection& connection, const Secret& key) {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(connection));
  GEMINATE_CHECK_OK(adopt_encryption_key(connection, key));
  return transaction.commit();
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

Result<std::unique_ptr<audit::AuditLog>> open_audit_log(const fs::path& path, const SqlAuditTrail& trail,
                                                        std::vector<std::string>& notes) {
  GEMINATE_TRY(auto writer, open_database(path));
  GEMINATE_TRY(auto reader, open_database(path));
  GEMINATE_TRY(const bool begun, trail.begin_log(*writer));
  // Said where it is kept apart from the database: somebody who empties the log makes it begin anew.
  if (begun) notes.push_back("The audit log begins: there was none in " + path.string() + '.');
  return std::unique_ptr<audit::AuditLog>(
      std::make_unique<SqlAuditLog>(std::move(writer), std::move(reader), trail));
}

Result<Stores> open_database_stores(const config::Config& config) {
  const fs::path key_file = encryption_key_file(config.data_dir);
  GEMINATE_TRY(const fs::path path, database_path(config.database_url));
  GEMINATE_TRY(const bool exists, database_exists(path));
  GEMINATE_TRY(auto key, find_encryption_key(config.key_encryption_key, config.data_dir));
  KeyFit fit = KeyFit::Free;
  if (exists) {
    GEMINATE_TRY(fit, judge_existing(path, key, key_file));
  }

  Stores stores;
  if (!key) {
    GEMINATE_TRY(key, make_encryption_key(config.data_dir));
    stores.notes.push_back(
        "A new encryption key was written to " + key_file.string() +
        ". Back it up, apart from the database: without it the stored upstream keys are lost.");
  }
  if (!exists) {
    const auto claim = [&key](SqlConnection& connection) {
      return adopt_encryption_key(connection, key->bytes);
    };
    GEMINATE_CHECK_OK(create_database(path, claim));
    fit = KeyFit::Fits;
    stores.notes.push_back("A new database was made: " + path.string() + '.');
  }
  GEMINATE_TRY(auto for_keys, open_database(path));
  GEMINATE_TRY(auto for_tokens, open_database(path));
  GEMINATE_TRY(auto for_settings, open_database(path));
  if (fit == KeyFit::Free) {
    GEMINATE_CHECK_OK(adopt(*for_keys, key->bytes));
  }
  const SqlAuditTrail trail(crypto::derive_subkey(key->bytes, crypto::KeyPurpose::AuditChain));
  GEMINATE_TRY(stores.audit, open_audit_log(path, trail, stores.notes));
  stores.keys = std::make_unique<SqlKeyStore>(std::move(for_keys), key->bytes, trail);
  stores.tokens = std::make_unique<SqlTokenStore>(std::move(for_tokens), trail);
  stores.settings = std::make_unique<SqlSettingStore>(std::move(for_settings), trail);
  stores.database_file = path;
  stores.usage_file = usage_file(config.data_dir);
  GEMINATE_TRY(auto for_ledgers, open_usage_file(usage_file(config.data_dir)));
  GEMINATE_TRY(auto for_limits, open_database(path));
  stores.ledgers = std::make_unique<AuditedLedgerStore>(
      std::make_unique<SqlLedgerStore>(std::move(for_ledgers)), std::move(for_limits), trail);
  GEMINATE_TRY(auto for_events, connect_usage_file(usage_file(config.data_dir)));
  stores.key_events = std::make_unique<SqlKeyEvents>(std::move(for_events));
  GEMINATE_TRY(auto for_owners, connect_usage_file(usage_file(config.data_dir)));
  stores.resource_owners = std::make_unique<SqlResourceOwners>(std::move(for_owners));
  GEMINATE_TRY(auto usage_store, SqlUsageStore::connect(usage_file(config.data_dir)));
  GEMINATE_TRY(auto for_prices, open_database(path));
  usage_store->keep_prices_in(std::make_unique<SqlPriceEdits>(std::move(for_prices), trail));
  stores.usage = std::move(usage_store);
  stores.token_hash_key = crypto::derive_subkey(key->bytes, crypto::KeyPurpose::Tokens);
  stores.upload_key = crypto::derive_subkey(key->bytes, crypto::KeyPurpose::Uploads);
  note_oddities(config, path, *key, stores.notes);
  return stores;
}

}  // namespace

Result<Stores> open_stores(const config::Config& config) {
  return config.key_storage_mode == KeyStorageMode::Database ? open_database_stores(config)
                                                             : open_memory(config);
}

}  // namespace geminate::storage
