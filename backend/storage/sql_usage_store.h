#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "backend/storage/sql_connection.h"
#include "backend/storage/sql_price_edits.h"
#include "backend/usage/usage_store.h"

namespace geminate::storage {

/// Usage in a database of its own. The writer's functions, the reader's and the changing of prices each have
/// a connection, so the reader waits for nobody.
class SqlUsageStore final : public usage::UsageStore {
 public:
  /// Makes or opens the file, as usage_file.h says.
  static Result<std::unique_ptr<SqlUsageStore>> open(const std::filesystem::path& path);
  /// For a file that open_usage_file has opened in this process already.
  static Result<std::unique_ptr<SqlUsageStore>> connect(const std::filesystem::path& path);
  SqlUsageStore(std::unique_ptr<SqlConnection> writer, std::unique_ptr<SqlConnection> reader,
                std::unique_ptr<SqlConnection> editor);
  ~SqlUsageStore() override;

  /// Where prices are set from now on, instead of in the usage database, whose prices hold until then. Before
  /// the first call.
  void keep_prices_in(std::unique_ptr<SqlPriceEdits> edits) { price_edits_ = std::move(edits); }

  Result<usage::Progress> progress() override;
  Status save(const usage::UsageBatch& batch) override;
  Result<std::string> rollup(const usage::RollupName& name) override;
  Result<bool> trim(const usage::TrimOrder& order) override;
  Result<std::vector<usage::FoundBlock>> find_blocks(const usage::SummaryQuery& query,
                                                     std::size_t limit) override;
  Result<std::string> block(std::int64_t id) override;
  Status rollups(UsageStep step, usage::Cut cut, std::int64_t from, std::int64_t to,
                 const std::function<Status(std::int64_t, std::string_view)>& visit) override;
  Result<std::vector<usage::ModelPrice>> prices() override;
  Status set_prices(const std::vector<usage::ModelPrice>& prices, const Change& change) override;

 private:
  /// Adds to `found` what `query` lets pass among so many rows; the number of the last row looked at, 0 when
  /// there are no more.
  Result<std::int64_t> find_some(const usage::SummaryQuery& query, std::vector<usage::FoundBlock>& found);
  Status save_block(const usage::StoredBlock& block);
  Status set_fact(const char* name, std::int64_t value);
  /// Bytes in use; what deleted rows have left free does not count, it is used again.
  Result<std::uint64_t> used_bytes();
  Result<bool> trim_blocks(const usage::TrimOrder& order);
  Status trim_rollups(const usage::TrimOrder& order);

  std::unique_ptr<SqlConnection> writer_;
  std::unique_ptr<SqlConnection> reader_;
  std::unique_ptr<SqlConnection> editor_;
  std::unique_ptr<SqlPriceEdits> price_edits_;
};

}  // namespace geminate::storage
