#include "backend/upstream/address_gate.h"

#include <algorithm>
#include <utility>

#include "backend/upstream/special_addresses.h"
#include "shared/core/ascii.h"

namespace geminate::upstream {
namespace {

bool is_loopback(const SocketAddress& address) {
  const std::string text = address.bare_text();
  return text.starts_with("127.") || text == "::1";
}

/// Whether the configuration itself says this address.
bool is_named(const std::string& host, const SocketAddress& address) {
  if (iequals(host, "localhost")) return is_loopback(address);
  const Addresses literal = literal_address(host);
  return !literal.empty() && literal.front().bare_text() == address.bare_text();
}

}  // namespace

AddressGate::AddressGate(std::vector<auth::AddressBlock> allowed, Tell tell)
    : allowed_(std::move(allowed)), tell_(std::move(tell)) {}

std::string AddressGate::refusal(const std::string& host, const SocketAddress& address) {
  const SpecialRange* range = special_range_of(address);
  if (range == nullptr || is_named(host, address)) return {};
  const std::string text = address.bare_text();
  const bool is_allowed = std::any_of(allowed_.begin(), allowed_.end(),
                                      [&](const auth::AddressBlock& block) { return block.contains(text); });
  if (is_allowed) return {};
  std::string reason = "no address of the public Internet (";
  reason.append(range->name).append(", ").append(range->rfc).append(")");
  const std::lock_guard lock(mutex_);
  if (told_.insert(host).second && tell_) tell_(host, text, reason);
  return reason;
}

}  // namespace geminate::upstream
