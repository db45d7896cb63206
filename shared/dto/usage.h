#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "shared/core/describe.h"
#include "shared/core/time.h"

namespace geminate {

// These enums are stored as their numbers: add at the end, never renumber.

/// How a request ended.
enum class RequestOutcome : std::uint8_t { Served, UpstreamError, Error, Cut, Deadline, ClientGone };

/// The language it was asked in.
enum class RequestDialect : std::uint8_t { Gemini, Openai, Anthropic };

/// What was asked for, as far as the path says.
enum class RequestRoute : std::uint8_t {
  Other,
  Generate,
  StreamGenerate,
  Chat,
  Embed,
  CountTokens,
  Models,
  Files,
  CachedContents
};

/// The class of an answer's status; Cut: it broke off after its head.
enum class StatusGroup : std::uint8_t {
  None,
  Informational,
  Success,
  Redirect,
  ClientError,
  ServerError,
  Cut
};

/// What an attempt's outcome said about its key.
enum class TriedVerdict : std::uint8_t {
  Fine,
  Dead,
  Suspect,
  Limited,
  NoQuotaForModel,
  WrongOwner,
  ClientFault,
  UpstreamFault,
  Egress
};

enum class UsageStep : std::uint8_t { Minute, Hour, Day };
enum class UsageGroup : std::uint8_t { None, Token, Key, Model, Dialect, StatusClass };

template <>
struct EnumNames<RequestOutcome> {
  static constexpr std::array<std::pair<RequestOutcome, std::string_view>, 6> kNames{
      {{RequestOutcome::Served, "served"},
       {RequestOutcome::UpstreamError, "upstream_error"},
       {RequestOutcome::Error, "error"},
       {RequestOutcome::Cut, "cut"},
       {RequestOutcome::Deadline, "deadline"},
       {RequestOutcome::ClientGone, "client_gone"}}};
};
template <>
struct EnumNames<RequestDialect> {
  static constexpr std::array<std::pair<RequestDialect, std::string_view>, 3> kNames{
      {{RequestDialect::Gemini, "gemini"},
       {RequestDialect::Openai, "openai"},
       {RequestDialect::Anthropic, "anthropic"}}};
};
template <>
struct EnumNames<RequestRoute> {
  static constexpr std::array<std::pair<RequestRoute, std::string_view>, 9> kNames{
      {{RequestRoute::Other, "other"},
       {RequestRoute::Generate, "generate"},
       {RequestRoute::StreamGenerate, "stream_generate"},
       {RequestRoute::Chat, "chat"},
       {RequestRoute::Embed, "embed"},
       {RequestRoute::CountTokens, "count_tokens"},
       {RequestRoute::Models, "models"},
       {RequestRoute::Files, "files"},
       {RequestRoute::CachedContents, "cached_contents"}}};
};
template <>
struct EnumNames<StatusGroup> {
  static constexpr std::array<std::pair<StatusGroup, std::string_view>, 7> kNames{
      {{StatusGroup::None, "none"},
       {StatusGroup::Informational, "1xx"},
       {StatusGroup::Success, "2xx"},
       {StatusGroup::Redirect, "3xx"},
       {StatusGroup::ClientError, "4xx"},
       {StatusGroup::ServerError, "5xx"},
       {StatusGroup::Cut, "cut"}}};
};
template <>
struct EnumNames<TriedVerdict> {
  static constexpr std::array<std::pair<TriedVerdict, std::string_view>, 9> kNames{
      {{TriedVerdict::Fine, "fine"},
       {TriedVerdict::Dead, "dead"},
       {TriedVerdict::Suspect, "suspect"},
       {TriedVerdict::Limited, "limited"},
       {TriedVerdict::NoQuotaForModel, "no_quota_for_model"},
       {TriedVerdict::WrongOwner, "wrong_owner"},
       {TriedVerdict::ClientFault, "client_fault"},
       {TriedVerdict::UpstreamFault, "upstream_fault"},
       {TriedVerdict::Egress, "egress"}}};
};
template <>
struct EnumNames<UsageStep> {
  static constexpr std::array<std::pair<UsageStep, std::string_view>, 3> kNames{
      {{UsageStep::Minute, "minute"}, {UsageStep::Hour, "hour"}, {UsageStep::Day, "day"}}};
};
template <>
struct EnumNames<UsageGroup> {
  static constexpr std::array<std::pair<UsageGroup, std::string_view>, 6> kNames{
      {{UsageGroup::None, "none"},
       {UsageGroup::Token, "token"},
       {UsageGroup::Key, "key"},
       {UsageGroup::Model, "model"},
       {UsageGroup::Dialect, "dialect"},
       {UsageGroup::StatusClass, "status"}}};
};

/// One try of a request with one key.
struct AttemptView {
  std::int64_t key_id = 0;
  TriedVerdict verdict = TriedVerdict::Fine;
  std::int32_t upstream_status = 0;
  std::int64_t waited_ms = 0;
  std::int64_t began_ms = 0;
  std::int64_t duration_ms = 0;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("key_id", self.key_id, "The upstream key that was tried.");
    field("verdict", self.verdict, "What the outcome said about the key.");
    field("upstream_status", self.upstream_status, "Upstream's status; 0: no answer.");
    field("waited_ms", self.waited_ms, "Milliseconds of waiting before it.");
    field("began_ms", self.began_ms, "Milliseconds from the request's beginning to it.");
    field("duration_ms", self.duration_ms, "How many milliseconds it took.");
  }
};

