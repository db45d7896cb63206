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
  GEMINATE_TRY(KeyedDatabase database, open_keyed_database(config));
  const fs::path path = database.path;
  Stores stores;
  stores.notes = std::move(database.notes);
  stores.token_hash_key = database.keys.token_hash_key();
  stores.upload_key = database.keys.lasting_subkey(crypto::KeyPurpose::Uploads);
  const SqlAuditTrail trail(database.keys.lasting_subkey(crypto::KeyPurpose::AuditChain));
  GEMINATE_TRY(stores.audit, open_audit_log(path, trail, stores.notes));
  stores.recovery_key = database.keys.lasting_subkey(crypto::KeyPurpose::RecoveryCodes);
  GEMINATE_TRY(auto for_accounts, open_database(path));
  stores.accounts = std::make_unique<SqlAccountStore>(
      std::move(for_accounts), database.keys.lasting_subkey(crypto::KeyPurpose::SecondFactors), trail);
  stores.keys = std::make_unique<SqlKeyStore>(std::move(database.connection), std::move(database.keys));
  GEMINATE_TRY(auto for_tokens, open_database(path));
  stores.tokens = std::make_unique<SqlTokenStore>(std::move(for_tokens), trail);
  GEMINATE_TRY(auto for_settings, open_database(path));
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
  note_oddities(config, path, database.encryption_key, stores.notes);
  return stores;
}

}  // namespace

Result<Stores> open_stores(const config::Config& config) {
  return config.key_storage_mode == KeyStorageMode::Database ? open_database_stores(config)
                                                             : open_memory(config);
}

}  // namespace geminate::storage
