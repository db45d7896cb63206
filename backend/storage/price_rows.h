#pragma once

#include <string_view>
#include <vector>

#include "backend/storage/sql_connection.h"
#include "backend/usage/prices.h"

namespace geminate::storage {

// Prices in a table of the columns model, input, output and cached, whichever database has it.

Result<std::vector<usage::ModelPrice>> read_prices(SqlConnection& connection, std::string_view select);
/// Part of the caller's transaction.
Status write_prices(SqlConnection& connection, std::string_view insert,
                    const std::vector<usage::ModelPrice>& prices);

}  // namespace geminate::storage
