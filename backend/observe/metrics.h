#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backend/observe/metric_labels.h"
#include "shared/dto/health.h"

namespace geminate::observe {

/// Upper bounds of the histograms' buckets, in seconds; one more bucket takes all above.
inline constexpr std::array<double, 14> kSecondsBuckets{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
                                                        1,     2.5,  5,     10,   30,  60,   300};

enum class Gauge : std::uint8_t {
#define COUNTER0(...)
#define COUNTER1(...)
#define COUNTER2(...)
#define HISTOGRAM(...)
#define GAUGE(id, ...) id,
#include "backend/observe/metrics.def"
#undef COUNTER0
#undef COUNTER1
#undef COUNTER2
#undef HISTOGRAM
#undef GAUGE
  Count
};

struct GaugeSample {
  /// Value of the gauge's label; empty where it has none.
  std::string label;
  double value = 0;
};

using CounterCell = std::atomic<std::uint64_t>;

template <class Label>
inline constexpr std::size_t kLabelCount = [] {
  if constexpr (NamedEnum<Label>) {
    return EnumNames<Label>::kNames.size();
  } else {
    return static_cast<std::size_t>(Label::Count);
  }
}();

struct HistogramCells {
  std::array<CounterCell, kSecondsBuckets.size() + 1> buckets{};
  CounterCell sum_microseconds{};

  void observe(std::chrono::nanoseconds duration);
};

/// The counters of one worker, on cache lines of their own: counting never waits for another core. Any thread
/// may count, but each worker keeps to its own block.
class alignas(64) WorkerMetrics {
 public:
#define COUNTER0(id, ...) \
  void id(std::uint64_t n = 1) { add(id##_cells[0], n); }
#define COUNTER1(id, name, help, label, Label) \
  void id(Label value, std::uint64_t n = 1) { add(id##_cells[static_cast<std::size_t>(value)], n); }
#define COUNTER2(id, name, help, label1, Label1, label2, Label2)           \
  void id(Label1 first, Label2 second, std::uint64_t n = 1) {              \
    add(id##_cells[static_cast<std::size_t>(first) * kLabelCount<Label2> + \
                   static_cast<std::size_t>(second)],                      \
        n);                                                                \
  }
#define HISTOGRAM(id, name, help, label, Label)                    \
  void id(Label value, std::chrono::nanoseconds duration) {        \
    id##_cells[static_cast<std::size_t>(value)].observe(duration); \
  }
#define GAUGE(...)
#include "backend/observe/metrics.def"
#undef COUNTER0
#undef COUNTER1
#undef COUNTER2
#undef HISTOGRAM

 private:
  friend class MetricsCollector;
  static void add(CounterCell& cell, std::uint64_t n) { cell.fetch_add(n, std::memory_order_relaxed); }

#define COUNTER0(id, ...) std::array<CounterCell, 1> id##_cells{};
#define COUNTER1(id, name, help, label, Label) std::array<CounterCell, kLabelCount<Label>> id##_cells{};
#define COUNTER2(id, name, help, label1, Label1, label2, Label2) \
  std::array<CounterCell, kLabelCount<Label1> * kLabelCount<Label2>> id##_cells{};
#define HISTOGRAM(id, name, help, label, Label) std::array<HistogramCells, kLabelCount<Label>> id##_cells{};
#include "backend/observe/metrics.def"
#undef COUNTER0
#undef COUNTER1
#undef COUNTER2
#undef HISTOGRAM
#undef GAUGE
};

/// All metrics of the process, as Prometheus reads them. What is deliberately absent: labels with values from
/// outside (models, key ids, paths), which a caller could make grow without end.
class Metrics {
 public:
  explicit Metrics(unsigned workers);
  ~Metrics();

  /// The block of worker `number`; it lives as long as this object.
  WorkerMetrics& worker(unsigned number) { return *blocks_[number]; }
  /// For threads that are no worker.
  WorkerMetrics& background() { return *blocks_.back(); }

  /// Who is asked for a gauge's values whenever metrics are rendered, on the thread that renders. Replaces;
  /// an empty one unbinds. Any thread; must not be called from within a gauge's callback.
  void bind(Gauge gauge, std::function<std::vector<GaugeSample>()> callback);

  /// The text exposition format. Any thread.
  [[nodiscard]] std::string render() const;

 private:
  friend class MetricsCollector;
  struct Gauges;
  std::vector<std::unique_ptr<WorkerMetrics>> blocks_;
  std::unique_ptr<Gauges> gauges_;
};

}  // namespace geminate::observe
