#include "backend/keys/resource_owners.h"

#include <gtest/gtest.h>

#include <map>

namespace geminate::keys {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp kNow{std::chrono::milliseconds{1'800'000'000'000}};

class FakeStore final : public ResourceOwnerStore {
 public:
  Result<std::vector<ResourceOwnerRow>> load(Timestamp) override {
    std::vector<ResourceOwnerRow> all;
    for (const auto& [name, row] : rows) all.push_back(row);
    return all;
  }
  Status save(std::span<const ResourceOwnerRow> saved, std::span<const std::string> forgotten,
              Timestamp) override {
    ++saves;
    if (fails) return Error{ErrorCode::Unavailable, "full", {}, {}, {}};
    for (const auto& row : saved) rows[row.name] = row;
    for (const auto& name : forgotten) rows.erase(name);
    return Status::success();
  }

  std::map<std::string, ResourceOwnerRow> rows;
  int saves = 0;
  bool fails = false;
};

std::int64_t owner_of(const ResourceOwners& owners, std::string_view name, Timestamp at = kNow) {
  return owners.find(name, at).value_or(ResourceOwner{}).key_id;
}

TEST(ResourceOwners, AreKnownUntilTheyEndOrAreForgotten) {
  ResourceOwners owners(nullptr);
  owners.remember("files/a", {7, "p"}, kNow + 1h);
  owners.remember("files/b", {8, ""}, kNow + 1h);
  ASSERT_TRUE(owners.find("files/a", kNow));
  EXPECT_EQ(owners.find("files/a", kNow)->project, "p");
  owners.forget("files/b");
  EXPECT_EQ(owner_of(owners, "files/b"), 0);
  EXPECT_EQ(owner_of(owners, "files/a", kNow + 1h), 0);
  EXPECT_EQ(owner_of(owners, "files/c"), 0);
}

TEST(ResourceOwners, MakeRoomForNewOnesWithThoseUsedLongestAgo) {
  ResourceOwners owners(nullptr, 2);
  owners.remember("files/a", {1, ""}, kNow + 1h);
  owners.remember("files/b", {2, ""}, kNow + 1h);
  owners.remember("files/a", {1, ""}, kNow + 1h);
  owners.remember("files/c", {3, ""}, kNow + 1h);
  EXPECT_EQ(owner_of(owners, "files/a"), 1);
  EXPECT_EQ(owner_of(owners, "files/b"), 0);
  EXPECT_EQ(owner_of(owners, "files/c"), 3);
}

TEST(ResourceOwners, OutliveARestartInTheirStore) {
  FakeStore store;
  {
    ResourceOwners owners(&store);
    owners.remember("files/a", {7, "p"}, kNow + 48h);
    owners.remember("files/b", {8, ""}, kNow + 48h);
    EXPECT_TRUE(owners.save(kNow).ok());
    owners.forget("files/b");
    EXPECT_TRUE(owners.save(kNow).ok());
  }
  ResourceOwners owners(&store);
  EXPECT_TRUE(owners.load(kNow).ok());
  EXPECT_EQ(owner_of(owners, "files/a"), 7);
  EXPECT_EQ(owner_of(owners, "files/b"), 0);
}

TEST(ResourceOwners, AreSavedAgainOnlyWhenThereIsNews) {
  FakeStore store;
  ResourceOwners owners(&store);
  owners.remember("files/a", {7, ""}, kNow + 48h);
  EXPECT_TRUE(owners.save(kNow).ok());
  owners.remember("files/a", {7, ""}, kNow + 48h + 59min);
  EXPECT_TRUE(owners.save(kNow).ok());
  EXPECT_EQ(store.saves, 1);
  owners.remember("files/a", {7, ""}, kNow + 50h);
  EXPECT_TRUE(owners.save(kNow).ok());
  EXPECT_EQ(store.rows.at("files/a").expires_at, kNow + 50h);
}

TEST(ResourceOwners, AreOfferedAgainAfterTheStoreHasFailed) {
  FakeStore store;
  ResourceOwners owners(&store);
  owners.remember("files/a", {7, ""}, kNow + 48h);
  store.fails = true;
  EXPECT_FALSE(owners.save(kNow).ok());
  store.fails = false;
  EXPECT_TRUE(owners.save(kNow).ok());
  EXPECT_EQ(store.rows.count("files/a"), 1U);
}

}  // namespace
}  // namespace geminate::keys
