#include "backend/auth/memory_token_store.h"
#include "backend/keys/memory_key_store.h"
#include "tests/contract/key_store_contract.h"
#include "tests/contract/token_store_contract.h"

namespace geminate {
namespace {

class MemoryKeyBench final : public keys::contract::KeyStoreBench {
 public:
  keys::KeyStore& store() override { return *store_; }
  bool restart() override {
    store_ = std::make_unique<keys::MemoryKeyStore>();
    return false;
  }

 private:
  std::unique_ptr<keys::MemoryKeyStore> store_ = std::make_unique<keys::MemoryKeyStore>();
};

class MemoryTokenBench final : public auth::contract::TokenStoreBench {
 public:
  auth::TokenStore& store() override { return *store_; }
  bool restart() override {
    store_ = std::make_unique<auth::MemoryTokenStore>();
    return false;
  }

 private:
  std::unique_ptr<auth::MemoryTokenStore> store_ = std::make_unique<auth::MemoryTokenStore>();
};

}  // namespace

namespace keys::contract {
INSTANTIATE_TEST_SUITE_P(Memory, KeyStoreContract,
                         testing::Values(MakeBench([] { return std::make_unique<MemoryKeyBench>(); })));
}  // namespace keys::contract

namespace auth::contract {
INSTANTIATE_TEST_SUITE_P(Memory, TokenStoreContract,
                         testing::Values(MakeBench([] { return std::make_unique<MemoryTokenBench>(); })));
}  // namespace auth::contract

}  // namespace geminate
