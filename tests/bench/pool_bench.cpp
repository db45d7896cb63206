// geminate-pool-bench: what the choice of a key costs at 100,000 keys. Prints figures and asserts nothing.
//
// Times are of single calls, read from the steady clock; the clock's own cost (the median of two readings in
// a row) is taken off. Of each percentile the median over the rounds counts, so that what else the machine
// does in one round does not. Between the calls that are measured nothing waits: cache misses are in the
// figures, as in a server that does other things between two requests they would be.

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/pool_stand.h"

namespace geminate::bench {
namespace {

using Clock = std::chrono::steady_clock;

double nanoseconds(Clock::duration time) {
  return static_cast<double>(std::chrono::duration_cast<std::chrono::nanoseconds>(time).count());
}

double percentile(std::vector<double>& values, double share) {
  const auto rank = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(rank), values.end());
  return values[rank];
}

double median(std::vector<double> values) { return percentile(values, 0.5); }

double clock_cost() {
  std::vector<double> costs;
  for (int i = 0; i < 100'000; ++i) {
    const auto first = Clock::now();
    costs.push_back(nanoseconds(Clock::now() - first));
  }
  return median(std::move(costs));
}

/// Percentiles of single calls, each the median over the rounds.
struct Times {
  std::vector<double> p50, p99, p999;

