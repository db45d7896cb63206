#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/core/secret.h"
#include "shared/core/time.h"

namespace geminate::auth {

/// One log-in that lives, without its secret.
struct Session {
  /// Names it in lists and URLs; says nothing about the secret.
  std::int64_t id = 0;
  std::int64_t account_id = 0;
  Timestamp created_at{};
  Timestamp last_seen_at{};
  /// If it is not used any more.
  Timestamp ends_at{};
  std::string address;
  std::string user_agent;
};

/// Log-ins to the console: opaque random secrets of 256 bits, kept hashed under a key of this process, 30
/// minutes idle and 12 hours at most. They live in memory: a restart ends them all. Any thread.
class SessionTable {
 public:
  static constexpr std::chrono::minutes kIdle{30};
  static constexpr std::chrono::hours kAbsolute{12};
  static constexpr std::size_t kMaxSessions = 1000;
  /// An account with more loses the one that was quiet longest, not another's.
  static constexpr std::size_t kMaxOfAccount = 100;
  static constexpr std::size_t kMaxUserAgent = 200;

  SessionTable();

  /// The secret of a new one. `user_agent` as the browser sent it.
  Secret begin(std::int64_t account_id, std::string_view address, std::string_view user_agent,
               const Now& now);
  /// The living session that the secret stands for; keeps it alive.
  std::optional<Session> check(std::string_view secret, const Now& now);
  /// Whether the session of that number lives; without keeping it alive.
  [[nodiscard]] bool lives(std::int64_t id, const Now& now) const;
  void end(std::string_view secret);
  /// By its number; with `of_account` only if it is that account's. Whether it was there.
  bool end(std::int64_t id, std::optional<std::int64_t> of_account, const Now& now);
  /// All of an account's but `kept`.
  void end_of(std::int64_t account_id, std::optional<std::int64_t> kept = {});
  /// Living ones, the latest first; of one account or of all.
  [[nodiscard]] std::vector<Session> list(std::optional<std::int64_t> of_account, const Now& now) const;

 private:
  struct Entry {
    Session facts;
    MonotonicTime begun;
    MonotonicTime seen;

    [[nodiscard]] bool has_ended(MonotonicTime now) const {
      return now - seen > kIdle || now - begun > kAbsolute;
    }
  };
  using Entries = std::map<std::string, Entry, std::less<>>;

  [[nodiscard]] Entries::iterator find(std::string_view secret);
  void make_room(std::int64_t account_id, MonotonicTime now);
  void drop_quietest(std::optional<std::int64_t> of_account);

  const Secret hash_key_;
  mutable std::mutex mutex_;
  /// By keyed hash of the secret: who reads this memory cannot log in with it.
  Entries entries_;
};

/// A client's header as a list may show it: bounded, without control characters and broken UTF-8.
std::string cleaned_user_agent(std::string_view text);

}  // namespace geminate::auth
