#include "tests/bench/pool_stand.h"

#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <unordered_set>
#include <vector>

namespace geminate::bench {
namespace {

/// Large enough that the measurement never reaches them.
constexpr std::int64_t kHighLimit = 100'000'000;

std::size_t heap() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

[[noreturn]] void stop(const std::string& what) {
  std::fprintf(stderr, "pool bench: %s\n", what.c_str());
  std::exit(1);
}

keys::Verdict limited(std::chrono::milliseconds wait) {
  keys::GoogleError error;
  error.http_status = 429;
  error.status = "RESOURCE_EXHAUSTED";
  error.retry_delay = wait;
  error.violations.push_back({"GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
                              "generativelanguage.googleapis.com/generate_content_free_tier_requests",
                              std::string(kModel), kHighLimit});
  return keys::judge(error, false);
}

}  // namespace

PoolStand::PoolStand(const Shape& shape) : shape_(shape), now_(now()) {
  fill_store();
  heap_before_ = heap();
  if (!pool_.load().ok()) stop("the pool does not load");
  heap_after_ = heap();
}

void PoolStand::fill_store() {
  std::vector<keys::UpstreamKey> rows;
  for (std::size_t i = 0; i < shape_.keys; ++i) {
    KeyDraft draft;
    // 39 characters, as Google's are.
    draft.key_string = std::to_string(i);
    draft.key_string.insert(0, "AIzaSyBenchmark" + std::string(24 - draft.key_string.size(), '-'));
    text_bytes_ += draft.key_string.size() + 1;
    if (shape_.keys_per_project > 1) draft.project = "project-" + std::to_string(i / shape_.keys_per_project);
    auto row = keys::key_from_draft(draft);
    if (!row.ok()) stop(row.error().message);
    rows.push_back(std::move(row).value());
  }
  const auto inserted = store_.insert(std::move(rows), {Caller{}, AuditAction::KeyImport});
  if (!inserted.ok()) stop(inserted.error().message);
}

Now PoolStand::tick() {
  now_.steady += std::chrono::microseconds{20};
  now_.wall = to_timestamp(std::chrono::system_clock::time_point{}) + std::chrono::hours{24 * 20'000} +
              std::chrono::duration_cast<std::chrono::milliseconds>(now_.steady.time_since_epoch());
  return now_;
}

void PoolStand::teach_limits() {
  const keys::Verdict verdict = limited(std::chrono::minutes{10});
  for (std::size_t i = 0; i < shape_.projects(); ++i) {
    auto lease = pool_.acquire({kModel, 100, {}, 0, std::nullopt}, tick());
    if (!lease.ok()) break;
    pool_.report(*lease, verdict, {"bench", 429, {}}, tick());
    lease->settle(0, tick());
  }
  now_.steady += std::chrono::minutes{11};
}

void PoolStand::rest(double share) {
  const auto wanted = static_cast<std::size_t>(share * static_cast<double>(shape_.projects()));
  const keys::Verdict verdict = limited(std::chrono::hours{1});
  for (std::size_t i = 0; share >= 1 || i < wanted; ++i) {
    auto lease = pool_.acquire({kModel, 100, {}, 0, std::nullopt}, tick());
    if (!lease.ok()) break;
    pool_.report(*lease, verdict, {"bench", 429, {}}, tick());
    lease->settle(0, tick());
  }
}

double PoolStand::bytes_per_key() const {
  return static_cast<double>(heap_after_ - heap_before_ - text_bytes_) / static_cast<double>(shape_.keys);
}

double PoolStand::bytes_per_key_now() const {
  return static_cast<double>(heap() - heap_before_ - text_bytes_) / static_cast<double>(shape_.keys);
}

}  // namespace geminate::bench
