#include "backend/auth/admin_door.h"

#include "backend/auth/account_rules.h"
#include "backend/crypto/keyed_hash.h"

namespace geminate::auth {
namespace {

/// Longer ones are not even compared; no setting's value is.
constexpr std::size_t kMaxSecret = 4096;

Error too_many(std::chrono::milliseconds wait) {
  return Error{ErrorCode::RateLimited, "too many wrong passwords; try again later", {}, {}, wait};
}

}  // namespace

AdminDoor::AdminDoor(Secret admin_secret) : admin_secret_(std::move(admin_secret)) {}

Status AdminDoor::begin_attempt(std::string_view name, std::string_view peer, const Now& now) {
  const std::lock_guard lock(mutex_);
  if (const auto wait = throttle_.wait_for(peer, now.steady)) return too_many(*wait);
  throttle_.failed(peer, folded_name(name), now.steady);
  return Status::success();
}

void AdminDoor::succeeded(std::string_view name, std::string_view peer) {
  const std::lock_guard lock(mutex_);
  throttle_.succeeded(peer, folded_name(name));
}

void AdminDoor::withdraw(std::string_view name, std::string_view peer) {
  const std::lock_guard lock(mutex_);
  throttle_.withdraw(peer, folded_name(name));
}

bool AdminDoor::is_admin_secret(std::string_view secret) const {
  return !admin_secret_.empty() && secret.size() <= kMaxSecret &&
         crypto::constant_time_equal(secret, admin_secret_.reveal());
}

Status AdminDoor::check_bearer(std::string_view secret, std::string_view peer, const Now& now) {
  const bool is_right = is_admin_secret(secret);
  const std::lock_guard lock(mutex_);
  if (const auto wait = throttle_.wait_for(peer, now.steady)) return too_many(*wait);
  if (is_right) return Status::success();
  throttle_.failed(peer, kAdminName, now.steady);
  return Error{ErrorCode::Unauthenticated, "the admin's secret is wrong", {}, {}, {}};
}

}  // namespace geminate::auth
