#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/core/describe.h"
#include "shared/core/time.h"

namespace geminate {

/// What happened to a key: what upstream's answers said about it, in the order of the verdicts, then what an
/// admin or the clock did.
enum class KeyEventKind : std::uint8_t {
  Recovered,
  Dead,
  Suspect,
  Limited,
  NoQuotaForModel,
  WrongOwner,
  ClientFault,
  UpstreamFault,
  Egress,
  Added,
  Enabled,
  Disabled,
  Replaced,
  Expired,
  Deleted
};

/// What a check of a key proved.
enum class CheckVerdict : std::uint8_t { Valid, Dead, Suspect, Limited, Unknown };

enum class CheckState : std::uint8_t { Running, Done, Cancelled };

/// Why keys are checked.
enum class CheckOrigin : std::uint8_t { Admin, Added };

template <>
struct EnumNames<KeyEventKind> {
  static constexpr std::array<std::pair<KeyEventKind, std::string_view>, 15> kNames = {
      {{KeyEventKind::Recovered, "recovered"},
       {KeyEventKind::Dead, "dead"},
       {KeyEventKind::Suspect, "suspect"},
       {KeyEventKind::Limited, "limited"},
       {KeyEventKind::NoQuotaForModel, "no_quota_for_model"},
       {KeyEventKind::WrongOwner, "wrong_owner"},
       {KeyEventKind::ClientFault, "client_fault"},
       {KeyEventKind::UpstreamFault, "upstream_fault"},
       {KeyEventKind::Egress, "egress"},
       {KeyEventKind::Added, "added"},
       {KeyEventKind::Enabled, "enabled"},
       {KeyEventKind::Disabled, "disabled"},
       {KeyEventKind::Replaced, "replaced"},
       {KeyEventKind::Expired, "expired"},
       {KeyEventKind::Deleted, "deleted"}}};
};
template <>
struct EnumNames<CheckVerdict> {
  static constexpr std::array<std::pair<CheckVerdict, std::string_view>, 5> kNames = {
      {{CheckVerdict::Valid, "valid"},
       {CheckVerdict::Dead, "dead"},
       {CheckVerdict::Suspect, "suspect"},
       {CheckVerdict::Limited, "limited"},
       {CheckVerdict::Unknown, "unknown"}}};
};
template <>
struct EnumNames<CheckState> {
  static constexpr std::array<std::pair<CheckState, std::string_view>, 3> kNames = {
      {{CheckState::Running, "running"}, {CheckState::Done, "done"}, {CheckState::Cancelled, "cancelled"}}};
};
template <>
struct EnumNames<CheckOrigin> {
  static constexpr std::array<std::pair<CheckOrigin, std::string_view>, 2> kNames = {
      {{CheckOrigin::Admin, "admin"}, {CheckOrigin::Added, "added"}}};
};

/// One line of a key's history, with what it can be shown by. Texts are empty where there is nothing to say.
struct KeyEventView {
  std::int64_t id = 0;
  std::int64_t key_id = 0;
  Timestamp at{};
  KeyEventKind kind = KeyEventKind::Recovered;
  std::string model;
  std::string quota;
  std::string reason;
  std::optional<Timestamp> until;
  std::string request_id;
  std::optional<std::int32_t> http_status;
  std::string excerpt;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("id", self.id, "Counts all events; later ones have higher numbers.");
    field("key_id", self.key_id, "The key it happened to; 0: to many at once, as the reason says.");
    field("at", self.at, "When.");
    field("kind", self.kind, "What happened.");
    field("model", self.model, "The model that was asked for; empty where none was.");
    field("quota", self.quota, "Google's name of the quota that is spent.");
    field("reason", self.reason, "Why, in words.");
    field("until", self.until, "When what rests now is tried again.");
    field("request_id", self.request_id, "The request that found it out.");
    field("http_status", self.http_status, "What upstream answered with.");
    field("excerpt", self.excerpt, "The beginning of what upstream said, without secrets.");
  }
};

/// Query of keys/history and events.
struct KeyEventQuery {
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> before;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("limit", self.limit, "So many at most.");
    field("before", self.before, "The next_before of the page before.");
  }
};