/// One request that was proxied.
struct RequestView {
  std::string request_id;
  Timestamp ended_at{};
  std::int64_t token_id = 0;
  std::int64_t key_id = 0;
  std::string model;
  RequestDialect dialect = RequestDialect::Gemini;
  RequestRoute route = RequestRoute::Other;
  std::int32_t status = 0;
  RequestOutcome outcome = RequestOutcome::Served;
  bool streamed = false;
  std::int32_t attempts_made = 0;
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
  std::int64_t cached_tokens = 0;
  std::int64_t thought_tokens = 0;
  std::int64_t total_tokens = 0;
  std::optional<double> cost_usd;
  std::optional<std::int64_t> first_byte_ms;
  std::int64_t duration_ms = 0;
  std::int64_t bytes_in = 0;
  std::int64_t bytes_out = 0;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("request_id", self.request_id, "What the client got as x-request-id.");
    field("ended_at", self.ended_at, "When the answer ended.");
    field("token_id", self.token_id,
          "The client token it came with; below zero: one of the environment's; 0: an admin, in the "
          "playground.");
    field("key_id", self.key_id, "The upstream key that was tried last; 0: none was.");
    field("model", self.model, "The model asked for.");
    field("dialect", self.dialect, "The language it was asked in.");
    field("route", self.route, "What was asked for.");
    field("status", self.status, "The status that the client got; 499: it left before there was one.");
    field("outcome", self.outcome, "How it ended.");
    field("streamed", self.streamed, "Whether the answer left in pieces.");
    field("attempts_made", self.attempts_made, "How many times upstream was asked.");
    field("input_tokens", self.input_tokens, "Tokens of the prompt, as upstream counted.");
    field("output_tokens", self.output_tokens, "Tokens generated, thinking included.");
    field("cached_tokens", self.cached_tokens, "Tokens of the prompt that came from a cache.");
    field("thought_tokens", self.thought_tokens, "Tokens of thinking.");
    field("total_tokens", self.total_tokens, "All tokens.");
    field("cost_usd", self.cost_usd,
          "What the tokens cost by the price table; null: the model has no price.");
    field("first_byte_ms", self.first_byte_ms, "Milliseconds to the answer's first byte; null: none came.");
    field("duration_ms", self.duration_ms, "Milliseconds to the answer's end.");
    field("bytes_in", self.bytes_in, "Bytes of the request's body.");
    field("bytes_out", self.bytes_out, "Bytes of the answer's body.");
  }
};

/// Answer of requests/{id}: which key, why, what else was tried.
struct RequestStory : RequestView {
  std::vector<AttemptView> attempts;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    RequestView::describe(self, field);
    field("attempts", self.attempts, "Every try, in order.");
  }
};

/// Query of requests; what is left out does not matter.
struct RequestQuery {
  std::optional<std::int64_t> token_id;
  std::optional<std::int64_t> key_id;
  std::optional<std::string> model;
  std::optional<std::int32_t> status;
  std::optional<StatusGroup> status_class;
  std::optional<RequestDialect> dialect;
  std::optional<std::int64_t> min_duration_ms;
  std::optional<std::int64_t> max_duration_ms;
  std::optional<Timestamp> from;
  std::optional<Timestamp> to;
  std::optional<std::string> request_id;
  std::optional<std::int32_t> limit;
  std::optional<std::string> cursor;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("token_id", self.token_id, "Of this client token.");
    field("key_id", self.key_id, "That this upstream key was tried for, first or last.");
    field("model", self.model, "For this model.");
    field("status", self.status, "Answered with this status.");
    field("status_class", self.status_class, "Answered with a status of this class; cut: broken off.");
    field("dialect", self.dialect, "Asked in this language.");
    field("min_duration_ms", self.min_duration_ms, "That took at least so many milliseconds.");
    field("max_duration_ms", self.max_duration_ms, "That took at most so many milliseconds.");
    field("from", self.from, "That ended at this time or later.");
    field("to", self.to, "That ended before this time.");
    field("request_id", self.request_id, "Whose x-request-id is this or begins so.");
    field("limit", self.limit, "So many at most, 1 to 200; 50 if left out.");
    field("cursor", self.cursor, "The next_cursor of the page before, with the same filters.");
  }
};

/// Query of usage.
struct UsageQuery {
  std::optional<Timestamp> from;
  std::optional<Timestamp> to;
  std::optional<UsageStep> step;
  std::optional<UsageGroup> group_by;
  std::optional<std::int64_t> id;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("from", self.from, "Where to begin; a day before the end if left out.");
    field("to", self.to, "Before when to end; now if left out.");
    field("step", self.step, "How long a point is; hour if left out. 1500 points at most.");
    field("group_by", self.group_by, "What to tell the series apart by; none if left out.");
    field("id", self.id, "Only this token or key; with group_by token or key.");
  }
};

