#include "backend/storage/open_stores.h"
#include "tests/contract/key_store_contract.h"
#include "tests/contract/token_store_contract.h"
#include "tests/unit/storage/scratch_folder.h"

#include <stdexcept>

namespace geminate {
namespace {

/// The stores of database mode, opened as the server opens them.
class SqlStores {
 public:
  SqlStores() { open(); }

  storage::Stores& stores() { return *stores_; }
  void reopen() {
    stores_.reset();
    open();
  }

 private:
  void open() {
    config::Config config;
    config.key_storage_mode = KeyStorageMode::Database;
    config.data_dir = folder_.path();
    config.database_url = "sqlite:" + (folder_ / "geminate.db").string();
    auto opened = storage::open_stores(config);
    if (!opened.ok()) throw std::runtime_error(opened.error().message + ' ' + opened.error().detail);
    stores_ = std::make_unique<storage::Stores>(std::move(opened).value());
  }

  ScratchFolder folder_;
  std::unique_ptr<storage::Stores> stores_;
};

class SqlKeyBench final : public keys::contract::KeyStoreBench {
 public:
  keys::KeyStore& store() override { return *sql_.stores().keys; }
  bool restart() override {
    sql_.reopen();
    return true;
  }

 private:
  SqlStores sql_;
};

class SqlTokenBench final : public auth::contract::TokenStoreBench {
 public:
  auth::TokenStore& store() override { return *sql_.stores().tokens; }
  bool restart() override {
    sql_.reopen();
    return true;
  }

 private:
  SqlStores sql_;
};

}  // namespace

namespace keys::contract {
INSTANTIATE_TEST_SUITE_P(Sql, KeyStoreContract,
                         testing::Values(MakeBench([] { return std::make_unique<SqlKeyBench>(); })));
}  // namespace keys::contract

namespace auth::contract {
INSTANTIATE_TEST_SUITE_P(Sql, TokenStoreContract,
                         testing::Values(MakeBench([] { return std::make_unique<SqlTokenBench>(); })));
}  // namespace auth::contract

}  // namespace geminate
