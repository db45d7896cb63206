#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backend/upstream/base_url.h"
#include "shared/core/result.h"
#include "shared/core/secret.h"

namespace geminate::upstream {

struct RequestField {
  std::string_view name;
  std::string_view value;
};

/// What a request to Gemini is made of.
struct GeminiRequest {
  std::string_view method;
  /// An upstream target: what upstream_target returned, or a path of our own.
  std::string_view target;
  /// The caller's header fields; what may go on goes on.
  std::span<const RequestField> fields;
  /// Left out where there is no body (GET).
  std::optional<std::uint64_t> content_length;
};

/// Writes request heads for one upstream. One thread at a time; without set_forward_headers any.
///
/// Exactly one credential leaves: `x-goog-api-key` on native paths, `Authorization: Bearer` on Google's
/// OpenAI-compatible surface. Of the caller's fields go: content-type, accept, user-agent, x-server-timeout,
/// `x-goog-*` but credentials, and the configured ones, of which those are ignored that name a credential or
/// belong to one connection.
class GeminiProtocol {
 public:
  explicit GeminiProtocol(BaseUrl base, const std::vector<std::string>& forward_headers = {});

  void set_forward_headers(const std::vector<std::string>& names);

  [[nodiscard]] const Target& target() const { return base_.target; }
  /// The base URL's path.
  [[nodiscard]] const std::string& prefix() const { return base_.prefix; }

  /// The head, with the empty line. BadRequest when a part of the request holds what no head may hold
  /// (nothing of it is sent then); Internal when the key does.
  [[nodiscard]] Result<std::string> write_head(const GeminiRequest& request, const SecretView& key) const;

  /// Whether a field of the caller goes upstream.
  [[nodiscard]] bool forwards(std::string_view name) const;

 private:
  BaseUrl base_;
  /// In lower case.
  std::vector<std::string> forward_headers_;
};

}  // namespace geminate::upstream
