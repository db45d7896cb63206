#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "backend/auth/address_block.h"
#include "backend/http/http_types.h"

namespace geminate::http {

/// The proxies in front of us whose word about a client counts; nobody else's does.
class TrustedProxies {
 public:
  TrustedProxies() = default;
  explicit TrustedProxies(std::vector<auth::AddressBlock> blocks) : blocks_(std::move(blocks)) {}

  [[nodiscard]] bool contains(std::string_view address) const;
  [[nodiscard]] bool empty() const { return blocks_.empty(); }

 private:
  std::vector<auth::AddressBlock> blocks_;
};

/// Who a request comes from that a trusted proxy has passed on; `socket` is what is known without its fields.
///
/// The client is the rightmost hop of X-Forwarded-For, or of Forwarded (RFC 7239), that is no trusted proxy:
/// what stands left of it anybody may have written. The scheme is the one that this hop used (Forwarded), or
/// the last of X-Forwarded-Proto; the host that of X-Forwarded-Host or Forwarded. Each that is malformed
/// counts as not said. Most proxies write one kind of field and let the client's own of the other kind pass:
/// where both kinds are there and contradict each other, neither counts. Pure.
std::shared_ptr<const ClientOrigin> forwarded_origin(const HttpRequest& request,
                                                     const std::shared_ptr<const ClientOrigin>& socket,
                                                     const TrustedProxies& trusted);

}  // namespace geminate::http
