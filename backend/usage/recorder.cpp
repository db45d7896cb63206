#include "backend/usage/recorder.h"

#include <iterator>
#include <utility>

namespace geminate::usage {
namespace {

/// How long the thread sleeps where nothing happens: old rows go then, too.
constexpr std::chrono::minutes kIdle{10};
constexpr std::chrono::minutes kRollupsAreDue{5};
constexpr std::chrono::minutes kHouseEvery{1};
/// Removing goes on in the next round, so that records never wait for it long.
constexpr int kTrimsAtOnce = 8;

}  // namespace

void RecorderSlot::add(RequestRecord&& record) {
  {
    const std::lock_guard lock(mutex_);
    if (records_.size() >= recorder_.options_.waiting_records) {
      recorder_.dropped_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    records_.push_back(std::move(record));
  }
  // The writer says that it sleeps before it looks into the slots a last time, so one of both sees the other.
  if (recorder_.asleep_.load()) recorder_.wake();
}

Recorder::Recorder(UsageStore& store, const RecorderOptions& options,
                   std::function<void(const Error*)> on_fault)
    : options_(options), on_fault_(std::move(on_fault)), writer_(store, options.retention) {
  for (unsigned i = 0; i < options_.workers; ++i) slots_.push_back(std::make_unique<RecorderSlot>(*this));
}

Recorder::~Recorder() { stop(); }

Status Recorder::start() {
  GEMINATE_CHECK_OK(writer_.open());
  thread_ = std::thread([this] { run(); });
  return Status::success();
}

void Recorder::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  flushed_.notify_all();
}

void Recorder::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  wake_.notify_all();
}

void Recorder::flush() {
  std::unique_lock lock(mutex_);
  if (stopping_ || !thread_.joinable()) return;
  const std::uint64_t mine = ++flushes_wanted_;
  wake_.notify_all();
  flushed_.wait(lock, [&] { return stopping_ || flushes_done_ >= mine; });
}

bool Recorder::something_waits() {
  for (const auto& slot : slots_) {
    const std::lock_guard lock(slot->mutex_);
    if (!slot->records_.empty()) return true;
  }
  return false;
}

bool Recorder::wait() {
  std::unique_lock lock(mutex_);
  const auto is_called = [this] { return stopping_ || flushes_wanted_ != flushes_done_; };
  if (idle_ && !is_called()) {
    asleep_.store(true);
    lock.unlock();
    const bool something = something_waits();
    const auto longest =
        writer_.has_live() ? std::chrono::milliseconds(kRollupsAreDue) : std::chrono::milliseconds(kIdle);
    lock.lock();
    if (!something) wake_.wait_for(lock, longest, [&] { return woken_ || is_called(); });
    asleep_.store(false);
    woken_ = false;
  }
  wake_.wait_for(lock, options_.batch_every, is_called);
  return !stopping_;
}

void Recorder::collect() {
  for (const auto& slot : slots_) {
    {
      const std::lock_guard lock(slot->mutex_);
      spare_.swap(slot->records_);
    }
    if (pending_.size() + spare_.size() > options_.waiting_records * slots_.size() && failing_) {
      dropped_.fetch_add(spare_.size(), std::memory_order_relaxed);
    } else {
      pending_.insert(pending_.end(), std::make_move_iterator(spare_.begin()),
                      std::make_move_iterator(spare_.end()));
    }
    spare_.clear();
  }
}

void Recorder::note(const Status& status) {
  if (!status.ok() == failing_) return;
  failing_ = !status.ok();
  if (on_fault_) on_fault_(failing_ ? &status.error() : nullptr);
}

void Recorder::write() {
  idle_ = pending_.empty();
  if (pending_.empty()) return;
  auto taken = writer_.take(pending_);
  if (taken.ok()) pending_.clear();
  note(taken);
}

void Recorder::keep_house(Timestamp now) {
  if (writer_.rollups_are_due(now)) note(writer_.save_rollups());
  if (now - house_kept_ < kHouseEvery && now >= house_kept_) return;
  bool more = true;
  for (int i = 0; i < kTrimsAtOnce && more; ++i) {
    const auto trimmed = writer_.trim(now);
    if (!trimmed.ok()) return note(trimmed.error());
    more = *trimmed;
  }
  if (!more) house_kept_ = now;
}

void Recorder::run() {
  for (bool go_on = true; go_on;) {
    go_on = wait();
    std::uint64_t flushes = 0;
    {
      const std::lock_guard lock(mutex_);
      flushes = flushes_wanted_;
    }
    collect();
    write();
    keep_house(now().wall);
    if (!go_on && writer_.has_live()) note(writer_.save_rollups());
    {
      const std::lock_guard lock(mutex_);
      flushes_done_ = flushes;
    }
    flushed_.notify_all();
  }
}

}  // namespace geminate::usage
