#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace geminate::observe {

/// Collects finished lines and hands them on in batches on a thread of its own. Adding a line is a short copy
/// under a lock; the thread is woken once a batch, not once a line. Any thread may add; destroying it hands
/// on what waits.
class LineWriter {
 public:
  using Write = std::function<void(std::string_view lines)>;

  LineWriter(Write write, std::chrono::milliseconds batch, std::size_t max_waiting_bytes);
  ~LineWriter();
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  /// `line` ends with its newline. An urgent one does not wait for company.
  void add(std::string_view line, bool urgent);
  /// Returns when all that was added before has been written.
  void flush();
  [[nodiscard]] std::uint64_t dropped() const;

 private:
  void run();

  const Write write_;
  const std::chrono::milliseconds batch_;
  const std::size_t max_waiting_bytes_;
  mutable std::mutex mutex_;
  std::condition_variable added_;
  std::condition_variable written_;
  std::string waiting_;
  std::uint64_t added_bytes_ = 0;
  std::uint64_t written_bytes_ = 0;
  std::uint64_t dropped_ = 0;
  bool urgent_ = false;
  bool stopped_ = false;
  std::thread thread_;
};

/// Writes all of it to standard error, whatever that takes.
void write_to_standard_error(std::string_view lines);

}  // namespace geminate::observe
