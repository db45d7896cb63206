#include "backend/auth/login_throttle.h"

#include <arpa/inet.h>

#include <algorithm>

namespace geminate::auth {

std::string throttled_address(std::string_view peer) {
  constexpr std::size_t kNetworkBytes = 8;
  constexpr std::string_view kMappedPrefix("\0\0\0\0\0\0\0\0\0\0\xFF\xFF", 12);
  std::string text(peer.substr(0, 100));
  char bytes[16];
  if (inet_pton(AF_INET6, text.c_str(), bytes) != 1) return text;
  const std::string_view address(bytes, sizeof bytes);
  if (address.starts_with(kMappedPrefix)) {
    char plain[INET_ADDRSTRLEN] = {};
    inet_ntop(AF_INET, bytes + kMappedPrefix.size(), plain, sizeof plain);
    return plain;
  }
  return "net " + std::string(address.substr(0, kNetworkBytes));
}

std::optional<std::chrono::milliseconds> LoginThrottle::wait_for(std::string_view peer,
                                                                 MonotonicTime now) const {
  const auto found = peers_.find(throttled_address(peer));
  if (found == peers_.end() || found->second.blocked_until <= now) return std::nullopt;
  const auto left = found->second.blocked_until - now;
  return std::max(std::chrono::milliseconds{1}, std::chrono::duration_cast<std::chrono::milliseconds>(left));
}

bool LoginThrottle::Bucket::take(double burst, double per_second, MonotonicTime now) {
  const std::chrono::duration<double> passed = now - since;
  spent = std::max(0.0, spent - std::max(0.0, passed.count()) * per_second);
  since = now;
  if (spent > burst - 1) return false;
  spent += 1;
  return true;
}

void LoginThrottle::Bucket::give_back() { spent = std::max(0.0, spent - 1); }

LoginThrottle::Bucket& LoginThrottle::bucket_of(std::string_view name, MonotonicTime now) {
  if (names_.size() >= kMaxNames) {
    std::erase_if(names_, [&](const auto& bucket) { return now - bucket.second.since > kMemory; });
    // A storm of made-up names: the bucket over all holds them.
    if (names_.size() >= kMaxNames) names_.clear();
  }
  return names_[std::string(name)];
}

void LoginThrottle::failed(std::string_view peer, std::string_view name, MonotonicTime now) {
  const bool is_strained = !global_.take(kGlobalBurst, kGlobalPerSecond, now);
  const bool is_name_strained = !bucket_of(name, now).take(kNameBurst, kNamePerSecond, now);
  if (peers_.size() >= kMaxPeers) make_room(now);
  Peer& record = peers_[throttled_address(peer)];
  if (record.failures > 0 && now - record.last_failure > kMemory) record = {};
  if (record.failures == 0) {
    record.name = name;
    record.is_mixed = false;
  } else if (record.name != name) {
    record.is_mixed = true;
  }
  ++record.failures;
  record.last_failure = now;
  std::chrono::seconds wait{0};
  if (record.failures >= kFreeFailures) {
    constexpr int kDoublings = 5;
    const int doublings = std::min(record.failures - kFreeFailures, kDoublings);
    wait = std::min(kLongestWait, std::chrono::seconds{1LL << doublings});
  }
  if (is_strained) wait = std::max(wait, kStrainedWait);
  if (is_name_strained) wait = std::max(wait, kStrainedNameWait);
  record.blocked_until = now + wait;
}

void LoginThrottle::withdraw(std::string_view peer, std::string_view name) {
  global_.give_back();
  if (const auto bucket = names_.find(std::string(name)); bucket != names_.end()) bucket->second.give_back();
  const auto found = peers_.find(throttled_address(peer));
  if (found == peers_.end()) return;
  Peer& record = found->second;
  // Whatever made it wait was over when it was let try.
  record.blocked_until = {};
  if (--record.failures <= 0) peers_.erase(found);
}

void LoginThrottle::succeeded(std::string_view peer, std::string_view name) {
  withdraw(peer, name);
  const auto found = peers_.find(throttled_address(peer));
  if (found != peers_.end() && !found->second.is_mixed && found->second.name == name) peers_.erase(found);
}

void LoginThrottle::make_room(MonotonicTime now) {
  std::erase_if(peers_, [&](const auto& peer) { return now - peer.second.last_failure > kMemory; });
  if (peers_.size() < kMaxPeers) return;
  const auto longest_quiet = [](const auto& left, const auto& right) {
    return left.second.last_failure < right.second.last_failure;
  };
  peers_.erase(std::min_element(peers_.begin(), peers_.end(), longest_quiet));
}

}  // namespace geminate::auth