/// Answer of keys/history and events: newest first.
struct KeyEventPage {
  std::vector<KeyEventView> events;
  std::optional<std::int64_t> next_before;
  std::int64_t dropped = 0;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("events", self.events, "The events, newest first.");
    field("next_before", self.next_before, "The value of `before` that the next page begins with.");
    field("dropped", self.dropped, "Events that were not kept since the start, as too many came at once.");
  }
};

/// Body of keys/checks: either `ids` or `all`.
struct KeyCheckRequest {
  std::optional<std::vector<std::int64_t>> ids;
  std::optional<bool> all;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("ids", self.ids, "The keys to check.");
    field("all", self.all, "Whether to check every key instead.");
  }
};

/// What the check of one key proved.
struct KeyCheckResultView {
  std::int64_t key_id = 0;
  CheckVerdict verdict = CheckVerdict::Unknown;
  std::optional<std::int32_t> http_status;
  std::string reason;
  Timestamp at{};

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("key_id", self.key_id, "The key that was checked.");
    field("verdict", self.verdict, "What the check proved; unknown: nothing.");
    field("http_status", self.http_status, "What upstream answered with; null: it did not answer.");
    field("reason", self.reason, "Why, in words.");
    field("at", self.at, "When it was known.");
  }
};

/// The check of one key or many, and how far it is.
struct KeyCheckJob {
  std::int64_t id = 0;
  CheckOrigin origin = CheckOrigin::Admin;
  CheckState state = CheckState::Running;
  std::int64_t total = 0;
  std::int64_t done = 0;
  std::int64_t valid = 0;
  std::int64_t dead = 0;
  std::int64_t suspect = 0;
  std::int64_t limited = 0;
  std::int64_t unknown = 0;
  Timestamp started_at{};
  std::optional<Timestamp> finished_at;
  std::vector<KeyCheckResultView> results;
  std::int64_t results_left_out = 0;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("id", self.id, "The check's number; stands in URLs.");
    field("origin", self.origin, "Who asked for it: an admin, or the adding of keys.");
    field("state", self.state, "Whether it goes on.");
    field("total", self.total, "Keys to check.");
    field("done", self.done, "Keys checked so far.");
    field("valid", self.valid, "Keys that upstream accepted.");
    field("dead", self.dead, "Keys that are invalid, suspended or leaked.");
    field("suspect", self.suspect, "Keys that upstream refused for another reason.");
    field("limited", self.limited, "Keys that upstream knows, but has no quota for now.");
    field("unknown", self.unknown, "Keys about which the check proved nothing.");
    field("started_at", self.started_at, "When it began.");
    field("finished_at", self.finished_at, "When it ended.");
    field("results", self.results,
          "What was found, at most 1000 of them; those that are not valid go first.");
    field("results_left_out", self.results_left_out, "Results that are counted above, but not listed.");
  }
};

/// Answer of keys/checks: the latest checks, newest first, without their results.
struct KeyCheckJobs {
  std::vector<KeyCheckJob> checks;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("checks", self.checks, "The latest checks, newest first, without their results.");
  }
};

/// What the live feed tells about a request that has ended.
struct RequestSummary {
  std::string request_id;
  Timestamp at{};
  std::int64_t token_id = 0;
  std::optional<std::int64_t> key_id;
  std::string model;
  std::string dialect;
  std::int32_t status = 0;
  std::string outcome;
  std::int32_t attempts = 0;
  std::int64_t duration_ms = 0;
  std::optional<std::int64_t> ttft_ms;
  std::optional<std::int64_t> input_tokens;
  std::optional<std::int64_t> output_tokens;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("request_id", self.request_id, "The x-request-id of its answer.");
    field("at", self.at, "When it ended.");
    field("token_id", self.token_id, "The client token it came with.");
    field("key_id", self.key_id, "The key that was tried last; null: none was.");
    field("model", self.model, "The model it asked for.");
    field("dialect", self.dialect, "The client surface it came by.");
    field("status", self.status, "The status that was answered.");
    field("outcome", self.outcome, "How it ended, in a word.");
    field("attempts", self.attempts, "How many times upstream was asked.");
    field("duration_ms", self.duration_ms, "From its last byte to the answer's last, in milliseconds.");
    field("ttft_ms", self.ttft_ms, "From its last byte to the answer's first, in milliseconds.");
    field("input_tokens", self.input_tokens, "Tokens in, as upstream counted; null: it did not say.");
    field("output_tokens", self.output_tokens, "Tokens out, as upstream counted; null: it did not say.");
  }
};

}  // namespace geminate
