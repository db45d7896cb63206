// Fills a usage database, then asks it what the console asks: how long a page and a sum take, and what
// writing costs.
//
//   usage_bench <folder> [records]      (10 million; a database that is there is asked as it is)

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "backend/storage/sql_usage_store.h"
#include "backend/storage/usage_file.h"
#include "backend/usage/recorder.h"
#include "backend/usage/request_search.h"
#include "backend/usage/usage_series.h"

namespace geminate::usage {
namespace {

constexpr std::uint64_t kRecords = 10'000'000;
/// A batch of the recorder's at 1,000 requests a second.
constexpr std::size_t kBatch = 500;
/// The time that the requests are spread over.
constexpr std::int64_t kDays = 7;
constexpr std::uint64_t kTokens = 100;
constexpr std::uint64_t kKeys = 1000;
constexpr std::uint64_t kModels = 6;
const char* const kModelNames[kModels] = {"gemini-2.5-flash", "gemini-2.5-pro",       "gemini-2.5-flash-lite",
                                          "gemini-2.0-flash", "gemini-3-pro-preview", "gemini-embedding-001"};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

template <class T>
T must(Result<T> result) {
  if (result.ok()) return std::move(result).value();
  std::fprintf(stderr, "%s (%s)\n", result.error().message.c_str(), result.error().detail.c_str());
  std::exit(1);
}
void must(Status status) { (void)must(Result<Nothing>(std::move(status))); }

/// The same records each time.
class Traffic {
 public:
  Traffic(std::int64_t begin_ms, std::uint64_t records) : begin_(begin_ms), records_(records) {}

