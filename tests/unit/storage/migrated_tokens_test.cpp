#include <gtest/gtest.h>

#include "backend/storage/migrations.h"
#include "backend/storage/sql_token_store.h"
#include "backend/storage/sqlite_connection.h"
#include "tests/unit/storage/database_fixture.h"

namespace geminate::storage {
namespace {

std::unique_ptr<SqliteConnection> connect(const std::filesystem::path& path) {
  return need(SqliteConnection::open(path, SqliteConnection::Access::ReadWrite));
}

/// A database file as the program left it whose schema was version 1.
void write_version_1(const std::filesystem::path& path) {
  write_bytes(path, "");
  const auto connection = connect(path);
  need(migrate(*connection, migrations().first(1)));
  need(connection->run_script(R"sql(
INSERT INTO client_tokens (id, secret_hash, preview, description, created_at, expires_at, is_active, origin,
  rate_limit_per_minute, max_tokens_per_day, revision, last_used_at, requests_used, tokens_used, used_day)
VALUES
  (3, x'00FF27', 'wxyz', 'phone', 1000, 5000, 0, 'console', 15, 100, 9, 2000, 4, 50, 20000),
  (7, x'01', 'abcd', NULL, 1001, NULL, 1, 'console', NULL, NULL, 1, NULL, 0, 0, 0);
UPDATE sequences SET last = 8 WHERE name = 'client_tokens';
)sql"));
}

TEST(MigratedTokens, OfVersion1KeepTheirRowsAndHaveNoNewLimits) {
  const ScratchFolder folder;
  const auto path = folder / "old.db";
  write_version_1(path);
  {
    const auto connection = connect(path);
    need(migrate(*connection, migrations()));
    EXPECT_EQ(*connection->schema_version(), current_schema_version());
  }
  const SqlAuditTrail trail(Secret(std::string(32, 'k')));
  need(trail.begin_log(*connect(path)));
  SqlTokenStore store(connect(path), trail);
  const auto rows = need(store.load());
  ASSERT_EQ(rows.size(), 2U);
  const auth::ClientToken& phone = rows[0];
  EXPECT_EQ(phone.id, 3);
  EXPECT_EQ(phone.secret_hash, std::string("\0\xFF'", 3));
  EXPECT_EQ(phone.description, "phone");
  EXPECT_EQ(phone.expires_at, Timestamp{std::chrono::milliseconds{5000}});
  EXPECT_FALSE(phone.is_active);
  EXPECT_EQ(phone.rate_limit_per_minute, 15);
  EXPECT_EQ(phone.max_tokens_per_day, 100);
  EXPECT_EQ(phone.revision, 9);
  EXPECT_EQ(phone.requests_used, 4);
  EXPECT_EQ(phone.tokens_used, 50);
  EXPECT_EQ(phone.tokens_total, 50) << "at least these were spent in its life";
  for (const auto& row : rows) {
    EXPECT_TRUE(row.models.empty() && row.allowed_ips.empty() && row.previous_hash.empty());
    EXPECT_FALSE(row.tokens_per_minute || row.requests_per_day || row.max_tokens_total ||
                 row.max_cost_micros || row.previous_valid_until);
    EXPECT_EQ(row.cost_period, BudgetPeriod::Month);
    EXPECT_EQ(row.cost_picos, 0);
    EXPECT_FALSE(row.enable_context_management.has_value() || row.context_window);
  }
  auth::ClientToken fresh;
  fresh.secret_hash = "new";
  EXPECT_EQ(need(store.insert(fresh, {Caller::server(), AuditAction::KeyUpdate})).id, 9)
      << "the sequence goes on";
  EXPECT_TRUE(
      store.rotate(3, {"next", "next", Timestamp{}, 9}, {Caller::server(), AuditAction::KeyUpdate}).ok());
}

}  // namespace
}  // namespace geminate::storage
