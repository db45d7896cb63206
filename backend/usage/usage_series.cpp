#include "backend/usage/usage_series.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "backend/usage/usage_time.h"

namespace geminate::usage {
namespace {

constexpr std::string_view kOtherGroups = "(other)";
/// Roll-ups move from memory to the store every few minutes, so that one second try is nearly always enough.
constexpr int kTries = 5;

std::int64_t ms_of(Timestamp time) { return time.time_since_epoch().count(); }
Timestamp time_of(std::int64_t ms) { return Timestamp{std::chrono::milliseconds{ms}}; }

Cut cut_for(UsageGroup group) {
  if (group == UsageGroup::Token) return Cut::Token;
  return group == UsageGroup::Key ? Cut::Key : Cut::Kind;
}

std::string group_of(UsageGroup group, const EncodedCell& cell) {
  switch (group) {
    case UsageGroup::Token:
    case UsageGroup::Key:
      return std::to_string(cell.id);
    case UsageGroup::Model:
      return std::string(cell.model);
    case UsageGroup::Dialect:
      return std::string(name_of(dialect_of_kind(cell.id)));
    case UsageGroup::StatusClass:
      return std::string(name_of(group_of_kind(cell.id)));
    case UsageGroup::None:
      break;
  }
  return {};
}

/// Sums with what they cost: costs are known per model only, sums go over models.
struct Sums {
  RollupCell cell;
  double cost = 0;

  void add(const Sums& other) {
    cell.add(other.cell);
    cost += other.cost;
  }
  [[nodiscard]] UsageSums view() const {
    UsageSums sums;
    sums.requests = static_cast<std::int64_t>(cell.requests);
    sums.failures = static_cast<std::int64_t>(cell.failures);
    sums.input_tokens = static_cast<std::int64_t>(cell.input_tokens);
    sums.output_tokens = static_cast<std::int64_t>(cell.output_tokens);
    sums.cached_tokens = static_cast<std::int64_t>(cell.cached_tokens);
    sums.thought_tokens = static_cast<std::int64_t>(cell.thought_tokens);
    sums.cost_usd = cost;
    sums.duration_p50_ms = cell.duration.quantile(0.5);
    sums.duration_p95_ms = cell.duration.quantile(0.95);
    sums.duration_p99_ms = cell.duration.quantile(0.99);
    sums.first_byte_p50_ms = cell.first_byte.quantile(0.5);
    sums.first_byte_p95_ms = cell.first_byte.quantile(0.95);
    sums.first_byte_p99_ms = cell.first_byte.quantile(0.99);
    return sums;
  }
};

/// Which groups get a series: the largest.
class Groups {
 public:
  Groups(UsageGroup by, std::optional<std::int64_t> only) : by_(by), only_(only) {}

  [[nodiscard]] bool wants(const EncodedCell& cell) const { return !only_ || cell.id == *only_; }
  void count(const EncodedCell& cell) {
    if (!wants(cell)) return;
    if (by_ == UsageGroup::Model) {
      counts_[std::string(cell.model)] += cell.requests();
    } else {
      id_counts_[cell.id] += cell.requests();
    }
  }
  /// After all were counted.
  void choose() {
    std::unordered_map<std::int64_t, std::string> names_of_ids;
    for (const auto& [id, requests] : id_counts_) {
      const std::string name = group_of(by_, EncodedCell(id, {}, 0, {}));
      counts_[name] += requests;
      names_of_ids[id] = name;
    }
    std::vector<std::pair<std::uint64_t, std::string>> order;
    for (const auto& [name, requests] : counts_) order.emplace_back(requests, name);
    std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    for (const auto& [requests, name] : order) {
      places_[name] = std::min(names_.size(), kMostSeries);
      if (names_.size() < kMostSeries) {
        names_.push_back(name);
      } else if (names_.size() == kMostSeries) {
        names_.emplace_back(kOtherGroups);
      }
    }
    for (const auto& [id, name] : names_of_ids) id_places_[id] = places_[name];
  }
  [[nodiscard]] std::size_t place(const EncodedCell& cell) const {
    return by_ == UsageGroup::Model ? places_.at(std::string(cell.model)) : id_places_.at(cell.id);
  }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  const UsageGroup by_;
  const std::optional<std::int64_t> only_;
  std::unordered_map<std::string, std::uint64_t> counts_;
  std::unordered_map<std::int64_t, std::uint64_t> id_counts_;
  std::unordered_map<std::string, std::size_t> places_;
  std::unordered_map<std::int64_t, std::size_t> id_places_;
  std::vector<std::string> names_;
};

/// Adds up one time after the other; per group the points by time.
class Report {
 public:
  Report(const PriceTable& prices, const Groups& groups)
      : prices_(prices), groups_(groups), series_(groups.names().size()) {}