  RequestRecord next() {
    RequestRecord record;
    const auto span = static_cast<double>(kDays * 86'400'000);
    const auto into =
        static_cast<std::int64_t>(span * static_cast<double>(number_) / static_cast<double>(records_));
    record.ended = Timestamp{std::chrono::milliseconds{begin_ + into}};
    record.duration_ms = static_cast<std::uint32_t>(200 + random_() % 5000);
    record.first_byte_ms = record.duration_ms / 3;
    record.id.high =
        (static_cast<std::uint64_t>(begin_ + into - record.duration_ms) << 16) | (random_() & 0xffff);
    record.id.low = random_();
    // One token in ten thousand requests or so: rare, but in many blocks.
    record.token_id = static_cast<std::int64_t>(random_() % 10'000 == 0 ? kTokens + 1 : random_() % kTokens);
    record.key_id = static_cast<std::int64_t>(random_() % kKeys);
    record.model = ModelName(kModelNames[random_() % kModels]);
    record.route = RequestRoute::Generate;
    record.status = 200;
    record.attempts_made = 1;
    if (random_() % 50 == 0) record.status = 429;
    // One of them all.
    if (number_ == records_ / 3) record.status = 418;
    if (number_ == records_ / 2) middle_ = record.id;
    if (random_() % 20 == 0) {
      record.attempts_made = 2;
      record.attempts = {{record.key_id + 1, TriedVerdict::Limited, 429, 0, 0, 30},
                         {record.key_id, TriedVerdict::Fine, 200, 0, 30, record.duration_ms - 30}};
    }
    record.input_tokens = static_cast<std::uint32_t>(random_() % 4000);
    record.output_tokens = static_cast<std::uint32_t>(random_() % 1000);
    record.total_tokens = record.input_tokens + record.output_tokens;
    record.bytes_in = record.input_tokens * 4;
    record.bytes_out = record.output_tokens * 4;
    ++number_;
    return record;
  }
  [[nodiscard]] const RequestId& middle() const { return middle_; }

 private:
  const std::int64_t begin_;
  const std::uint64_t records_;
  std::uint64_t number_ = 0;
  std::mt19937_64 random_{7};
  RequestId middle_;
};

/// What saving batches as the recorder does costs, for each record.
void fill(UsageStore& store, Traffic& traffic, std::uint64_t records) {
  Retention keep_all;
  keep_all.requests = std::chrono::days{3650};
  keep_all.most_bytes = ~0ULL;
  UsageWriter writer(store, keep_all);
  must(writer.open());
  double cpu = 0;
  std::vector<RequestRecord> batch;
  for (std::uint64_t done = 0; done < records;) {
    batch.clear();
    for (; batch.size() < kBatch && done < records; ++done) batch.push_back(traffic.next());
    const double before = cpu_seconds();
    must(writer.take(batch));
    if (writer.rollups_are_due(batch.back().ended)) must(writer.save_rollups());
    cpu += cpu_seconds() - before;
  }
  must(writer.save_rollups());
  std::printf("writing        %6.2f us of CPU a record, %zu to a batch\n",
              cpu / static_cast<double>(records) * 1e6, kBatch);
}

/// The recorder as a server runs it, one worker handing over.
void record(const std::filesystem::path& folder, int at_once) {
  constexpr int kRecorded = 500'000;
  const int rounds = kRecorded / at_once;
  const auto store = must(storage::SqlUsageStore::open(storage::usage_file(folder / "recorder")));
  RecorderOptions options;
  Recorder recorder(*store, options, {});
  must(recorder.start());
  Traffic traffic(now().wall.time_since_epoch().count(), 1'000'000'000);
  std::vector<RequestRecord> records;
  for (int i = 0; i < at_once; ++i) {
    records.push_back(traffic.next());
    records.back().key_id %= 10;
    records.back().token_id = 1;
  }
  const double before = cpu_seconds();
  for (int round = 0; round < rounds; ++round) {
    for (const RequestRecord& one : records) recorder.worker(0).add(RequestRecord(one));
    recorder.flush();
  }
  std::printf("recorder       %6.2f us of CPU a record, handing over included, %d to a batch, %llu dropped\n",
              (cpu_seconds() - before) / (at_once * rounds) * 1e6, at_once,
              static_cast<unsigned long long>(recorder.dropped()));
}

void time(const char* what, const std::function<std::size_t()>& question) {
  using Clock = std::chrono::steady_clock;
  double worst = 0;
  double best = 1e9;
  std::size_t found = 0;
  for (int i = 0; i < 5; ++i) {
    const auto begin = Clock::now();
    found = question();
    const double ms = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
    worst = std::max(worst, ms);
    best = std::min(best, ms);
  }
  std::printf("%-38s %8.2f ms best, %8.2f ms worst of 5   (%zu)\n", what, best, worst, found);
}

void search(UsageStore& store, const RequestId& middle, std::int64_t begin_ms) {
  const auto page = [&store](const RequestFilter& filter) {
    return must(search_requests(store, filter, std::nullopt, 200)).records.size();
  };
  RequestFilter filter;
  time("page: everything", [&] { return page({}); });
  filter.token_id = 7;
  time("page: a token in every hundredth", [&] { return page(filter); });
  filter.token_id = kTokens + 1;
  time("page: a token in ten thousand", [&] { return page(filter); });
  filter.token_id = 123'456;
  time("page: a token that is not there", [&] { return page(filter); });
  filter = {};
  filter.model = "gemini-2.5-pro";
  time("page: a model", [&] { return page(filter); });
  filter.model = "no-such-model";
  time("page: a model that is not there", [&] { return page(filter); });
  filter = {};
  filter.key_id = 77;
  time("page: a key of a thousand", [&] { return page(filter); });
  filter = {};
  filter.status = 418;
  time("page: a status that was there once", [&] { return page(filter); });
  filter = {};
  filter.status = 429;
  filter.token_id = kTokens + 1;
  time("page: a rare token with a rare status", [&] { return page(filter); });
  filter = {};
  filter.least_duration_ms = 5199;
  time("page: the slowest", [&] { return page(filter); });
  filter = {};
  filter.ended_from = Timestamp{std::chrono::milliseconds{begin_ms}};
  filter.ended_before = Timestamp{std::chrono::milliseconds{begin_ms + 60'000}};
  time("page: the first minute of all", [&] { return page(filter); });
  time("a request by its id",
       [&] { return must(find_request(store, middle)) ? std::size_t{1} : std::size_t{0}; });
}

void sum_up(UsageStore& store, std::int64_t begin_ms) {
  UsageWriter writer(store, {});
  must(writer.open());
  const PriceTable prices({});
  const Timestamp begin{std::chrono::milliseconds{begin_ms}};
  const auto ask = [&](const char* what, std::chrono::hours length, UsageStep step, UsageGroup group) {
    time(what, [&] {
      const auto report = must(usage_report(store, writer, prices, {begin, begin + length, step, group}));
      return static_cast<std::size_t>(report.total.requests);
    });
  };
  const std::chrono::hours week{24 * kDays + 1};
  ask("sums: a week by hours", week, UsageStep::Hour, UsageGroup::None);
  ask("sums: a week by hours and model", week, UsageStep::Hour, UsageGroup::Model);
  ask("sums: a week by hours and status", week, UsageStep::Hour, UsageGroup::StatusClass);
  ask("sums: a week by hours and token", week, UsageStep::Hour, UsageGroup::Token);
  ask("sums: a week by hours and key", week, UsageStep::Hour, UsageGroup::Key);
  ask("sums: a week by days and key", week, UsageStep::Day, UsageGroup::Key);
  ask("sums: a day by minutes", std::chrono::hours{24}, UsageStep::Minute, UsageGroup::None);
  ask("sums: a day by minutes and model", std::chrono::hours{24}, UsageStep::Minute, UsageGroup::Model);
  ask("sums: an hour by minutes and key", std::chrono::hours{1}, UsageStep::Minute, UsageGroup::Key);
}

int run(const std::filesystem::path& folder, std::uint64_t records) {
  constexpr std::int64_t kBegin = 1'790'035'200'000;
  const auto path = storage::usage_file(folder);
  const bool is_new = !std::filesystem::exists(path);
  const auto store = must(storage::SqlUsageStore::open(path));
  Traffic traffic(kBegin, records);
  if (is_new) {
    fill(*store, traffic, records);
    for (const int at_once : {10'000, 500, 50}) record(folder, at_once);
  } else {
    for (std::uint64_t i = 0; i < records; ++i) (void)traffic.next();
  }
  std::printf("file           %6.1f bytes a record\n",
              static_cast<double>(std::filesystem::file_size(path)) / static_cast<double>(records));
  search(*store, traffic.middle(), kBegin);
  sum_up(*store, kBegin);
  return 0;
}

}  // namespace
}  // namespace geminate::usage

int main(int count, char** arguments) {
  if (count < 2) {
    std::fprintf(stderr, "usage_bench <folder> [records]\n");
    return 2;
  }
  const std::uint64_t records =
      count > 2 ? std::strtoull(arguments[2], nullptr, 10) : geminate::usage::kRecords;
  return geminate::usage::run(arguments[1], std::max<std::uint64_t>(records, 1));
}
