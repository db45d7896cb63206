#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace geminate::keys {

/// What Google's error body says, as far as decisions need it. Read from JSON by upstream/google_error.
struct GoogleError {
  /// HTTP status of the answer.
  int http_status = 0;
  /// `error.status`, e.g. RESOURCE_EXHAUSTED.
  std::string status;
  std::string message;
  /// `reason` of google.rpc.ErrorInfo, e.g. API_KEY_INVALID.
  std::string reason;
  /// google.rpc.RetryInfo, or "retry in 12.5s" in the text.
  std::optional<std::chrono::milliseconds> retry_delay;
  struct Violation {
    std::string quota_id;
    std::string metric;
    std::string model;
    std::optional<std::int64_t> limit;
  };
  std::vector<Violation> violations;
  /// `consumer` of ErrorInfo's metadata, e.g. "projects/123".
  std::string consumer;
};

/// What one attempt's outcome means for its key; contract.md, "What Google answers".
enum class VerdictKind : std::uint8_t {
  /// It served; also every fault of the client's own: the key is fine.
  Fine,
  /// Invalid, suspended or leaked: disable, tell the admin, try another.
  Dead,
  /// Restriction, region or service: bench and re-check, never delete.
  Suspect,
  /// One project × model × quota is spent: cool that until `retry_after` has passed.
  Limited,
  /// The model is not in this key's tier (limit 0): exclude key × model.
  NoQuotaForModel,
  /// The file or cached content belongs to another key: nothing is wrong with this one.
  WrongOwner,
  /// The request is at fault: no retry, no blame.
  ClientFault,
  /// Google's bad day or our network: no blame; retry within the budget.
  UpstreamFault,
  /// Google refuses our address, whatever the key: nobody is blamed, everybody waits a little.
  Egress,
};

struct Verdict {
  VerdictKind kind = VerdictKind::Fine;
  /// For Limited and NoQuotaForModel: how long.
  std::chrono::milliseconds retry_after{0};
  /// Google's quota id, empty where it gave none.
  std::string quota;
  /// In words, for state_reason; holds no secret.
  std::string reason;
  /// For Limited: a 429 that named neither quota nor time. Many of them at once speak of our address.
  bool is_unexplained = false;
  /// The quotas that Google named, with their values where it gave them: limits to learn.
  std::vector<GoogleError::Violation> violations{};
  /// The project that Google says the key belongs to, "projects/123"; empty when it did not say.
  std::string consumer{};
};

/// What an attempt's outcome can be shown by later.
struct Evidence {
  std::string_view request_id{};
  int http_status = 0;
  /// The beginning of what upstream said, without secrets.
  std::string_view excerpt{};
};

/// Pure. `asks_for_resource`: whether the path names a file or cached content (a 403 or 404 then means wrong
/// owner).
Verdict judge(const GoogleError& error, bool asks_for_resource);

}  // namespace geminate::keys
