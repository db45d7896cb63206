#include "backend/observe/metrics.h"

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <mutex>
#include <sstream>
#include <utility>

namespace geminate::observe {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

template <class Cells>
using CellsOf = Cells WorkerMetrics::*;

MetricFamily family(const char* name, const char* help, MetricType type) { return {name, help, type, {}}; }

ClientMetric counted(std::uint64_t value, std::vector<ClientMetric::Label> labels) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.counter.value = static_cast<double>(value);
  return metric;
}

template <class Label>
std::string label_text(std::size_t index) {
  if constexpr (NamedEnum<Label>) {
    return std::string(name_of(static_cast<Label>(index)));
  } else {
    return std::string(kLabelNames<Label>[index]);
  }
}

}  // namespace

void HistogramCells::observe(std::chrono::nanoseconds duration) {
  const double seconds = std::chrono::duration<double>(duration).count();
  const auto bucket = std::lower_bound(kSecondsBuckets.begin(), kSecondsBuckets.end(), seconds);
  buckets[static_cast<std::size_t>(bucket - kSecondsBuckets.begin())].fetch_add(1, std::memory_order_relaxed);
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  sum_microseconds.fetch_add(static_cast<std::uint64_t>(std::max<std::int64_t>(0, microseconds)),
                             std::memory_order_relaxed);
}

struct Metrics::Gauges {
  std::mutex mutex;
  std::array<std::function<std::vector<GaugeSample>()>, static_cast<std::size_t>(Gauge::Count)> callbacks;
};

/// Adds the workers' blocks up. Counting goes on meanwhile: the sums are each right for some moment of the
/// call.
class MetricsCollector final : public prometheus::Collectable {
 public:
  explicit MetricsCollector(const Metrics& metrics) : metrics_(metrics) {}
  std::vector<MetricFamily> Collect() const override;

 private:
  /// Sum over all blocks of the cell that `pick` finds in one.
  template <class Pick>
  std::uint64_t sum(Pick pick) const {
    std::uint64_t total = 0;
    for (const auto& block : metrics_.blocks_) total += pick(*block).load(std::memory_order_relaxed);
    return total;
  }

  template <class Pick>
  ClientMetric histogram(Pick pick, ClientMetric::Label label) const {
    ClientMetric metric;
    metric.label = {std::move(label)};
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < kSecondsBuckets.size(); ++i) {
      count += sum([&](auto& block) -> auto& { return pick(block).buckets[i]; });
      metric.histogram.bucket.push_back({count, kSecondsBuckets[i]});
    }
    count += sum([&](auto& block) -> auto& { return pick(block).buckets.back(); });
    metric.histogram.sample_count = count;
    metric.histogram.sample_sum =
        static_cast<double>(sum([&](auto& block) -> auto& { return pick(block).sum_microseconds; })) / 1e6;
    return metric;
  }

  MetricFamily gauge(Gauge gauge, const char* name, const char* help, std::string_view label) const {
    MetricFamily result = family(name, help, MetricType::Gauge);
    const std::lock_guard lock(metrics_.gauges_->mutex);
    const auto& callback = metrics_.gauges_->callbacks[static_cast<std::size_t>(gauge)];
    if (!callback) return result;
    for (auto& sample : callback()) {
      ClientMetric metric;
      if (!label.empty()) metric.label = {{std::string(label), std::move(sample.label)}};
      metric.gauge.value = sample.value;
      result.metric.push_back(std::move(metric));
    }
    return result;
  }

  const Metrics& metrics_;
};

std::vector<MetricFamily> MetricsCollector::Collect() const {
  std::vector<MetricFamily> families;
#define COUNTER0(id, name, help)                               \
  families.push_back(family(name, help, MetricType::Counter)); \
  families.back().metric.push_back(                            \
      counted(sum([](auto& block) -> auto& { return block.id##_cells[0]; }), {}));
#define COUNTER1(id, name, help, label, Label)                                                               \
  families.push_back(family(name, help, MetricType::Counter));                                               \
  for (std::size_t i = 0; i < kLabelCount<Label>; ++i) {                                                     \
    families.back().metric.push_back(counted(sum([i](auto& block) -> auto& { return block.id##_cells[i]; }), \
                                             {{label, label_text<Label>(i)}}));                              \
  }
#define COUNTER2(id, name, help, label1, Label1, label2, Label2)                                             \
  families.push_back(family(name, help, MetricType::Counter));                                               \
  for (std::size_t i = 0; i < kLabelCount<Label1> * kLabelCount<Label2>; ++i) {                              \
    families.back().metric.push_back(counted(sum([i](auto& block) -> auto& { return block.id##_cells[i]; }), \
                                             {{label1, label_text<Label1>(i / kLabelCount<Label2>)},         \
                                              {label2, label_text<Label2>(i % kLabelCount<Label2>)}}));      \
  }
#define HISTOGRAM(id, name, help, label, Label)                                                           \
  families.push_back(family(name, help, MetricType::Histogram));                                          \
  for (std::size_t i = 0; i < kLabelCount<Label>; ++i) {                                                  \
    families.back().metric.push_back(histogram([i](auto& block) -> auto& { return block.id##_cells[i]; }, \
                                               {label, label_text<Label>(i)}));                           \
  }
#define GAUGE(id, name, help, label) families.push_back(gauge(Gauge::id, name, help, label));
#include "backend/observe/metrics.def"
#undef COUNTER0
#undef COUNTER1
#undef COUNTER2
#undef HISTOGRAM
#undef GAUGE
  return families;
}

Metrics::Metrics(unsigned workers) : gauges_(std::make_unique<Gauges>()) {
  for (unsigned i = 0; i <= workers; ++i) blocks_.push_back(std::make_unique<WorkerMetrics>());
}

Metrics::~Metrics() = default;

void Metrics::bind(Gauge gauge, std::function<std::vector<GaugeSample>()> callback) {
  const std::lock_guard lock(gauges_->mutex);
  gauges_->callbacks[static_cast<std::size_t>(gauge)] = std::move(callback);
}

std::string Metrics::render() const {
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, MetricsCollector(*this).Collect());
  return text.str();
}

}  // namespace geminate::observe
