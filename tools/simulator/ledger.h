#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace geminate::simulator {

/// A request as it arrived.
struct SeenRequest {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;
  /// Its first kKeptBody bytes.
  std::string body;
  std::uint64_t body_bytes = 0;
  /// FNV-1a, 64 bits, of the whole body.
  std::uint64_t body_hash = 0;
  /// The credential it came with, whole.
  std::string key;

  /// The first header of that name (any case), or empty.
  [[nodiscard]] std::string header(std::string_view name) const;
};

struct Stats {
  std::uint64_t connections_opened = 0;
  std::uint64_t connections_open = 0;
  std::uint64_t requests = 0;
  /// Taken and not yet fully answered.
  std::uint64_t in_flight = 0;
  std::uint64_t most_in_flight = 0;
  std::uint64_t completed = 0;
  /// The client hung up before its answer was complete.
  std::uint64_t cancelled = 0;
  /// We broke off ourselves, as the script wanted.
  std::uint64_t broken_off = 0;
  std::map<std::string, std::uint64_t> requests_by_key;
  std::map<std::string, std::uint64_t> answers_by_status;
  /// What no proxy may do to Gemini, in words: a key in the URL, two credentials, hop-by-hop headers ...
  std::vector<std::string> violations;
};

/// Remembers what the simulator saw. Any thread.
class Ledger {
 public:
  static constexpr std::size_t kKeptRequests = 2000;
  static constexpr std::size_t kKeptBody = 64 * 1024;
  static constexpr std::size_t kKeptViolations = 200;

  /// How a request ended.
  enum class Ending : std::uint8_t { Completed, Cancelled, BrokenOff };

  void connection_opened();
  void connection_closed();
  void request_began(SeenRequest request, std::vector<std::string> violations);
  void answering(unsigned status);
  void request_ended(Ending ending);

  [[nodiscard]] Stats stats() const;
  [[nodiscard]] std::vector<SeenRequest> requests() const;
  /// Forgets everything but what is open or in flight.
  void reset();
  /// Waits until `wanted(stats)` holds; false when `limit` has passed before.
  bool wait_until(const std::function<bool(const Stats&)>& wanted, std::chrono::milliseconds limit) const;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  Stats stats_;
  std::deque<SeenRequest> requests_;
};

std::uint64_t fnv1a(std::string_view bytes);

}  // namespace geminate::simulator
