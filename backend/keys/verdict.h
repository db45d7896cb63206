#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/dto/health.h"

namespace geminate::keys {

/// How a call ended that got no whole answer. No key is to blame for any of these.
enum class TransportFault : std::uint8_t {
  /// No connection came about: its name, TCP or TLS failed.
  NotReached,
  TimedOut,
  /// It ended, or what came was not HTTP, before the answer was complete.
  BrokenOff,
  /// Upstream's address is none that may be connected to.
  AddressRefused,
  /// The proxy on the way was not reached, or opened no tunnel.
  ProxyFailed,
};

/// What Google's error body says, as far as decisions need it. Read from an answer by upstream/google_error.
struct GoogleError {
  /// HTTP status of the answer; for an error inside a 200 the code that stands in it.
  int http_status = 0;
  /// `error.status`, e.g. RESOURCE_EXHAUSTED.
  std::string status;
  std::string message;
  /// `reason` of google.rpc.ErrorInfo, e.g. API_KEY_INVALID.
  std::string reason;
  /// google.rpc.RetryInfo, else "retry in 12.5s" in the text, else the answer's Retry-After.
  std::optional<std::chrono::milliseconds> retry_delay;
  struct Violation {
    std::string quota_id;
    std::string metric;
    std::string model;
    std::optional<std::int64_t> limit;

    /// By its name: Google's ids hold PerDay or PerMinute.
    [[nodiscard]] bool is_of_a_day() const { return quota_id.find("PerDay") != std::string::npos; }
  };
  std::vector<Violation> violations;
  /// `consumer` of ErrorInfo's metadata or of the text, e.g. "projects/123"; never anything but a project.
  std::string consumer;
  /// A web page in place of the API's own answer: it comes from a front end, and speaks of no key.
  bool is_page = false;
  /// Such a page that says our address is refused ("automated queries").
  bool refuses_address = false;
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
  /// The way out is at fault, whatever the key: Google refuses our address, the proxy fails, or the address
  /// is
  /// none that we connect to. Nobody is blamed; who takes the same way waits a little.
  Egress,
};

/// What such a verdict makes happen to a key. The kinds of events begin with the verdicts, in their order.
constexpr KeyEventKind kind_of(VerdictKind verdict) { return static_cast<KeyEventKind>(verdict); }
static_assert(kind_of(VerdictKind::Fine) == KeyEventKind::Recovered);
static_assert(kind_of(VerdictKind::Limited) == KeyEventKind::Limited);
static_assert(kind_of(VerdictKind::Egress) == KeyEventKind::Egress);

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

/// The first row of the table (verdict_table.h, docs/VERDICTS.md) that fits. Pure. `asks_for_resource`:
/// whether the path names a file or cached content (a 403 or 404 then means wrong owner).
Verdict judge(const GoogleError& error, bool asks_for_resource);
/// The same for an attempt that got no whole answer.
Verdict judge(TransportFault fault);

}  // namespace geminate::keys
