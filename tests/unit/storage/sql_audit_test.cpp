#include <gtest/gtest.h>

#include <limits>

#include "backend/storage/audited_ledger_store.h"
#include "backend/storage/sql_audit_log.h"
#include "backend/storage/sql_price_edits.h"
#include "backend/storage/sql_setting_store.h"
#include "backend/storage/sql_token_store.h"
#include "tests/unit/storage/database_fixture.h"

namespace geminate::storage {
namespace {

const Change kAdd{Caller::first_admin(Entrance::Session), AuditAction::KeyAdd};

class SqlAudit : public DatabaseFixture {
 protected:
  SqlAuditLog log() { return SqlAuditLog(connect(), connect(), trail()); }
  AuditVerification verify() { return need(log().verify()); }
  void tamper(const std::string& sql) { need(connect()->run_script(sql)); }
  std::string whole() const { return bytes_of(path); }
  void write_rows(int count) {
    auto writer = log();
    for (int i = 0; i < count; ++i) need(writer.append(kAdd));
  }
};

TEST_F(SqlAudit, ShowsEveryColumnThatWasAltered) {
  write_rows(3);
  ASSERT_TRUE(verify().ok);
  for (const auto* column :
       {"at", "account_id", "name", "role", "entrance", "address", "request_id", "action", "target_kind",
        "target_id", "changes", "outcome", "previous_hash", "hash"}) {
    const std::string name = column;
    const bool is_number = name == "at" || name == "account_id";
    tamper("CREATE TABLE kept AS SELECT * FROM audit_log; UPDATE audit_log SET " + name + " = " +
           (is_number ? name + " + 1" : name + " || '0'") + " WHERE id = 2");
    EXPECT_EQ(verify().first_bad_id, 2) << name;
    tamper("DELETE FROM audit_log; INSERT INTO audit_log SELECT * FROM kept; DROP TABLE kept");
    ASSERT_TRUE(verify().ok);
  }
}

TEST_F(SqlAudit, ShowsRowsThatWereDroppedAtEitherEndOrAll) {
  write_rows(3);
  tamper("CREATE TABLE kept AS SELECT * FROM audit_log");
  const auto restore = [this] { tamper("DELETE FROM audit_log; INSERT INTO audit_log SELECT * FROM kept"); };
  for (const auto& [statement, bad] :
       std::vector<std::pair<std::string, std::int64_t>>{{"DELETE FROM audit_log WHERE id = 1", 1},
                                                         {"DELETE FROM audit_log WHERE id = 2", 2},
                                                         {"DELETE FROM audit_log WHERE id = 3", 3},
                                                         {"DELETE FROM audit_log", 1}}) {
    tamper(statement);
    EXPECT_FALSE(verify().ok) << statement;
    EXPECT_EQ(verify().first_bad_id, bad) << statement;
    restore();
  }
}

TEST_F(SqlAudit, DoesNotGoOnWithoutItsAnchor) {
  write_rows(1);
  tamper("DELETE FROM facts WHERE name = 'audit_anchor'");
  EXPECT_FALSE(verify().ok);
  EXPECT_FALSE(need(trail().begin_log(*connect()))) << "a log with rows does not begin anew";
  SqlKeyStore store = key_store();
  EXPECT_EQ(store.insert({key_with("some-key-text")}, kAdd).error().code, ErrorCode::Internal);
  EXPECT_TRUE(need(store.load()).empty());
}

TEST_F(SqlAudit, RefusesTheChangeOfAKeyWhoseRowCannotBeWritten) {
  SqlKeyStore store = key_store();
  const auto row = need(store.insert({key_with("first-key-text")}, kAdd)).front();
  tamper("CREATE TRIGGER no_rows BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'no'); END");
  KeyPatch patch;
  patch.description = Patch<std::string>::to("changed");
  EXPECT_FALSE(store.insert({key_with("second-key-text")}, kAdd).ok());
  EXPECT_FALSE(store.update(row.id, patch, kChange).ok());
  EXPECT_FALSE(store.update_many({row.id}, patch, kChange).ok());
  EXPECT_FALSE(store.erase({row.id}, kChange).ok());
  const auto left = need(store.load());
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].revision, 1);
  EXPECT_FALSE(left[0].description);
  EXPECT_TRUE(verify().ok);
  tamper("DROP TRIGGER no_rows");
  EXPECT_TRUE(store.update(row.id, patch, kChange).ok()) << "it heals unaided";
  EXPECT_EQ(verify().rows, 2);
}

