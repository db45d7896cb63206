#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "backend/usage/usage_writer.h"

namespace geminate::usage {

class Recorder;

/// Where one worker hands its records over: a lock that is hardly ever contended, and a copy into memory that
/// is there already.
class alignas(64) RecorderSlot {
 public:
  explicit RecorderSlot(Recorder& recorder) : recorder_(recorder) {}
  /// Never waits for a disk. When the writer has fallen far behind, the record is dropped and counted.
  void add(RequestRecord&& record);

 private:
  friend class Recorder;
  Recorder& recorder_;
  std::mutex mutex_;
  std::vector<RequestRecord> records_;
};

struct RecorderOptions {
  unsigned workers = 1;
  /// So many records of each worker wait at most, and as many that the store has refused.
  std::size_t waiting_records = 32'768;
  /// How long records are gathered: with the time of one write, what a killed process loses. Below a second.
  std::chrono::milliseconds batch_every{500};
  Retention retention;
};

/// Takes records from the workers and writes them on a thread of its own, twice a second while there are any;
/// asleep otherwise. A process that is killed loses what it recorded in its last second, no more.
class Recorder {
 public:
  /// The store outlives it. `on_fault` hears, on the writer's thread, when writing begins to fail and when it
  /// works again (an empty text).
  Recorder(UsageStore& store, const RecorderOptions& options, std::function<void(const Error*)> on_fault);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// Rolls up what an earlier run left, then begins to write. Blocks until it has begun.
  Status start();
  /// Writes what there is, and ends. Records that come later are dropped.
  void stop();

  /// Worker `number`'s own.
  RecorderSlot& worker(unsigned number) { return *slots_[number]; }

  // ---- any thread
  /// Returns when everything that was recorded before is in the store, or cannot be put there. Blocks: not
  /// for workers.
  void flush();
  void set_retention(const Retention& retention) { writer_.set_retention(retention); }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }
  [[nodiscard]] const UsageWriter& writer() const { return writer_; }

 private:
  friend class RecorderSlot;

  void wake();
  void run();
  /// Waits until there is something to do. False: to end.
  bool wait();
  [[nodiscard]] bool something_waits();
  void collect();
  void write();
  void keep_house(Timestamp now);
  void note(const Status& status);

  const RecorderOptions options_;
  const std::function<void(const Error*)> on_fault_;
  UsageWriter writer_;
  std::vector<std::unique_ptr<RecorderSlot>> slots_;
  std::atomic<std::uint64_t> dropped_{0};
  /// The writer sleeps without a time to wake up at: who adds a record has to wake it.
  std::atomic<bool> asleep_{false};

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable flushed_;
  bool stopping_ = false;
  bool woken_ = false;
  std::uint64_t flushes_wanted_ = 0;
  std::uint64_t flushes_done_ = 0;

  // The writer's thread only.
  std::vector<RequestRecord> pending_;
  std::vector<RequestRecord> spare_;
  bool idle_ = true;
  bool failing_ = false;
  Timestamp house_kept_{};
  std::thread thread_;
};

}  // namespace geminate::usage
