#include "backend/auth/admin_session.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "backend/auth/login_throttle.h"
#include "backend/crypto/encoding.h"
#include "backend/crypto/keyed_hash.h"
#include "backend/crypto/random.h"

namespace geminate::auth {
namespace {

constexpr std::chrono::minutes kIdle{30};
constexpr std::chrono::hours kAbsolute{12};
constexpr std::size_t kMaxSessions = 1000;
constexpr std::size_t kSessionBytes = 32;
/// A session id is hexadecimal.
constexpr std::size_t kSessionCharacters = 2 * kSessionBytes;
constexpr std::size_t kMaxPassword = 4096;

struct Session {
  MonotonicTime begun;
  MonotonicTime seen;

  [[nodiscard]] bool has_ended(MonotonicTime now) const {
    return now - seen > kIdle || now - begun > kAbsolute;
  }
};

}  // namespace

struct AdminSessions::Impl {
  explicit Impl(Secret secret) : admin_secret(std::move(secret)) {}

  const Secret admin_secret;
  const Secret hash_key = crypto::random_key();
  std::mutex mutex;
  LoginThrottle throttle;
  /// By keyed hash of the id: who reads this memory cannot log in with it.
  std::map<std::string, Session, std::less<>> sessions;

  /// With the lock held.
  Status check(std::string_view password, std::string_view peer, const Now& now) {
    if (const auto wait = throttle.wait_for(peer, now.steady)) {
      return Error{ErrorCode::RateLimited, "too many wrong passwords; try again later", {}, {}, *wait};
    }
    const bool is_right = !admin_secret.empty() && password.size() <= kMaxPassword &&
                          crypto::constant_time_equal(password, admin_secret.reveal());
    if (is_right) {
      throttle.succeeded(peer);
      return Status::success();
    }
    throttle.failed(peer, now.steady);
    return Error{ErrorCode::Unauthenticated, "the password is wrong", {}, {}, {}};
  }

  void make_room(MonotonicTime now) {
    std::erase_if(sessions, [&](const auto& session) { return session.second.has_ended(now); });
    if (sessions.size() < kMaxSessions) return;
    sessions.erase(std::min_element(
        sessions.begin(), sessions.end(),
        [](const auto& left, const auto& right) { return left.second.seen < right.second.seen; }));
  }
};

AdminSessions::AdminSessions(Secret admin_secret) : impl_(std::make_unique<Impl>(std::move(admin_secret))) {}
AdminSessions::~AdminSessions() = default;

Result<Secret> AdminSessions::login(std::string_view password, std::string_view peer, const Now& now) {
  const std::lock_guard lock(impl_->mutex);
  GEMINATE_CHECK_OK(impl_->check(password, peer, now));
  impl_->make_room(now.steady);
  Secret id(crypto::hex_encode(crypto::random_bytes(kSessionBytes)));
  impl_->sessions[crypto::keyed_hash(impl_->hash_key, id.reveal())] = {now.steady, now.steady};
  return id;
}

bool AdminSessions::check_session(std::string_view session_id, const Now& now) {
  if (session_id.size() != kSessionCharacters) return false;
  const std::string hash = crypto::keyed_hash(impl_->hash_key, session_id);
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->sessions.find(hash);
  if (found == impl_->sessions.end() || !crypto::constant_time_equal_hashes(found->first, hash)) return false;
  if (found->second.has_ended(now.steady)) {
    impl_->sessions.erase(found);
    return false;
  }
  found->second.seen = std::max(found->second.seen, now.steady);
  return true;
}

Status AdminSessions::check_bearer(std::string_view secret, std::string_view peer, const Now& now) {
  const std::lock_guard lock(impl_->mutex);
  return impl_->check(secret, peer, now);
}

void AdminSessions::logout(std::string_view session_id) {
  if (session_id.size() != kSessionCharacters) return;
  const std::string hash = crypto::keyed_hash(impl_->hash_key, session_id);
  const std::lock_guard lock(impl_->mutex);
  impl_->sessions.erase(hash);
}

}  // namespace geminate::auth
