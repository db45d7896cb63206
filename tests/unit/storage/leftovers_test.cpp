#include <gtest/gtest.h>

#include <random>
#include <string>
#include <unordered_set>
#include <vector>

#include "tests/support/promise.h"
#include "tests/unit/storage/database_fixture.h"

namespace geminate::storage {
namespace {

/// Whether pieces of sealed texts or fingerprints that count no more are still in the files, whole or in
/// part: SQLite leaves copies behind where it moves rows between pages, often without their ends.
class Leftovers : public DatabaseFixture {
 protected:
  static constexpr std::size_t kPiece = 8;

  struct Written {
    std::string sealed;
    std::string fingerprint;
  };
  std::vector<Written> written() {
    std::vector<Written> rows;
    need(connect()->run("SELECT sealed_text, fingerprint FROM upstream_keys", {},
                        [&rows](std::span<const SqlValue> row) {
                          rows.push_back({std::get<Blob>(row[0]).bytes, std::get<std::string>(row[1])});
                          return Status::success();
                        }));
    return rows;
  }
  /// Remembers all that is there now, to be looked for later.
  void remember() {
    for (const Written& row : written()) {
      for (const std::string& text : {row.sealed.substr(1), row.fingerprint}) {
        for (std::size_t at = 0; at + kPiece <= text.size(); at += kPiece)
          ever_.insert(text.substr(at, kPiece));
      }
    }
  }
  /// Pieces of what was remembered and is not in a row any more.
  std::size_t left_over() {
    auto dead = ever_;
    for (const Written& row : written()) {
      for (const std::string& text : {row.sealed.substr(1), row.fingerprint}) {
        for (std::size_t at = 0; at + kPiece <= text.size(); at += kPiece)
          dead.erase(text.substr(at, kPiece));
      }
    }
    const std::string bytes = all_bytes();
    std::unordered_set<std::string> found;
    for (std::size_t at = 0; at + kPiece <= bytes.size(); ++at) {
      if (auto piece = bytes.substr(at, kPiece); dead.contains(piece)) found.insert(std::move(piece));
    }
    return found.size();
  }

  std::unordered_set<std::string> ever_;
};

keys::UpstreamKey random_key(std::mt19937& random) {
  auto key = key_with("AIza-" + std::to_string(random()) + std::string(random() % 40, 'x'));
  if (random() % 2 == 0) key.project = std::string(1 + random() % 20, 'p');
  key.description = std::string(random() % 300, 'd');
  return key;
}

TEST_F(Leftovers, WouldBeFound) {
  std::mt19937 random(20261128);
  SqlKeyStore store = key_store();
  need(store.insert({random_key(random)}, kChange));
  remember();
  need(connect()->run_script("PRAGMA secure_delete = OFF; DELETE FROM upstream_keys"));
  EXPECT_GT(left_over(), 0U);
}

TEST_F(Leftovers, AreNoneAfterManyEditsAndDeletes) {
  std::mt19937 random(20261128);
  SqlKeyStore store = key_store();
  std::vector<std::int64_t> ids;
  for (int i = 0; i < 300; ++i) ids.push_back(need(store.insert({random_key(random)}, kChange))[0].id);
  for (int step = 0; step < 300; ++step) {
    remember();
    const std::size_t place = random() % ids.size();
    KeyPatch patch;
    switch (random() % 4) {
      case 0:
        patch.key_string = Patch<std::string>::to("AIza-again-" + std::to_string(random()));
        need(store.update(ids[place], patch, kChange));
        break;
      case 1:
        // Moves the row about without writing its text anew.
        patch.description = Patch<std::string>::to(std::string(random() % 500, 'e'));
        need(store.update(ids[place], patch, kChange));
        break;
      case 2:
        need(store.erase({ids[place]}, kChange));
        ids.erase(ids.begin() + static_cast<std::ptrdiff_t>(place));
        break;
      default:
        ids.push_back(need(store.insert({random_key(random)}, kChange))[0].id);
    }
  }
  need(store.erase({ids.back()}, kChange));
  const std::size_t found = left_over();
  EXPECT_EQ(found, 0U);
  test::note_promise("sealing-leftovers", std::to_string(found) + " of " + std::to_string(ever_.size()) +
                                              " pieces of 8 bytes found after 301 edits, adds and deletes");
}

TEST_F(Leftovers, AreNoneAfterABulkDelete) {
  std::mt19937 random(20261128);
  SqlKeyStore store = key_store();
  std::vector<keys::UpstreamKey> rows;
  for (int i = 0; i < 1000; ++i) rows.push_back(random_key(random));
  std::vector<std::int64_t> ids;
  for (const auto& row : need(store.insert(std::move(rows), kChange))) {
    if (random() % 3 != 0) ids.push_back(row.id);
  }
  remember();
  need(store.erase(ids, kChange));
  EXPECT_EQ(left_over(), 0U);
}

TEST_F(Leftovers, AreNoneAfterManyKeysChangedTheirProject) {
  std::mt19937 random(20261128);
  SqlKeyStore store = key_store();
  std::vector<std::int64_t> ids;
  for (int i = 0; i < 200; ++i) ids.push_back(need(store.insert({random_key(random)}, kChange))[0].id);
  remember();
  KeyPatch patch;
  patch.project = Patch<std::string>::to("another-project");
  need(store.update_many(ids, patch, kChange));
  EXPECT_EQ(left_over(), 0U);
}

TEST_F(Leftovers, AreOverwrittenLaterWhereSomebodyReads) {
  std::mt19937 random(20261128);
  SqlKeyStore store = key_store();
  const auto rows = need(store.insert({random_key(random), random_key(random)}, kChange));
  remember();
  const auto reader = connect();
  need(reader->run_script("BEGIN; SELECT count(*) FROM upstream_keys"));
  need(store.erase({rows[0].id}, kChange));
  EXPECT_GT(left_over(), 0U) << "the reader may still see it";
  need(reader->run_script("COMMIT"));
  need(store.save_findings({keys::KeyFinding{.id = rows[1].id}}));
  EXPECT_EQ(left_over(), 0U);
}

}  // namespace
}  // namespace geminate::storage
