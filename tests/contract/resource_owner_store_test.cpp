#include <gtest/gtest.h>

#include "backend/keys/resource_owners.h"
#include "backend/storage/sql_resource_owners.h"
#include "backend/storage/usage_file.h"
#include "tests/unit/storage/database_fixture.h"
#include "tests/unit/storage/scratch_folder.h"

namespace geminate::storage {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp kNow{std::chrono::milliseconds{1'800'000'000'000}};

TEST(SqlResourceOwners, KeepOwnersOverARestartUntilTheyEnd) {
  ScratchFolder folder;
  const auto open = [&] { return SqlResourceOwners(need(open_usage_file(folder / "usage.db"))); };
  {
    auto store = open();
    keys::ResourceOwners owners(&store);
    owners.remember("files/a", {7, "p"}, kNow + 48h);
    owners.remember("files/b", {8, ""}, kNow + 1h);
    owners.remember("cachedContents/c", {9, ""}, kNow + 48h);
    need(owners.save(kNow));
    owners.forget("cachedContents/c");
    owners.remember("files/a", {10, "q"}, kNow + 48h);
    need(owners.save(kNow));
  }
  auto store = open();
  keys::ResourceOwners owners(&store);
  need(owners.load(kNow + 2h));
  const auto of_a = owners.find("files/a", kNow + 2h);
  ASSERT_TRUE(of_a);
  EXPECT_EQ(of_a->key_id, 10);
  EXPECT_EQ(of_a->project, "q");
  EXPECT_FALSE(owners.find("files/b", kNow));
  EXPECT_FALSE(owners.find("cachedContents/c", kNow));
}

}  // namespace
}  // namespace geminate::storage
