#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shared/core/result.h"
#include "shared/core/secret.h"
#include "shared/core/time.h"

namespace geminate::proxy {

/// What the address of a resumable upload carries: for whom, and with which key, it was begun.
struct UploadTicket {
  std::int64_t token_id = 0;
  std::int64_t key_id = 0;
};

/// Google answers the start of a resumable upload with an address of its own, where the bytes are to go
/// (X-Goog-Upload-URL, https://ai.google.dev/api/files; the header x-goog-upload-* protocol). The client gets
/// ours in its place, with Google's path and query and a ticket: curl and several SDKs send no credential
/// there, because at Google the address itself is the permission. So is ours: the ticket is sealed, holds for
/// a day, for this one address and as long as the client token that began the upload may be used. It never
/// goes upstream.
///
/// The tickets themselves are the memory of which upload belongs to which key. Immutable; any thread.
class UploadTickets {
 public:
  /// `key`: 32 bytes; empty: a random one, so that no ticket outlives the process.
  explicit UploadTickets(Secret key);

  /// The address for the client, in place of upstream's (a URL or a path); `base_prefix`: GEMINI_BASE_URL's
  /// path. `origin` is "https://host:port". Empty when upstream's is no address of an upload.
  [[nodiscard]] std::string address_for_client(std::string_view upstream_address,
                                               std::string_view base_prefix, std::string_view origin,
                                               const UploadTicket& ticket, const Now& now) const;

  /// The ticket in a client's target; nothing where there is none. NotFound when it is not one of ours, was
  /// made for another address, or has ended.
  [[nodiscard]] Result<std::optional<UploadTicket>> read(std::string_view target, const Now& now) const;

 private:
  const Secret key_;
};

}  // namespace geminate::proxy