TEST_F(SqlAudit, RefusesEveryOtherChangeWhoseRowCannotBeWritten) {
  SqlTokenStore tokens(connect(), trail());
  SqlSettingStore settings(connect(), trail());
  SqlPriceEdits prices(connect(), trail());
  auth::ClientToken token;
  token.secret_hash = "hash";
  const auto id = need(tokens.insert(token, kAdd)).id;
  tamper("CREATE TRIGGER no_rows BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'no'); END");
  TokenPatch patch;
  patch.description = Patch<std::string>::to("changed");
  EXPECT_FALSE(tokens.update(id, patch, kChange).ok());
  EXPECT_FALSE(tokens.rotate(id, {"other", "wxyz", {}, {}}, kChange).ok());
  EXPECT_FALSE(tokens.erase(id, kChange).ok());
  EXPECT_FALSE(settings.save({{"MAX_HEADERS", "20", 1, now().wall}}, kChange).ok());
  EXPECT_FALSE(prices.set_prices({{"m", 1, 2, 3}}, kChange).ok());
  EXPECT_EQ(need(tokens.load()).front().revision, 1);
  EXPECT_TRUE(need(settings.load()).empty());
  EXPECT_FALSE(need(prices.prices()));
}

TEST_F(SqlAudit, AnswersAFullDiskAndChangesNothing) {
  auto connection = connect();
  SqliteConnection& raw = *connection;
  SqlKeyStore store = key_store(std::move(connection));
  const auto id = need(store.insert({key_with("first-key-text")}, kAdd)).front().id;
  need(raw.run_script("PRAGMA max_page_count = 1"));
  std::int64_t revision = 1;
  for (;;) {
    KeyPatch patch;
    patch.description = Patch<std::string>::to(std::string(200, 'x') + std::to_string(revision));
    const auto updated = store.update(id, patch, kChange);
    if (!updated.ok()) {
      EXPECT_EQ(updated.error().code, ErrorCode::InsufficientStorage) << updated.error().detail;
      break;
    }
    revision = updated->revision;
    ASSERT_LT(revision, 1000);
  }
  EXPECT_EQ(need(store.load()).front().revision, revision);
  const auto found = verify();
  EXPECT_TRUE(found.ok);
  EXPECT_EQ(found.rows, revision) << "a row for each change that was acknowledged, and no other";
}

TEST_F(SqlAudit, SaysOfABulkEditInOneRow) {
  SqlKeyStore store = key_store();
  std::vector<keys::UpstreamKey> keys;
  for (int i = 0; i < 500; ++i) keys.push_back(key_with("bulk-key-text-" + std::to_string(i)));
  need(store.insert(std::move(keys), {Caller::server(), AuditAction::KeyImport}));
  std::vector<std::int64_t> ids(500);
  for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<std::int64_t>(i) + 1;
  KeyPatch patch;
  patch.project = Patch<std::string>::to("alpha");
  need(store.update_many(ids, patch, {Caller::server(), AuditAction::KeyBulk}));
  need(store.erase(ids, {Caller::server(), AuditAction::KeyBulk}));
  const auto found = audit_rows();
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[1].target_kind, "keys");
  EXPECT_EQ(found[1].changes, (std::vector<FieldMove>{{"count", std::nullopt, "500"},
                                                      {"ids", std::nullopt, "1-500"},
                                                      {"project", std::nullopt, "alpha"}}));
}