/// Answer of requests: one page, newest first.
struct RequestPage {
  std::vector<RequestView> requests;
  std::optional<std::string> next_cursor;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("requests", self.requests, "What was found, the last to end first.");
    field("next_cursor", self.next_cursor,
          "Give it as cursor to go on; null: there is no more. A page may be short, even empty, and still go "
          "on: one answer looks at so many rows at most.");
  }
};

/// Sums over a time; percentiles are from histograms, exact to a quarter or so.
struct UsageSums {
  std::int64_t requests = 0;
  std::int64_t failures = 0;
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
  std::int64_t cached_tokens = 0;
  std::int64_t thought_tokens = 0;
  double cost_usd = 0;
  std::optional<std::int64_t> duration_p50_ms;
  std::optional<std::int64_t> duration_p95_ms;
  std::optional<std::int64_t> duration_p99_ms;
  std::optional<std::int64_t> first_byte_p50_ms;
  std::optional<std::int64_t> first_byte_p95_ms;
  std::optional<std::int64_t> first_byte_p99_ms;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("requests", self.requests, "Requests that ended.");
    field("failures", self.failures, "Those of them that were not served well.");
    field("input_tokens", self.input_tokens, "Tokens of prompts.");
    field("output_tokens", self.output_tokens, "Tokens generated, thinking included.");
    field("cached_tokens", self.cached_tokens, "Tokens of prompts that came from a cache.");
    field("thought_tokens", self.thought_tokens, "Tokens of thinking.");
    field("cost_usd", self.cost_usd, "By the price table; models without a price count as free.");
    field("duration_p50_ms", self.duration_p50_ms, "Half of the requests took no longer.");
    field("duration_p95_ms", self.duration_p95_ms, "95 % of the requests took no longer.");
    field("duration_p99_ms", self.duration_p99_ms, "99 % of the requests took no longer.");
    field("first_byte_p50_ms", self.first_byte_p50_ms, "Half of the answers began no later.");
    field("first_byte_p95_ms", self.first_byte_p95_ms, "95 % of the answers began no later.");
    field("first_byte_p99_ms", self.first_byte_p99_ms, "99 % of the answers began no later.");
  }
};

struct UsagePoint : UsageSums {
  Timestamp time{};

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("time", self.time, "When the step begins.");
    UsageSums::describe(self, field);
  }
};

struct UsageSeries {
  std::string group;
  UsageSums total;
  std::vector<UsagePoint> points;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("group", self.group,
          "A token's or key's id, a model, a dialect, a status class; (other): the rest.");
    field("total", self.total, "Over the whole time.");
    field("points", self.points, "The steps in which something happened, in order.");
  }
};

/// Answer of usage.
struct UsageReport {
  Timestamp from{};
  Timestamp to{};
  UsageStep step = UsageStep::Hour;
  UsageGroup group_by = UsageGroup::None;
  UsageSums total;
  std::vector<UsageSeries> series;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("from", self.from, "Where it begins, at the beginning of a step.");
    field("to", self.to, "Before when it ends.");
    field("step", self.step, "How long a point is.");
    field("group_by", self.group_by, "What the series are told apart by.");
    field("total", self.total, "Everything together.");
    field("series", self.series, "The largest groups first; beyond 50 the rest is one.");
  }
};

/// What a model's tokens cost, in US dollars per million.
struct PriceView {
  std::string model;
  double input_usd = 0;
  double output_usd = 0;
  double cached_usd = 0;
  bool is_default = false;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("model", self.model, "The model; names that go on with a dash and more are meant too.");
    field("input_usd", self.input_usd, "A million tokens of prompts.");
    field("output_usd", self.output_usd, "A million tokens generated, thinking included.");
    field("cached_usd", self.cached_usd, "A million tokens of prompts that came from a cache.");
    field("is_default", self.is_default, "Whether it came with the program; Google's list may have changed.");
  }
};

/// Answer of prices.
struct PriceList {
  std::vector<PriceView> prices;
  std::string revision{};

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("prices", self.prices, "Every model with a price, by name.");
    field("revision", self.revision, "Tells what an administrator has set from what was set before.");
  }
};

struct PriceDraft {
  std::string model;
  double input_usd = 0;
  double output_usd = 0;
  double cached_usd = 0;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("model", self.model, "The model; names that go on with a dash and more are meant too.");
    field("input_usd", self.input_usd, "A million tokens of prompts.");
    field("output_usd", self.output_usd, "A million tokens generated, thinking included.");
    field("cached_usd", self.cached_usd, "A million tokens of prompts that came from a cache.");
  }
};

/// Body of PUT prices: what stands beside the defaults from now on.
struct PriceEdit {
  std::vector<PriceDraft> prices;
  std::optional<std::string> revision{};

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("prices", self.prices,
          "Every price that an administrator sets; one left out goes back to its default.");
    field("revision", self.revision, "If given, the edit fails when somebody has set prices since.");
  }
};

}  // namespace geminate