  Status add(std::int64_t start, std::string_view bytes) {
    // Looked up once for a roll-up, not for each of its thousands of cells.
    std::vector<Sums*> sums(series_.size(), nullptr);
    std::vector<std::optional<const ModelPrice*>> price_of;
    return read_rollup(bytes, [&](const EncodedCell& cell) -> Status {
      if (!groups_.wants(cell)) return Status::success();
      const std::size_t place = groups_.place(cell);
      if (sums[place] == nullptr) sums[place] = &series_[place][start];
      if (price_of.size() <= cell.model_place) price_of.resize(cell.model_place + 1);
      auto& price = price_of[cell.model_place];
      if (!price) price = prices_.find(cell.model);
      return add_cell(cell, *price, *sums[place]);
    });
  }

  void write(UsageReport& report) const {
    Sums all;
    for (std::size_t i = 0; i < series_.size(); ++i) {
      UsageSeries& series = report.series.emplace_back();
      series.group = groups_.names()[i];
      Sums total;
      for (const auto& [start, sums] : series_[i]) {
        total.add(sums);
        UsagePoint& point = series.points.emplace_back();
        static_cast<UsageSums&>(point) = sums.view();
        point.time = time_of(start);
      }
      series.total = total.view();
      all.add(total);
    }
    report.total = all.view();
  }

 private:
  static Status add_cell(const EncodedCell& cell, const ModelPrice* price, Sums& sums) {
    const std::uint64_t input = sums.cell.input_tokens;
    const std::uint64_t output = sums.cell.output_tokens;
    const std::uint64_t cached = sums.cell.cached_tokens;
    if (!cell.add_to(sums.cell)) {
      return Error{ErrorCode::Internal,
                   "The usage database holds a roll-up that this program cannot read.",
                   {},
                   {},
                   {}};
    }
    if (price != nullptr) {
      sums.cost += cost_usd(*price, sums.cell.input_tokens - input, sums.cell.output_tokens - output,
                            sums.cell.cached_tokens - cached);
    }
    return Status::success();
  }

  const PriceTable& prices_;
  const Groups& groups_;
  std::vector<std::map<std::int64_t, Sums>> series_;
};

Error refuse(const char* field, const std::string& finding) {
  return Error{ErrorCode::BadRequest, std::string(field) + ' ' + finding, {}, field, {}};
}

}  // namespace

Result<GatheredRollups> gather_rollups(UsageStore& store, const UsageWriter& writer, UsageStep step, Cut cut,
                                       std::int64_t from, std::int64_t to) {
  for (int tries = 1;; ++tries) {
    GatheredRollups found;
    const std::uint64_t before = writer.generation();
    GEMINATE_CHECK_OK(store.rollups(step, cut, from, to, [&](std::int64_t start, std::string_view bytes) {
      found.parts.emplace_back(start, bytes);
      return Status::success();
    }));
    found.saved = found.parts.size();
    auto live = writer.live(cut);
    if (live.generation != before && tries < kTries) continue;
    for (auto& [minute, bytes] : live.minutes) {
      const std::int64_t start = begin_of_step(step, minute);
      if (start >= from && start < to) found.parts.emplace_back(start, std::move(bytes));
    }
    return found;
  }
}

Result<UsageReport> usage_report(UsageStore& store, const UsageWriter& writer, const PriceTable& prices,
                                 const SeriesQuery& query) {
  SeriesQuery whole = query;
  whole.from = time_of(begin_of_step(query.step, ms_of(query.from)));
  if (whole.to <= whole.from) return refuse("to", "must be later than from");
  const bool by_id = whole.group_by == UsageGroup::Token || whole.group_by == UsageGroup::Key;
  if (whole.id && !by_id) return refuse("id", "needs group_by token or key");
  if ((ms_of(whole.to) - ms_of(whole.from)) / length_of(whole.step) > kMostPoints)
    return refuse("step", "is too short for this time: " + std::to_string(kMostPoints) + " points at most");
  GEMINATE_TRY(const GatheredRollups found, gather_rollups(store, writer, whole.step, cut_for(whole.group_by),
                                                           ms_of(whole.from), ms_of(whole.to)));
  Groups groups(whole.group_by, whole.id);
  for (const auto& [start, bytes] : found.parts) {
    GEMINATE_CHECK_OK(read_rollup(bytes, [&groups](const EncodedCell& cell) {
      groups.count(cell);
      return Status::success();
    }));
  }
  groups.choose();
  Report sums(prices, groups);
  for (const auto& [start, bytes] : found.parts) GEMINATE_CHECK_OK(sums.add(start, bytes));
  UsageReport report;
  report.from = whole.from;
  report.to = whole.to;
  report.step = whole.step;
  report.group_by = whole.group_by;
  sums.write(report);
  return report;
}

}  // namespace geminate::usage
