#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace geminate::proxy {

/// Remembers thought signatures of recent tool calls, so that clients which drop the fields they don't know
/// can still go on with Gemini 3. Each caller finds its own alone. Bounded: the oldest go first. Any thread.
class SignatureMemory {
 public:
  static constexpr std::size_t kMostBytes = 16U * 1024 * 1024;

  explicit SignatureMemory(std::size_t most_bytes = kMostBytes) : most_bytes_(most_bytes) {}

  void remember(std::int64_t caller, std::string_view call_id, std::string_view signature);
  /// Base64; empty where none is known (any more).
  [[nodiscard]] std::string find(std::int64_t caller, std::string_view call_id) const;

 private:
  using Key = std::pair<std::int64_t, std::string>;
  static std::size_t size_of(const Key& key, std::string_view signature);

  const std::size_t most_bytes_;
  mutable std::mutex mutex_;
  std::map<Key, std::string> signatures_;
  /// Oldest first.
  std::deque<Key> order_;
  std::size_t bytes_ = 0;
};

}  // namespace geminate::proxy