TEST_F(SqlAudit, NeverShowsASecret) {
  constexpr const char* kCanary = "AIzaCanary-0011223344556677";
  constexpr const char* kOther = "AIzaOther-8899aabbccddeeff";
  SqlKeyStore store = key_store();
  const auto id = need(store.insert({key_with(kCanary)}, kAdd)).front().id;
  KeyPatch patch;
  patch.key_string = Patch<std::string>::to(kOther);
  need(store.update(id, patch, kChange));
  need(store.erase({id}, {Caller::server(), AuditAction::KeyDelete}));
  const auto found = audit_rows();
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].changes.front(), (FieldMove{"key_string", std::nullopt, "…6677"}));
  EXPECT_EQ(found[1].changes.front(), (FieldMove{"key_string", "…6677", "…eeff"}));
  EXPECT_EQ(found[2].changes.front(), (FieldMove{"key_string", "…eeff", std::nullopt}));
  const std::string bytes = all_bytes();
  EXPECT_EQ(bytes.find(kCanary), std::string::npos);
  EXPECT_EQ(bytes.find(kOther), std::string::npos);
}

/// Ledgers in memory, in the place of usage.db.
class KeptCounts final : public keys::LedgerStore {
 public:
  explicit KeptCounts(std::vector<keys::LedgerRow>& rows) : rows_(rows) {}
  Result<std::vector<keys::LedgerRow>> load() override { return rows_; }
  Status save(const std::vector<keys::LedgerRow>&) override {
    return Error{ErrorCode::Unavailable, "usage.db is gone", {}, {}, {}};
  }
  Status save_edit(const keys::LedgerRow&, const Change&) override { return Status::success(); }
  Status drop_before(Timestamp) override { return Status::success(); }

 private:
  std::vector<keys::LedgerRow>& rows_;
};

TEST_F(SqlAudit, LaysAnAdminsLimitsOverWhatWasKept) {
  std::vector<keys::LedgerRow> kept(1);
  kept[0].project = "alpha";
  kept[0].model = "m";
  kept[0].requests_today = 9;
  kept[0].requests_per_minute = 5;
  kept[0].tokens_per_day = 100;
  kept[0].set_by_admin = 1;
  AuditedLedgerStore store(std::make_unique<KeptCounts>(kept), connect(), trail());
  EXPECT_EQ(need(store.load())[0].requests_per_minute, 5) << "what was set before the two were apart";
  keys::LedgerRow edit = kept[0];
  edit.requests_per_minute.reset();
  edit.requests_per_day = 50;
  edit.set_by_admin = 4;
  need(store.save_edit(edit, {Caller::server(), AuditAction::QuotaUpdate}));
  keys::LedgerRow other;
  other.key_id = 3;
  other.model = "n";
  other.tokens_per_minute = 7;
  other.set_by_admin = 2;
  need(store.save_edit(other, {Caller::server(), AuditAction::QuotaUpdate}));
  const auto rows = need(store.load());
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_FALSE(rows[0].requests_per_minute) << "taken back";
  EXPECT_EQ(rows[0].requests_per_day, 50);
  EXPECT_EQ(rows[0].tokens_per_day, 100) << "learnt";
  EXPECT_EQ(rows[0].requests_today, 9);
  EXPECT_EQ(rows[0].set_by_admin, 4);
  EXPECT_EQ(rows[1].key_id, 3);
  EXPECT_EQ(rows[1].tokens_per_minute, 7);
  EXPECT_EQ(verify().rows, 2);
  tamper("CREATE TRIGGER no_rows BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'no'); END");
  edit.requests_per_day = 60;
  EXPECT_FALSE(store.save_edit(edit, {Caller::server(), AuditAction::QuotaUpdate}).ok());
  EXPECT_EQ(need(store.load())[0].requests_per_day, 50);
}

TEST_F(SqlAudit, BeginsOnceAndSaysSo) {
  EXPECT_FALSE(need(trail().begin_log(*connect()))) << "the fixture has begun it";
  tamper("DELETE FROM facts WHERE name = 'audit_anchor'");
  EXPECT_FALSE(verify().ok);
  EXPECT_TRUE(need(trail().begin_log(*connect())));
  EXPECT_TRUE(verify().ok);
}

}  // namespace
}  // namespace geminate::storage
