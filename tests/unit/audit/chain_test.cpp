#include "backend/audit/chain.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "backend/audit/verifier.h"

namespace geminate::audit {
namespace {

const Secret kKey(std::string(32, 'k'));
constexpr Timestamp kThen{std::chrono::milliseconds{1'800'000'000'000}};

Change change_of(const std::string& id) {
  Caller who = Caller::first_admin(Entrance::Session);
  who.address = "127.0.0.1";
  who.request_id = "request-" + id;
  return {who, AuditAction::KeyUpdate, "key", id, {{"description", "old", "new " + id}}};
}

class AuditChain : public testing::Test {
 protected:
  AuditChain() {
    for (int i = 1; i <= 5; ++i)
      rows_.push_back(next_record(kKey, anchor_, change_of(std::to_string(i)), kThen));
  }
  AuditVerification verify() const {
    Verifier verifier(kKey, open_anchor(kKey, seal_anchor(kKey, anchor_)));
    for (const Record& row : rows_) verifier.take(row);
    return verifier.finish();
  }
  void expect_broken_at(std::int64_t id, const std::string& why) const {
    const auto found = verify();
    EXPECT_FALSE(found.ok) << why;
    EXPECT_EQ(found.first_bad_id, id) << why;
    EXPECT_TRUE(found.reason) << why;
  }

  Anchor anchor_;
  std::vector<Record> rows_;
};

TEST_F(AuditChain, HoldsAsItWasWritten) {
  const auto found = verify();
  EXPECT_TRUE(found.ok) << found.reason.value_or("");
  EXPECT_EQ(found.rows, 5);
  EXPECT_EQ(found.first_id, 1);
  EXPECT_EQ(found.last_id, 5);
  EXPECT_EQ(found.head_hash, rows_.back().hash);
}

TEST_F(AuditChain, HoldsWhileItIsEmpty) {
  rows_.clear();
  anchor_ = {};
  EXPECT_TRUE(verify().ok);
}

TEST_F(AuditChain, ShowsEveryFieldThatWasAlteredInEveryRow) {
  const std::vector<std::function<void(Record&)>> edits = {
      [](Record& row) { row.at += std::chrono::milliseconds{1}; },
      [](Record& row) { row.account_id = 7; },
      [](Record& row) { row.account_id.reset(); },
      [](Record& row) { row.name += 'x'; },
      [](Record& row) { row.role = "viewer"; },
      [](Record& row) { row.entrance = "bearer"; },
      [](Record& row) { row.address = "127.0.0.2"; },
      [](Record& row) { row.request_id.clear(); },
      [](Record& row) { row.action = "keys/delete"; },
      [](Record& row) { row.target_kind = "token"; },
      [](Record& row) { row.target_id += '0'; },
      [](Record& row) { row.changes += ' '; },
      [](Record& row) { row.outcome = "refused"; },
      [](Record& row) { row.previous_hash[0] = row.previous_hash[0] == '0' ? '1' : '0'; },
      [](Record& row) { row.hash[63] = row.hash[63] == '0' ? '1' : '0'; },
      // What moves from one field into the next makes other bytes.
      [](Record& row) {
        row.target_kind = "ke";
        row.target_id = 'y' + row.target_id;
      },
  };
  const auto whole = rows_;
  for (std::size_t edit = 0; edit < edits.size(); ++edit) {
    for (std::size_t i = 0; i < whole.size(); ++i) {
      rows_ = whole;
      edits[edit](rows_[i]);
      expect_broken_at(whole[i].id, "edit " + std::to_string(edit) + " of row " + std::to_string(i));
    }
  }
}

TEST_F(AuditChain, ShowsRowsThatAreMissingExtraOrElsewhere) {
  const auto whole = rows_;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    rows_ = whole;
    rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(i));
    expect_broken_at(whole[i].id, "dropped " + std::to_string(i));
  }
  rows_ = whole;
  std::swap(rows_[1], rows_[2]);
  std::swap(rows_[1].id, rows_[2].id);
  expect_broken_at(2, "swapped");
  rows_ = whole;
  rows_.push_back(rows_.back());
  rows_.back().id = 6;
  expect_broken_at(6, "appended");
  rows_.clear();
  expect_broken_at(1, "emptied");
}

TEST_F(AuditChain, TakesNoRowThatWasMadeWithoutTheKey) {
  const Secret other(std::string(32, 'o'));
  rows_[4].name = "somebody else";
  rows_[4].hash = hash_of(other, rows_[4]);
  expect_broken_at(5, "forged");
}

TEST_F(AuditChain, TakesNoLastRowInAnothersPlace) {
  // The key's holder wrote it, but not as this log's last one.
  Anchor before = anchor_;
  before.last_id = 4;
  before.head_hash = rows_[3].hash;
  rows_[4] = next_record(kKey, before, change_of("other"), kThen);
  expect_broken_at(5, "replaced");
}

TEST_F(AuditChain, GoesOnAfterItsOldestRowsWereDropped) {
  for (int i = 0; i < 2; ++i) {
    drop_first(anchor_, rows_.front());
    rows_.erase(rows_.begin());
  }
  EXPECT_TRUE(verify().ok);
  EXPECT_EQ(verify().first_id, 3);
  rows_.erase(rows_.begin());
  expect_broken_at(3, "a row that nobody dropped by rule");
}

TEST_F(AuditChain, GoesOnAfterAllOfItsRowsWereDropped) {
  for (const Record& row : rows_) drop_first(anchor_, row);
  rows_.clear();
  EXPECT_TRUE(verify().ok);
  rows_.push_back(next_record(kKey, anchor_, change_of("6"), kThen));
  EXPECT_EQ(rows_.back().id, 6);
  EXPECT_TRUE(verify().ok);
}

TEST_F(AuditChain, TrustsNothingWithoutItsAnchor) {
  std::string text = seal_anchor(kKey, anchor_);
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string altered = text;
    altered[i] = altered[i] == '1' ? '2' : '1';
    EXPECT_FALSE(open_anchor(kKey, altered)) << altered;
  }
  EXPECT_FALSE(open_anchor(Secret(std::string(32, 'o')), text));
  EXPECT_FALSE(open_anchor(kKey, ""));
  Verifier verifier(kKey, std::nullopt);
  verifier.take(rows_.front());
  EXPECT_FALSE(verifier.finish().ok);
}

}  // namespace
}  // namespace geminate::audit
