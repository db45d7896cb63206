#include "backend/observe/line_writer.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace geminate::observe {

LineWriter::LineWriter(Write write, std::chrono::milliseconds batch, std::size_t max_waiting_bytes)
    : write_(std::move(write)),
      batch_(batch),
      max_waiting_bytes_(max_waiting_bytes),
      thread_([this] { run(); }) {}

LineWriter::~LineWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  added_.notify_all();
  thread_.join();
}

void LineWriter::add(std::string_view line, bool urgent) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() + line.size() > max_waiting_bytes_) {
      ++dropped_;
      return;
    }
    // Half full is as good a reason to hurry as an error is.
    const bool hurry = urgent || waiting_.size() + line.size() > max_waiting_bytes_ / 2;
    wake = waiting_.empty() || (hurry && !urgent_);
    urgent_ = urgent_ || hurry;
    waiting_ += line;
    added_bytes_ += line.size();
  }
  if (wake) added_.notify_one();
}

void LineWriter::flush() {
  std::unique_lock lock(mutex_);
  const std::uint64_t until = added_bytes_;
  urgent_ = true;
  added_.notify_one();
  written_.wait(lock, [&] { return written_bytes_ >= until; });
}

std::uint64_t LineWriter::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

void LineWriter::run() {
  std::string batch;
  std::unique_lock lock(mutex_);
  for (;;) {
    added_.wait(lock, [this] { return stopped_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    added_.wait_for(lock, batch_, [this] { return stopped_ || urgent_; });
    urgent_ = false;
    batch.swap(waiting_);
    lock.unlock();
    write_(batch);
    lock.lock();
    written_bytes_ += batch.size();
    batch.clear();
    written_.notify_all();
  }
}

void write_to_standard_error(std::string_view lines) {
  while (!lines.empty()) {
    const auto written = ::write(STDERR_FILENO, lines.data(), lines.size());
    if (written > 0) {
      lines.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd descriptor{STDERR_FILENO, POLLOUT, 0};
      ::poll(&descriptor, 1, -1);
    } else if (errno != EINTR) {
      return;
    }
  }
}

}  // namespace geminate::observe