  void add(std::vector<double>& round) {
    p50.push_back(percentile(round, 0.5));
    p99.push_back(percentile(round, 0.99));
    p999.push_back(percentile(round, 0.999));
  }
  void print(const char* what) const {
    std::printf("  %-34s %9.0f %9.0f %9.0f   best round %.0f %.0f %.0f\n", what, median(p50), median(p99),
                median(p999), *std::min_element(p50.begin(), p50.end()),
                *std::min_element(p99.begin(), p99.end()), *std::min_element(p999.begin(), p999.end()));
  }
};

struct Pace {
  int rounds = 15;
  std::size_t calls = 100'000;
  /// A round ends after this, however many calls it had by then: a slow pool is to be measured, not waited
  /// for.
  std::chrono::milliseconds longest{500};
};

/// Conversations in flight; 0 as affinity is a request on its own.
constexpr std::uint64_t kConversations = 10'000;

/// Acquires and settles with 64 leases in flight, as on a busy worker. Whether the pool served every one.
bool time_calls(PoolStand& stand, const Pace& pace, bool with_affinity, double clock) {
  constexpr std::size_t kInFlight = 64;
  std::vector<keys::KeyLease> flights(kInFlight);
  Times both, acquire, settle;
  std::uint64_t number = 0;
  for (int round = 0; round < pace.rounds; ++round) {
    std::vector<double> boths, acquires, settles;
    const auto round_end = Clock::now() + pace.longest;
    for (std::size_t i = 0; i < pace.calls && Clock::now() < round_end; ++i) {
      const Now now = stand.tick();
      const std::uint64_t affinity =
          with_affinity ? 1 + ++number * 0x9E3779B97F4A7C15ULL % kConversations : 0;
      const keys::Demand demand{kModel, 100, {}, affinity, std::nullopt};
      keys::KeyLease& oldest = flights[i % kInFlight];
      const auto begin = Clock::now();
      oldest.settle(120, now);
      const auto settled = Clock::now();
      auto lease = stand.pool().acquire(demand, now);
      const auto end = Clock::now();
      if (!lease.ok()) return false;
      oldest = std::move(lease).value();
      settles.push_back(nanoseconds(settled - begin) - clock);
      acquires.push_back(nanoseconds(end - settled) - clock);
      boths.push_back(nanoseconds(end - begin) - 2 * clock);
    }
    both.add(boths);
    acquire.add(acquires);
    settle.add(settles);
  }
  acquire.print("acquire");
  settle.print("settle");
  both.print("acquire + settle");
  return true;
}

void time_refusals(PoolStand& stand, const Pace& pace, double clock) {
  Times times;
  for (int round = 0; round < pace.rounds; ++round) {
    std::vector<double> refusals;
    const auto round_end = Clock::now() + pace.longest;
    for (int i = 0; i < 1000 && Clock::now() < round_end; ++i) {
      const Now now = stand.tick();
      const auto begin = Clock::now();
      const auto lease = stand.pool().acquire({kModel, 100, {}, 0, std::nullopt}, now);
      const auto end = Clock::now();
      if (lease.ok()) {
        std::printf("  a pool whose keys all rest gave a key\n");
        return;
      }
      refusals.push_back(nanoseconds(end - begin) - clock);
    }
    times.add(refusals);
  }
  times.print("refusal (bar: 2,000,000)");
}

/// So many threads repeat `step` for `length`; steps a second of all together.
double rate_of(int threads, std::chrono::milliseconds length,
               const std::function<void(int, std::atomic<bool>&, std::uint64_t&)>& work) {
  std::atomic<bool> ends{false};
  std::vector<std::uint64_t> counts(static_cast<std::size_t>(threads) * 8);
  std::vector<std::thread> crew;
  const auto begin = Clock::now();
  for (int i = 0; i < threads; ++i) {
    crew.emplace_back([&, i] { work(i, ends, counts[static_cast<std::size_t>(i) * 8]); });
  }
  std::this_thread::sleep_for(length);
  ends.store(true);
  for (std::thread& each : crew) each.join();
  std::uint64_t sum = 0;
  for (const std::uint64_t count : counts) sum += count;
  return static_cast<double>(sum) / (nanoseconds(Clock::now() - begin) / 1e9);
}

double pool_rate(PoolStand& stand, int threads, std::chrono::milliseconds length) {
  const Now start = stand.tick();
  return rate_of(threads, length, [&](int, std::atomic<bool>& ends, std::uint64_t& count) {
    Now now = start;
    while (!ends.load(std::memory_order_relaxed)) {
      now.steady += std::chrono::microseconds{20};
      auto lease = stand.pool().acquire({kModel, 100, {}, 0, std::nullopt}, now);
      if (!lease.ok()) return;
      lease->settle(120, now);
      ++count;
    }
  });
}

/// As much as a key may take.
struct alignas(256) Cell {
  std::atomic<std::int64_t> value{0};
};

/// What the memory bus lets through at most: two atomic increments a step, as taking and giving back are,
/// each in the cache line of a random one of as many keys.
double bus_rate(std::vector<Cell>& cells, int threads, std::chrono::milliseconds length) {
  return rate_of(threads, length, [&](int thread, std::atomic<bool>& ends, std::uint64_t& count) {
    std::uint64_t random = static_cast<std::uint64_t>(thread) * 0x9E3779B97F4A7C15ULL + 1;
    while (!ends.load(std::memory_order_relaxed)) {
      random = random * 6364136223846793005ULL + 1442695040888963407ULL;
      Cell& cell = cells[(random >> 33) % cells.size()];
      cell.value.fetch_add(100, std::memory_order_relaxed);
      cell.value.fetch_sub(100, std::memory_order_relaxed);
      ++count;
    }
  });
}

void compare_threads(PoolStand& stand, const Pace& pace) {
  constexpr std::chrono::milliseconds kLength{200};
  std::vector<Cell> cells(stand.shape().keys);
  double pool_alone = 0, bus_alone = 0;
  std::printf("  %-8s %16s %16s %10s %14s %14s\n", "threads", "pool, calls/s", "bus, steps/s", "pool/bus",
              "pool vs 1", "bus vs 1");
  for (const int threads : {1, 2, 4, 8}) {
    std::vector<double> pool_rates, bus_rates, ratios;
    // Taken in turn: whatever else the machine does hits both.
    for (int round = 0; round < std::max(3, pace.rounds / 2); ++round) {
      pool_rates.push_back(pool_rate(stand, threads, kLength));
      bus_rates.push_back(bus_rate(cells, threads, kLength));
      ratios.push_back(pool_rates.back() / bus_rates.back());
    }
    const double pool = median(pool_rates), bus = median(bus_rates);
    if (threads == 1) pool_alone = pool, bus_alone = bus;
    std::printf("  %-8d %16.0f %16.0f %10.3f %14.2f %14.2f\n", threads, pool, bus, median(ratios),
                pool / pool_alone, bus / bus_alone);
  }
}

void measure(const Shape& shape, const Pace& pace, double clock) {
  std::printf("\n%zu keys in %zu projects\n", shape.keys, shape.projects());
  PoolStand stand(shape);
  std::printf("  memory a key besides its text: %.0f bytes\n", stand.bytes_per_key());
  std::printf("  %-34s %9s %9s %9s\n", "ns a call", "p50", "p99", "p99.9");
  const auto timed = [&](const char* state, bool with_affinity) {
    std::printf("  -- %s\n", state);
    if (!time_calls(stand, pace, with_affinity, clock)) std::printf("  the pool refused a request\n");
    std::fflush(stdout);
  };
  timed("no limit known", false);
  stand.teach_limits();
  timed("limits known", false);
  timed("limits known, 10,000 conversations", true);
  std::printf("  memory a key, limits known: %.0f bytes\n", stand.bytes_per_key_now());
  compare_threads(stand, pace);
  stand.rest(0.99);
  timed("99 % of the projects rest", false);
  stand.rest(1);
  std::printf("  -- all rest\n");
  time_refusals(stand, pace, clock);
  std::printf("  memory a key, all resting: %.0f bytes\n", stand.bytes_per_key_now());
}

}  // namespace
}  // namespace geminate::bench

int main(int argc, char** argv) {
  using namespace geminate::bench;
  const bool is_quick = argc > 1 && std::string(argv[1]) == "--quick";
  if (argc > 2 || (argc == 2 && !is_quick)) {
    std::fprintf(stderr, "usage: geminate-pool-bench [--quick]\n");
    return 1;
  }
  const Pace pace = is_quick ? Pace{5, 50'000, std::chrono::milliseconds{300}} : Pace{};
  const double clock = clock_cost();
  std::printf("The clock's own cost, %.0f ns, is taken off. %d rounds of %zu calls.\n", clock, pace.rounds,
              pace.calls);
  measure({100'000, 5}, pace, clock);
  measure({100'000, 1}, pace, clock);
  return 0;
}
