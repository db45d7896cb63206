#include "backend/storage/price_rows.h"

#include "backend/storage/table_rows.h"

namespace geminate::storage {

using usage::ModelPrice;

Result<std::vector<ModelPrice>> read_prices(SqlConnection& connection, std::string_view select) {
  std::vector<ModelPrice> prices;
  GEMINATE_CHECK_OK(connection.run(select, {}, [&prices](std::span<const SqlValue> row) -> Status {
    ModelPrice& price = prices.emplace_back();
    if (from_sql(row[0], price.model) && from_sql(row[1], price.input) && from_sql(row[2], price.output) &&
        from_sql(row[3], price.cached)) {
      return Status::success();
    }
    return Error{ErrorCode::Internal, "The usage database is damaged.", {}, {}, {}};
  }));
  return prices;
}

Status write_prices(SqlConnection& connection, std::string_view insert,
                    const std::vector<ModelPrice>& prices) {
  for (const ModelPrice& price : prices) {
    GEMINATE_CHECK_OK(connection.run(insert, {{"model", price.model},
                                              {"input", price.input},
                                              {"output", price.output},
                                              {"cached", price.cached}}));
  }
  return Status::success();
}

}  // namespace geminate::storage
