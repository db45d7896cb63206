#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shared/core/change.h"
#include "shared/core/result.h"
#include "shared/dto/usage.h"

namespace geminate::usage {

/// Millionths of a dollar for a million tokens: whole numbers, so that nothing is rounded on the way.
struct ModelPrice {
  std::string model;
  std::int64_t input = 0;
  std::int64_t output = 0;
  /// Of input tokens that came from a cache; they are not counted as input besides.
  std::int64_t cached = 0;

  bool operator==(const ModelPrice&) const = default;
};

/// What came with the program for Google's well-known models: paid tier, text, prompts up to 200,000 tokens.
std::span<const ModelPrice> default_prices();

/// What every model costs: an administrator's prices before the defaults.
class PriceTable {
 public:
  explicit PriceTable(const std::vector<ModelPrice>& set_by_admin);

  /// The price of the longest name that the model's name is, or goes on from with a dash; null: none.
  [[nodiscard]] const ModelPrice* find(std::string_view model) const;
  [[nodiscard]] PriceList view() const;

 private:
  struct Row {
    ModelPrice price;
    bool is_default = false;
  };
  /// By name.
  std::vector<Row> rows_;
};

double cost_usd(const ModelPrice& price, std::uint64_t input_tokens, std::uint64_t output_tokens,
                std::uint64_t cached_tokens);

/// The same in picodollars (millionths of a millionth): exact, as long as it is below kMostPicos, which it is
/// never said to exceed.
inline constexpr std::int64_t kMostPicos = 1'000'000'000'000'000'000;
std::int64_t cost_picos(const ModelPrice& price, std::uint64_t input_tokens, std::uint64_t output_tokens,
                        std::uint64_t cached_tokens);

/// Tells one set of prices from another; their order does not matter.
std::string revision_of(std::vector<ModelPrice> set_by_admin);

/// What the audit log says of a new set of prices: input/output/cached, as they are kept.
std::vector<FieldMove> price_moves(const std::vector<ModelPrice>& before,
                                   const std::vector<ModelPrice>& after);

/// Checks what an administrator sent. BadRequest naming the field.
Result<std::vector<ModelPrice>> read_prices(const PriceEdit& edit);

}  // namespace geminate::usage
