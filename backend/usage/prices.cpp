#include "backend/usage/prices.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "backend/audit/field_moves.h"

namespace geminate::usage {
namespace {

constexpr double kMicros = 1e6;
constexpr double kMostUsd = 1e6;
constexpr std::size_t kMostPrices = 1000;
constexpr std::size_t kLongestModel = 71;

Error refuse(const std::string& field, const std::string& finding) {
  return Error{ErrorCode::BadRequest, field + ' ' + finding, {}, field, {}};
}

Result<std::int64_t> micros_of(double usd, const std::string& field) {
  if (!std::isfinite(usd) || usd < 0 || usd > kMostUsd) return refuse(field, "must be from 0 to 1000000");
  return static_cast<std::int64_t>(std::llround(usd * kMicros));
}

}  // namespace

std::span<const ModelPrice> default_prices() {
  // As of late 2025, https://ai.google.dev/gemini-api/docs/pricing; the console says that they are defaults.
  static const std::vector<ModelPrice> prices = {
      {"gemini-1.5-flash", 75'000, 300'000, 18'750},
      {"gemini-1.5-flash-8b", 37'500, 150'000, 10'000},
      {"gemini-1.5-pro", 1'250'000, 5'000'000, 312'500},
      {"gemini-2.0-flash", 100'000, 400'000, 25'000},
      {"gemini-2.0-flash-lite", 75'000, 300'000, 75'000},
      {"gemini-2.5-flash", 300'000, 2'500'000, 30'000},
      {"gemini-2.5-flash-image", 300'000, 30'000'000, 30'000},
      {"gemini-2.5-flash-lite", 100'000, 400'000, 10'000},
      {"gemini-2.5-pro", 1'250'000, 10'000'000, 125'000},
      {"gemini-3-flash", 500'000, 3'000'000, 50'000},
      {"gemini-3-pro", 2'000'000, 12'000'000, 200'000},
      {"gemini-embedding-001", 150'000, 0, 150'000},
  };
  return prices;
}

PriceTable::PriceTable(const std::vector<ModelPrice>& set_by_admin) {
  std::map<std::string, Row> rows;
  for (const ModelPrice& price : default_prices()) rows[price.model] = {price, true};
  for (const ModelPrice& price : set_by_admin) rows[price.model] = {price, false};
  for (auto& [model, row] : rows) rows_.push_back(std::move(row));
}

const ModelPrice* PriceTable::find(std::string_view model) const {
  const ModelPrice* best = nullptr;
  for (const Row& row : rows_) {
    const std::string& name = row.price.model;
    const bool fits = model.starts_with(name) && (model.size() == name.size() || model[name.size()] == '-');
    if (fits && (best == nullptr || name.size() > best->model.size())) best = &row.price;
  }
  return best;
}

PriceList PriceTable::view() const {
  PriceList list;
  for (const Row& row : rows_) {
    const auto usd = [](std::int64_t micros) { return static_cast<double>(micros) / kMicros; };
    list.prices.push_back({row.price.model, usd(row.price.input), usd(row.price.output),
                           usd(row.price.cached), row.is_default});
  }
  return list;
}

double cost_usd(const ModelPrice& price, std::uint64_t input_tokens, std::uint64_t output_tokens,
                std::uint64_t cached_tokens) {
  const auto part = [](std::uint64_t tokens, std::int64_t micros) {
    return static_cast<double>(tokens) / kMicros * static_cast<double>(micros) / kMicros;
  };
  const std::uint64_t fresh = input_tokens - std::min(cached_tokens, input_tokens);
  return part(fresh, price.input) + part(output_tokens, price.output) + part(cached_tokens, price.cached);
}

std::int64_t cost_picos(const ModelPrice& price, std::uint64_t input_tokens, std::uint64_t output_tokens,
                        std::uint64_t cached_tokens) {
  __extension__ using Wide = unsigned __int128;
  const std::uint64_t fresh = input_tokens - std::min(cached_tokens, input_tokens);
  const auto part = [](std::uint64_t tokens, std::int64_t micros) {
    return Wide{tokens} * static_cast<std::uint64_t>(micros);
  };
  const Wide sum =
      part(fresh, price.input) + part(output_tokens, price.output) + part(cached_tokens, price.cached);
  return static_cast<std::int64_t>(std::min(sum, Wide{kMostPicos}));
}

std::string revision_of(std::vector<ModelPrice> set_by_admin) {
  std::sort(set_by_admin.begin(), set_by_admin.end(),
            [](const ModelPrice& left, const ModelPrice& right) { return left.model < right.model; });
  std::uint64_t hash = 14695981039346656037U;  // FNV-1a
  const auto mix = [&hash](std::string_view text) {
    for (const char byte : text) hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211U;
  };
  for (const ModelPrice& price : set_by_admin) {
    mix(price.model);
    for (const std::int64_t amount : {price.input, price.output, price.cached})
      mix(' ' + std::to_string(amount));
    mix("\n");
  }
  return std::to_string(hash);
}

std::vector<FieldMove> price_moves(const std::vector<ModelPrice>& before,
                                   const std::vector<ModelPrice>& after) {
  constexpr std::size_t kMostMoves = 100;
  const auto texts_of = [](const std::vector<ModelPrice>& prices) {
    std::map<std::string, std::string> texts;
    for (const ModelPrice& price : prices) {
      texts[price.model] = std::to_string(price.input) + '/' + std::to_string(price.output) + '/' +
                           std::to_string(price.cached);
    }
    return texts;
  };
  std::vector<FieldMove> moves = audit::map_moves(texts_of(before), texts_of(after));
  audit::keep_most(moves, kMostMoves);
  return moves;
}

Result<std::vector<ModelPrice>> read_prices(const PriceEdit& edit) {
  if (edit.prices.size() > kMostPrices) return refuse("prices", "must not hold more than 1000 models");
  std::map<std::string, ModelPrice> read;
  for (std::size_t i = 0; i < edit.prices.size(); ++i) {
    const PriceDraft& draft = edit.prices[i];
    const std::string field = "prices[" + std::to_string(i) + "].";
    const bool is_visible =
        std::all_of(draft.model.begin(), draft.model.end(), [](char c) { return c > ' ' && c <= '~'; });
    if (draft.model.empty() || draft.model.size() > kLongestModel || !is_visible)
      return refuse(field + "model", "must be 1 to 71 visible ASCII characters");
    ModelPrice price;
    price.model = draft.model;
    GEMINATE_TRY(price.input, micros_of(draft.input_usd, field + "input_usd"));
    GEMINATE_TRY(price.output, micros_of(draft.output_usd, field + "output_usd"));
    GEMINATE_TRY(price.cached, micros_of(draft.cached_usd, field + "cached_usd"));
    if (!read.emplace(price.model, price).second) return refuse(field + "model", "is there twice");
  }
  std::vector<ModelPrice> prices;
  for (auto& [model, price] : read) prices.push_back(std::move(price));
  return prices;
}

}  // namespace geminate::usage
