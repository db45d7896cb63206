#include "backend/storage/sql_price_edits.h"

#include <utility>

#include "backend/storage/price_rows.h"

namespace geminate::storage {

using usage::ModelPrice;

Result<std::optional<std::vector<ModelPrice>>> SqlPriceEdits::prices() {
  bool is_set = false;
  GEMINATE_CHECK_OK(connection_->run("SELECT 1 FROM facts WHERE name = 'prices_set'", {},
                                     [&is_set](std::span<const SqlValue>) {
                                       is_set = true;
                                       return Status::success();
                                     }));
  if (!is_set) return std::optional<std::vector<ModelPrice>>();
  GEMINATE_TRY(
      auto prices,
      read_prices(*connection_, "SELECT model, input, output, cached FROM console_prices ORDER BY model"));
  return std::optional(std::move(prices));
}

Status SqlPriceEdits::set_prices(const std::vector<ModelPrice>& prices, const Change& change) {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*connection_));
  GEMINATE_CHECK_OK(connection_->run("DELETE FROM console_prices"));
  GEMINATE_CHECK_OK(write_prices(
      *connection_,
      "INSERT INTO console_prices (model, input, output, cached) VALUES ($model, $input, $output, $cached)",
      prices));
  GEMINATE_CHECK_OK(connection_->run("INSERT OR REPLACE INTO facts (name, value) VALUES ('prices_set', $yes)",
                                     {{"yes", Blob{"1"}}}));
  GEMINATE_CHECK_OK(trail_.append(*connection_, change));
  return transaction.commit();
}

}  // namespace geminate::storage
