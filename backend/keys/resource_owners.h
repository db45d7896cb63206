#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "backend/keys/resource_owner_store.h"

namespace geminate::keys {

/// The key that made a thing, and its project where it names one.
struct ResourceOwner {
  std::int64_t key_id = 0;
  std::string project;
};

/// Remembers which key made a file, cached content, operation and the like: at Google they belong to its
/// project, and for anybody else's key they do not exist. Whoever knows a name may use it: names are not
/// kept apart by client token.
///
/// Holds a bounded number of names; the ones that nobody has used for longest make room. `find`, `remember`
/// and `forget` from any thread: they hold a lock for a moment and never wait for the store.
class ResourceOwners {
 public:
  static constexpr std::size_t kMostNames = 100'000;

  /// `store` outlives this; null: names are forgotten with the process.
  explicit ResourceOwners(ResourceOwnerStore* store, std::size_t most_names = kMostNames)
      : store_(store), most_names_(most_names) {}

  [[nodiscard]] std::optional<ResourceOwner> find(std::string_view name, Timestamp at) const;
  /// From now until `expires_at`. What is known already is only prolonged, and not for less than an hour.
  void remember(std::string_view name, const ResourceOwner& owner, Timestamp expires_at);
  void forget(std::string_view name);

  /// Before the first request.
  Status load(Timestamp at);
  /// Hands the store what has changed since the last call; when it fails, the next call tries again. One
  /// thread at a time.
  Status save(Timestamp at);

 private:
  using Rows = std::list<ResourceOwnerRow>;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  // With the lock held.
  void put(ResourceOwnerRow row);
  void drop(Rows::iterator place);
  void note_change(const std::string& name);

  ResourceOwnerStore* store_;
  const std::size_t most_names_;
  mutable std::mutex lock_;
  /// The one used longest ago first.
  Rows rows_;
  /// The names are those of the rows.
  std::unordered_map<std::string_view, Rows::iterator> by_name_;
  /// To be saved, or removed where they have no row any more.
  std::unordered_set<std::string, Hash, std::equal_to<>> changed_;
};

}  // namespace geminate::keys
