#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "backend/auth/address_block.h"
#include "backend/upstream/resolver.h"

namespace geminate::upstream {

/// Decides which addresses a socket may connect to, at the moment when it does: a name's addresses may change
/// at any time, and whoever answers for it (DNS) must not lead our keys into a private network.
///
/// Addresses of the public Internet are free. Of the others those are that the configuration names: the host
/// itself where it is an address, loopback for "localhost", and the listed blocks. One for the process; any
/// thread.
class AddressGate {
 public:
  /// Told once for each host: an address of it was refused, and why. Called on the refusing thread.
  using Tell = std::function<void(std::string_view host, std::string_view address, std::string_view reason)>;

  explicit AddressGate(std::vector<auth::AddressBlock> allowed = {}, Tell tell = {});

  /// Why `address`, which `host` was resolved to, may not be connected to; empty when it may.
  [[nodiscard]] std::string refusal(const std::string& host, const SocketAddress& address);

 private:
  const std::vector<auth::AddressBlock> allowed_;
  const Tell tell_;
  /// For refusals alone.
  std::mutex mutex_;
  /// Hosts come from the configuration, so that they are few.
  std::set<std::string> told_;
};

}  // namespace geminate::upstream
