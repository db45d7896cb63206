#include "backend/config/alias_book.h"

#include <gtest/gtest.h>

namespace geminate::config {
namespace {

constexpr Timestamp kNow{std::chrono::milliseconds{1'800'000'000'000}};
const Change kChange{Caller::server(), AuditAction::SettingsUpdate};

/// A store that fails when it is told to, as a full disk would.
class FakeStore final : public SettingStore {
 public:
  Result<std::vector<SettingRow>> load() override { return kept_.load(); }
  Status save(const std::vector<SettingRow>& rows, const Change& change) override {
    if (is_full) return Error{ErrorCode::Unavailable, "the disk is full", {}, {}, {}};
    return kept_.save(rows, change);
  }
  bool is_full = false;

 private:
  MemorySettingStore kept_;
};

class AliasBookTest : public testing::Test {
 protected:
  std::vector<std::string> start() {
    book_ = std::make_unique<AliasBook>(store_);
    book_->on_change([this](std::shared_ptr<const AliasTable> table) { told_ = std::move(table); });
    auto notes = book_->load();
    EXPECT_TRUE(notes.ok());
    return std::move(notes).value();
  }
  FakeStore store_;
  std::unique_ptr<AliasBook> book_;
  std::shared_ptr<const AliasTable> told_;
};

TEST_F(AliasBookTest, AnEditIsInForceAndTheNextStartFindsIt) {
  EXPECT_TRUE(start().empty());
  EXPECT_TRUE(book_->list().aliases.empty());
  const auto list = book_->update({{{"gpt-4o", "gemini-2.5-pro", "说明"}}, 0}, kChange, kNow);
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(list.value().revision, 1);
  ASSERT_NE(told_, nullptr);
  EXPECT_EQ(told_->resolve("gpt-4o"), "gemini-2.5-pro");
  EXPECT_TRUE(start().empty());
  EXPECT_EQ(book_->list().aliases, list.value().aliases);
  EXPECT_EQ(book_->list().revision, 1);
  EXPECT_EQ(book_->table()->resolve("gpt-4o"), "gemini-2.5-pro");
  ASSERT_TRUE(book_->update({{}, 1}, kChange, kNow).ok());
  EXPECT_TRUE(told_->empty());
  start();
  EXPECT_EQ(book_->list().revision, 2);
}

TEST_F(AliasBookTest, AnEditFromAnOlderRevisionIsAConflict) {
  start();
  ASSERT_TRUE(book_->update({{{"a", "m", ""}}, {}}, kChange, kNow).ok());
  const auto late = book_->update({{{"b", "m", ""}}, 0}, kChange, kNow);
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, ErrorCode::Conflict);
  EXPECT_EQ(book_->list().aliases.front().alias, "a");
}

TEST_F(AliasBookTest, WhatIsRefusedOrNotSavedChangesNothing) {
  start();
  ASSERT_TRUE(book_->update({{{"a", "m", ""}}, {}}, kChange, kNow).ok());
  told_ = nullptr;
  EXPECT_EQ(book_->update({{{"b", "b", ""}}, {}}, kChange, kNow).error().field, "aliases[0].model");
  store_.is_full = true;
  EXPECT_EQ(book_->update({{{"b", "m", ""}}, {}}, kChange, kNow).error().code, ErrorCode::Unavailable);
  EXPECT_EQ(told_, nullptr);
  EXPECT_EQ(book_->list().aliases.front().alias, "a");
  EXPECT_EQ(book_->list().revision, 1);
}

TEST_F(AliasBookTest, WhatCannotBeReadIsLeftOutAndSaid) {
  for (const char* text : {"{", R"({"aliases":[{"alias":"m","model":"m"}]})"}) {
    ASSERT_TRUE(store_.save({{AliasBook::kRowName, text, 5, kNow}}, kChange).ok());
    EXPECT_EQ(start().size(), 1U) << text;
    EXPECT_TRUE(book_->list().aliases.empty());
    EXPECT_TRUE(book_->update({{{"a", "m", ""}}, 5}, kChange, kNow).ok());
  }
}

}  // namespace
}  // namespace geminate::config
