#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "backend/audit/audit_log.h"
#include "backend/auth/account.h"
#include "backend/auth/client_token.h"
#include "backend/config/config.h"
#include "backend/config/setting_store.h"
#include "backend/keys/key_history.h"
#include "backend/keys/key_store.h"
#include "backend/keys/ledger_store.h"
#include "backend/keys/resource_owner_store.h"
#include "backend/usage/usage_store.h"

namespace geminate::storage {

/// What the server keeps its keys and tokens in, as KEY_STORAGE_MODE says.
struct Stores {
  /// Who changed what; the other stores of memory mode write to it, so it goes last.
  std::unique_ptr<audit::AuditLog> audit;
  std::unique_ptr<keys::KeyStore> keys;
  std::unique_ptr<auth::TokenStore> tokens;
  /// Null in memory mode, which has the environment's admin alone.
  std::unique_ptr<auth::AccountStore> accounts;
  /// Null in memory mode, whose quotas are forgotten.
  std::unique_ptr<keys::LedgerStore> ledgers;
  /// What happened to keys: in usage.db in DATA_DIR; null in memory mode, whose history ends with the
  /// process.
  std::unique_ptr<keys::KeyEventStore> key_events;
  /// Which key made what, in usage.db too; null in memory mode.
  std::unique_ptr<keys::ResourceOwnerStore> resource_owners;
  /// Database mode: usage.db in DATA_DIR.
  std::unique_ptr<usage::UsageStore> usage;
  /// Settings that were changed in the console.
  std::unique_ptr<config::SettingStore> settings;
  /// The files that hold all this; empty in memory mode.
  std::filesystem::path database_file;
  std::filesystem::path usage_file;
  /// What the store's client tokens were hashed with (32 bytes); empty in memory mode, whose store forgets
  /// them.
  Secret token_hash_key;
  /// What recovery codes of accounts are hashed with (32 bytes); empty in memory mode.
  Secret recovery_key;
  /// What addresses of uploads are sealed with (32 bytes); empty in memory mode.
  Secret upload_key;
  /// What the administrator should know, for the log; no secrets.
  std::vector<std::string> notes;
};

/// Opens the stores. Database mode: makes a missing database (and, where none is set, its encryption key), or
/// opens the one that is there after checking it. One that cannot be opened, is damaged, is not ours, is from
/// a newer program or was sealed under another key is an error whose message says what to do; not a byte of
/// it is changed then, and memory never takes its place. Blocks; called once, before the server's threads
/// start.
Result<Stores> open_stores(const config::Config& config);

}  // namespace geminate::storage
