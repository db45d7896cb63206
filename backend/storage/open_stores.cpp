#include "backend/storage/open_stores.h"

#include <utility>

#include "backend/auth/memory_token_store.h"
#include "backend/crypto/subkeys.h"
#include "backend/keys/memory_key_store.h"
#include "backend/storage/database_file.h"
#include "backend/storage/keyed_database.h"
#include "backend/storage/private_file.h"
#include "backend/storage/sql_account_store.h"
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
  stores.keys = std::make_unique<keys::MemoryKeyStore>(config.gemini_api_keys);
  stores.tokens = std::make_unique<auth::MemoryTokenStore>();
  stores.usage = std::make_unique<usage::MemoryUsageStore>();
  stores.settings = std::make_unique<config::MemorySettingStore>();
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

Result<Stores> open_database_stores(const config::Config& config) {
  GEMINATE_TRY(KeyedDatabase database, open_keyed_database(config));
  const fs::path path = database.path;
  Stores stores;
  stores.notes = std::move(database.notes);
  stores.token_hash_key = database.keys.token_hash_key();
  stores.upload_key = database.keys.lasting_subkey(crypto::KeyPurpose::Uploads);
  stores.recovery_key = database.keys.lasting_subkey(crypto::KeyPurpose::RecoveryCodes);
  const Secret second_factor_key = database.keys.lasting_subkey(crypto::KeyPurpose::SecondFactors);
  stores.keys = std::make_unique<SqlKeyStore>(std::move(database.connection), std::move(database.keys));
  GEMINATE_TRY(auto for_tokens, open_database(path));
  GEMINATE_TRY(auto for_accounts, open_database(path));
  stores.tokens = std::make_unique<SqlTokenStore>(std::move(for_tokens));
  GEMINATE_TRY(auto for_settings, open_database(path));
  stores.settings = std::make_unique<SqlSettingStore>(std::move(for_settings));
  stores.accounts = std::make_unique<SqlAccountStore>(std::move(for_accounts), second_factor_key);
  stores.database_file = path;
  stores.usage_file = usage_file(config.data_dir);
  GEMINATE_TRY(auto for_ledgers, open_usage_file(usage_file(config.data_dir)));
  stores.ledgers = std::make_unique<SqlLedgerStore>(std::move(for_ledgers));
  GEMINATE_TRY(auto for_events, connect_usage_file(usage_file(config.data_dir)));
  stores.key_events = std::make_unique<SqlKeyEvents>(std::move(for_events));
  GEMINATE_TRY(auto for_owners, connect_usage_file(usage_file(config.data_dir)));
  stores.resource_owners = std::make_unique<SqlResourceOwners>(std::move(for_owners));
  GEMINATE_TRY(stores.usage, SqlUsageStore::connect(usage_file(config.data_dir)));
  note_oddities(config, path, database.encryption_key, stores.notes);
  return stores;
}

}  // namespace

Result<Stores> open_stores(const config::Config& config) {
  return config.key_storage_mode == KeyStorageMode::Database ? open_database_stores(config)
                                                             : open_memory(config);
}

}  // namespace geminate::storage
