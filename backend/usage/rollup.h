#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "backend/usage/latency_histogram.h"
#include "backend/usage/request_record.h"
#include "shared/core/result.h"

namespace geminate::usage {

/// What a roll-up tells apart, each together with the model: tokens; keys; or dialect and status group, which
/// also serve questions about models alone and about everything. Stored as numbers: never renumber.
enum class Cut : std::uint8_t { Token, Key, Kind };
inline constexpr Cut kCuts[] = {Cut::Token, Cut::Key, Cut::Kind};

/// Sums over the requests of one cell.
struct RollupCell {
  std::uint64_t requests = 0;
  std::uint64_t failures = 0;
  std::uint64_t input_tokens = 0;
  std::uint64_t output_tokens = 0;
  std::uint64_t cached_tokens = 0;
  std::uint64_t thought_tokens = 0;
  LatencyHistogram duration;
  LatencyHistogram first_byte;

  void add(const RequestRecord& record);
  void add(const RollupCell& other);
};

constexpr std::int64_t kind_of(RequestDialect dialect, StatusGroup group) {
  return static_cast<std::int64_t>(dialect) * 8 + static_cast<std::int64_t>(group);
}
constexpr RequestDialect dialect_of_kind(std::int64_t kind) { return static_cast<RequestDialect>(kind / 8); }
constexpr StatusGroup group_of_kind(std::int64_t kind) { return static_cast<StatusGroup>(kind % 8); }

/// The record's place in a cut.
std::int64_t id_in(Cut cut, const RequestRecord& record);

/// The cells of one cut over one time. One thread.
class Rollup {
 public:
  /// Callers may name any model, so there is a last one for all that come after so many.
  static constexpr std::size_t kMaximumModels = 2048;
  static constexpr std::string_view kOtherModels = "(other)";

  Rollup() = default;
  Rollup(Rollup&&) = default;
  Rollup& operator=(Rollup&&) = default;
  // A copy would add to the original's last cell.
  Rollup(const Rollup&) = delete;
  Rollup& operator=(const Rollup&) = delete;
  ~Rollup() = default;

  void add(std::int64_t id, const RequestRecord& record);
  void merge(const Rollup& other);
  /// Adds what encode() has made. Internal when it is damaged; then the roll-up is unspecified.
  Status merge_encoded(std::string_view bytes);

  [[nodiscard]] std::string encode() const;
  [[nodiscard]] std::size_t size() const { return cells_.size(); }
  [[nodiscard]] bool empty() const { return cells_.empty(); }

 private:
  struct CellId {
    std::int64_t id = 0;
    std::uint32_t model = 0;
    bool operator==(const CellId&) const = default;
  };
  struct CellHash {
    std::size_t operator()(const CellId& cell) const;
  };

  std::uint32_t model_place(std::string_view model);

  std::vector<std::string> models_;
  std::unordered_map<std::string, std::uint32_t> model_places_;
  std::uint32_t last_model_ = 0;
  std::unordered_map<CellId, RollupCell, CellHash> cells_;
  /// Where the last record went; most are of the same token and kind as the one before. A cell stays where it
  /// is.
  RollupCell* last_cell_ = nullptr;
  CellId last_cell_id_;
};

/// One cell of an encoded roll-up, perhaps not read yet.
class EncodedCell {
 public:
  EncodedCell(std::int64_t cell_id, std::string_view cell_model, std::size_t place, std::string_view body)
      : id(cell_id), model(cell_model), model_place(place), body_(body) {}
  std::int64_t id;
  std::string_view model;
  /// Where the model stands among those of its roll-up.
  std::size_t model_place;
  /// How many requests there are in it, without reading the rest.
  [[nodiscard]] std::uint64_t requests() const;
  /// False when the bytes are damaged.
  [[nodiscard]] bool add_to(RollupCell& sums) const;

 private:
  std::string_view body_;
};

/// Calls `visit` with each cell. Internal when the bytes are damaged.
Status read_rollup(std::string_view bytes, const std::function<Status(const EncodedCell&)>& visit);

}  // namespace geminate::usage
