#include "backend/auth/session_table.h"

#include <algorithm>

#include "backend/crypto/encoding.h"
#include "backend/crypto/keyed_hash.h"
#include "backend/crypto/random.h"

namespace geminate::auth {
namespace {

constexpr std::size_t kSecretBytes = 32;
/// In hexadecimal.
constexpr std::size_t kSecretCharacters = 2 * kSecretBytes;

/// A positive number that a browser's numbers hold as well, and that nobody can count up to.
std::int64_t random_number() {
  std::int64_t number = 0;
  for (const char byte : crypto::random_bytes(6)) number = number << 8 | static_cast<unsigned char>(byte);
  return number + 1;
}

}  // namespace

std::string cleaned_user_agent(std::string_view text) {
  std::string clean;
  for (const char c : text.substr(0, SessionTable::kMaxUserAgent)) {
    // Browsers send ASCII; what isn't becomes a question mark.
    clean.push_back(c >= ' ' && c < '\x7F' ? c : '?');
  }
  return clean;
}

SessionTable::SessionTable() : hash_key_(crypto::random_key()) {}

Secret SessionTable::begin(std::int64_t account_id, std::string_view address, std::string_view user_agent,
                           const Now& now) {
  Secret secret(crypto::hex_encode(crypto::random_bytes(kSecretBytes)));
  Entry entry{{random_number(), account_id, now.wall, now.wall, now.wall + kIdle, std::string(address),
               cleaned_user_agent(user_agent)},
              now.steady,
              now.steady};
  const std::lock_guard lock(mutex_);
  make_room(account_id, now.steady);
  entries_[crypto::keyed_hash(hash_key_, secret.reveal())] = std::move(entry);
  return secret;
}

SessionTable::Entries::iterator SessionTable::find(std::string_view secret) {
  if (secret.size() != kSecretCharacters) return entries_.end();
  const std::string hash = crypto::keyed_hash(hash_key_, secret);
  const auto found = entries_.find(hash);
  if (found == entries_.end() || !crypto::constant_time_equal_hashes(found->first, hash))
    return entries_.end();
  return found;
}

std::optional<Session> SessionTable::check(std::string_view secret, const Now& now) {
  const std::lock_guard lock(mutex_);
  const auto found = find(secret);
  if (found == entries_.end()) return std::nullopt;
  Entry& entry = found->second;
  if (entry.has_ended(now.steady)) {
    entries_.erase(found);
    return std::nullopt;
  }
  if (now.steady > entry.seen) {
    entry.seen = now.steady;
    entry.facts.last_seen_at = now.wall;
    const auto left = std::chrono::floor<std::chrono::milliseconds>(entry.begun + kAbsolute - now.steady);
    entry.facts.ends_at = now.wall + std::min<std::chrono::milliseconds>(kIdle, left);
  }
  return entry.facts;
}

bool SessionTable::lives(std::int64_t id, const Now& now) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(entries_.begin(), entries_.end(), [&](const auto& entry) {
    return entry.second.facts.id == id && !entry.second.has_ended(now.steady);
  });
}

void SessionTable::end(std::string_view secret) {
  const std::lock_guard lock(mutex_);
  if (const auto found = find(secret); found != entries_.end()) entries_.erase(found);
}

bool SessionTable::end(std::int64_t id, std::optional<std::int64_t> of_account, const Now& now) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const auto& entry) {
    const Session& session = entry.second.facts;
    return session.id == id && (!of_account || session.account_id == *of_account);
  });
  if (found == entries_.end()) return false;
  const bool was_living = !found->second.has_ended(now.steady);
  entries_.erase(found);
  return was_living;
}

void SessionTable::end_of(std::int64_t account_id, std::optional<std::int64_t> kept) {
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [&](const auto& entry) {
    const Session& session = entry.second.facts;
    return session.account_id == account_id && session.id != kept;
  });
}

std::vector<Session> SessionTable::list(std::optional<std::int64_t> of_account, const Now& now) const {
  std::vector<Session> sessions;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [hash, entry] : entries_) {
      if (entry.has_ended(now.steady)) continue;
      if (!of_account || entry.facts.account_id == *of_account) sessions.push_back(entry.facts);
    }
  }
  std::sort(sessions.begin(), sessions.end(), [](const Session& left, const Session& right) {
    return std::pair(right.created_at, right.id) < std::pair(left.created_at, left.id);
  });
  return sessions;
}

void SessionTable::drop_quietest(std::optional<std::int64_t> of_account) {
  auto quietest = entries_.end();
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (of_account && entry->second.facts.account_id != *of_account) continue;
    if (quietest == entries_.end() || entry->second.seen < quietest->second.seen) quietest = entry;
  }
  if (quietest != entries_.end()) entries_.erase(quietest);
}

void SessionTable::make_room(std::int64_t account_id, MonotonicTime now) {
  std::erase_if(entries_, [&](const auto& entry) { return entry.second.has_ended(now); });
  const auto own = std::count_if(entries_.begin(), entries_.end(), [&](const auto& entry) {
    return entry.second.facts.account_id == account_id;
  });
  if (static_cast<std::size_t>(own) >= kMaxOfAccount) drop_quietest(account_id);
  if (entries_.size() >= kMaxSessions) drop_quietest({});
}

}  // namespace geminate::auth
