#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "backend/translate/responses.h"
#include "shared/core/time.h"

namespace geminate::proxy {

/// Keeps what /v1/responses has answered, so that clients can go on from it (previous_response_id), read and
/// delete it. Each caller finds its own alone. Bounded in bytes and in age: the oldest go first; in memory
/// only, gone with the process. Any thread.
class ResponseStore {
 public:
  static constexpr std::size_t kMostBytes = 64U * 1024 * 1024;
  /// A response that is larger is not kept, so that one conversation cannot push out all others.
  static constexpr std::size_t kMostBytesOfOne = 16U * 1024 * 1024;
  static constexpr std::chrono::hours kKeptFor{24};

  explicit ResponseStore(std::size_t most_bytes = kMostBytes, std::size_t most_bytes_of_one = kMostBytesOfOne)
      : most_bytes_(most_bytes), most_bytes_of_one_(most_bytes_of_one) {}

  using Record = std::shared_ptr<const translate::ResponseRecord>;

  void keep(std::int64_t caller, translate::ResponseRecord&& record, const Now& now);
  /// Null where there is none (any more).
  [[nodiscard]] Record find(std::int64_t caller, std::string_view id, const Now& now) const;
  /// Whether there was one.
  bool forget(std::int64_t caller, std::string_view id, const Now& now);

  /// What a request of this caller may refer to. The store outlives it.
  [[nodiscard]] translate::ResponseLookup lookup(std::int64_t caller, const Now& now) const;

 private:
  using Key = std::pair<std::int64_t, std::string>;
  struct Entry {
    Record record;
    std::size_t bytes = 0;
    MonotonicTime kept_at;
    std::list<Key>::iterator place;
  };
  using Entries = std::map<Key, Entry>;
  void drop(Entries::iterator entry);
  void drop_outdated(const Now& now);

  const std::size_t most_bytes_;
  const std::size_t most_bytes_of_one_;
  mutable std::mutex mutex_;
  Entries entries_;
  /// Oldest first.
  std::list<Key> order_;
  std::size_t bytes_ = 0;
};

}  // namespace geminate::proxy
