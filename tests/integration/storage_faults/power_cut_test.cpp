#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "backend/storage/open_stores.h"
#include "tests/support/faulty_vfs.h"
#include "tests/support/promise.h"
#include "tests/unit/storage/database_fixture.h"

// The power goes at a random write, and of what was not synced by then some sectors are on the disk and
// others are not. What was acknowledged has to be there afterwards; the one edit that was under way may be
// there or not, but whole.

namespace geminate::storage {
namespace {

/// What is kept, whatever it is, by a name that says what it is: "key 7", "token 3", "setting LOG_LEVEL".
using Kept = std::map<std::string, std::string>;

config::Config config_in(const std::filesystem::path& folder) {
  config::Config config;
  config.key_storage_mode = KeyStorageMode::Database;
  config.data_dir = folder;
  config.database_url = "sqlite:" + (folder / "geminate.db").string();
  config.key_encryption_key = Secret(std::string(32, 'k'));
  return config;
}

Kept kept_in(Stores& stores) {
  Kept kept;
  for (const auto& key : need(stores.keys->load())) {
    kept["key " + std::to_string(key.id)] = key.text.reveal();
    EXPECT_EQ(key.description, key.text.reveal()) << "half an edit";
  }
  for (const auto& token : need(stores.tokens->load()))
    kept["token " + std::to_string(token.id)] = token.secret_hash + token.description.value_or("");
  for (const auto& setting : need(stores.settings->load()))
    kept["setting " + setting.name] = setting.value.value_or("none");
  return kept;
}

/// Makes edits of every kind, and knows what has to be there.
class Editor {
 public:
  Editor(Stores& stores, const Kept& kept, std::uint64_t number, std::mt19937& random)
      : stores_(stores), kept_(kept), number_(number), random_(random) {}

  /// Until one fails; how many were acknowledged.
  int edit_until_one_fails() {
    for (int edits = 0;; ++edits, ++number_) {
      under_way_ = kept_;
      added_.reset();
      if (!edit(random_() % 8)) return edits;
      kept_ = *under_way_;
    }
  }
  [[nodiscard]] bool allows(const Kept& found) const {
    if (found == kept_ || found == *under_way_) return true;
    if (!added_) return false;
    // Nobody was told the id of what was being added.
    Kept with = kept_;
    for (const auto& [name, value] : found) {
      if (value == *added_) with.emplace(name, value);
    }
    return found == with;
  }

 private:
  bool edit(std::uint64_t kind) {
    const auto key = some("key ");
    const auto token = some("token ");
    if (kind < 2 || (kind < 5 && !key)) return add_key();
    if (kind == 2 || kind == 3) return replace_key(*key);
    if (kind == 4) return erase_key(*key);
    if (kind == 5 || !token) return add_token();
    if (kind == 6) return random_() % 2 == 0 ? rotate_token(*token) : erase_token(*token);
    return save_setting();
  }
  std::string text() const { return "AIza-power-cut-" + std::to_string(number_); }
  std::string hash() const {
    const std::string digits = std::to_string(number_);
    return digits + std::string(32 - digits.size(), 'h');
  }

  bool add_key() {
    auto row = key_with(text());
    row.description = text();
    added_ = text();
    const auto added = stores_.keys->insert({row}, kChange);
    if (added.ok()) (*under_way_)["key " + std::to_string(added->front().id)] = text();
    return added.ok();
  }
  bool replace_key(std::int64_t id) {
    (*under_way_)["key " + std::to_string(id)] = text();
    KeyPatch patch;
    patch.key_string = Patch<std::string>::to(text());
    patch.description = Patch<std::string>::to(text());
    return stores_.keys->update(id, patch, kChange).ok();
  }
  bool erase_key(std::int64_t id) {
    under_way_->erase("key " + std::to_string(id));
    return stores_.keys->erase({id}, kChange).ok();
  }
  bool add_token() {
    auth::ClientToken row;
    row.secret_hash = hash();
    row.description = text();
    added_ = hash() + text();
    const auto added = stores_.tokens->insert(row, kChange);
    if (added.ok()) (*under_way_)["token " + std::to_string(added->id)] = *added_;
    return added.ok();
  }
  bool rotate_token(std::int64_t id) {
    std::string& value = (*under_way_)["token " + std::to_string(id)];
    value.replace(0, 32, hash());
    return stores_.tokens->rotate(id, {hash(), "view", {}, {}}, kChange).ok();
  }
  bool erase_token(std::int64_t id) {
    under_way_->erase("token " + std::to_string(id));
    return stores_.tokens->erase(id, kChange).ok();
  }
  bool save_setting() {
    const std::string name = "SETTING_" + std::to_string(random_() % 5);
    (*under_way_)["setting " + name] = text();
    return stores_.settings->save({{name, text(), static_cast<std::int64_t>(number_), now().wall}}, kChange)
        .ok();
  }

  std::optional<std::int64_t> some(const std::string& begin) {
    std::vector<std::int64_t> ids;
    for (const auto& [name, value] : kept_) {
      if (name.starts_with(begin)) ids.push_back(std::stoll(name.substr(begin.size())));
    }
    if (ids.size() < 3) return std::nullopt;
    return ids[random_() % ids.size()];
  }

  Stores& stores_;
  Kept kept_;
  std::optional<Kept> under_way_;
  /// The value of what is being added.
  std::optional<std::string> added_;
  std::uint64_t number_;
  std::mt19937& random_;
};

class PowerCut : public testing::Test {
 protected:
  std::filesystem::path disk(int round) const { return folder_ / std::to_string(round); }

  ScratchFolder folder_;
  test::FaultyVfs vfs_;
  const unsigned seed_ = std::random_device{}();
  std::mt19937 random_{seed_};
};

TEST_F(PowerCut, LosesNoAcknowledgedEdit) {
  SCOPED_TRACE("seed " + std::to_string(seed_));
  const int rounds = test::is_long_run() ? 500 : 40;
  Kept kept;
  int acknowledged = 0;
  std::optional<Editor> editor;
  for (int round = 0; round <= rounds; ++round) {
    auto opened = open_stores(config_in(disk(round)));
    ASSERT_TRUE(opened.ok()) << "round " << round << ": " << opened.error().message << opened.error().detail;
    auto stores = std::make_unique<Stores>(std::move(opened).value());
    const Kept found = kept_in(*stores);
    ASSERT_TRUE(!editor || editor->allows(found)) << "round " << round;
    vfs_.cut_power_after(random_() % 100);
    editor.emplace(*stores, found, static_cast<std::uint64_t>(round) * 1'000'000, random_);
    acknowledged += editor->edit_until_one_fails();
    ASSERT_TRUE(vfs_.power_is_off()) << "an edit failed by itself";
    stores.reset();
    vfs_.copy_survivors(disk(round), disk(round + 1), random_);
    vfs_.power_on();
    std::filesystem::remove_all(disk(round));
  }
  EXPECT_GT(acknowledged, rounds);
  test::note_promise("lost-writes", std::to_string(rounds) + " power cuts at random writes, " +
                                        std::to_string(acknowledged) + " acknowledged edits, 0 lost");
}

TEST_F(PowerCut, LeavesADatabaseThatStartsHoweverEarlyItCame) {
  SCOPED_TRACE("seed " + std::to_string(seed_));
  const int step = test::is_long_run() ? 1 : 7;
  bool made = false;
  for (int operations = 0, round = 0; !made; operations += step, round += 2) {
    vfs_.cut_power_after(static_cast<std::uint64_t>(operations));
    made = open_stores(config_in(disk(round))).ok() && !vfs_.power_is_off();
    std::filesystem::create_directories(disk(round));
    vfs_.copy_survivors(disk(round), disk(round + 1), random_);
    vfs_.power_on();
    const auto opened = open_stores(config_in(disk(round + 1)));
    ASSERT_TRUE(opened.ok()) << "after " << operations << ": " << opened.error().message
                             << opened.error().detail;
  }
}

TEST_F(PowerCut, AtTheFirstStartTakesNoNameBeforeTheDatabaseIsWhole) {
  const auto path = disk(0) / "geminate.db";
  vfs_.cut_power_after(3);
  EXPECT_FALSE(open_stores(config_in(disk(0))).ok());
  EXPECT_FALSE(std::filesystem::exists(path));
  vfs_.power_on();
}

}  // namespace
}  // namespace geminate::storage
