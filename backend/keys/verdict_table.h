#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "backend/keys/verdict.h"

namespace geminate::keys {

// The one table of what Google answers: `judge` decides by it, docs/VERDICTS.md is generated from it. All of
// it is constant; any thread.

/// What is judged.
struct Outcome {
  const GoogleError& error;
  /// Whether the path names a file or cached content.
  bool asks_for_resource = false;
  std::optional<TransportFault> fault{};
};

/// What a row wants to see beyond status, reason and words.
enum class Condition : std::uint8_t {
  Nothing,
  NotReached,
  TimedOut,
  BrokenOff,
  AddressRefused,
  ProxyFailed,
  /// A page that refuses our address.
  RefusesAddress,
  /// A web page in place of the API's answer.
  IsPage,
  AsksForResource,
  /// A quota whose limit is 0.
  LimitIsZero,
  NamesTime,
  /// A quota of a day.
  NamesDayQuota,
  NamesQuota,
};

/// How an answer is known. Whatever is empty fits all.
struct Sign {
  int lowest_status = 400;
  int highest_status = 499;
  /// ErrorInfo's reason.
  std::string_view reason{};
  /// `error.status`.
  std::string_view status_name{};
  /// Words that stand at the message's opening, any case.
  std::string_view opening{};
  Condition condition = Condition::Nothing;
};

struct VerdictRow {
  /// For tests; unique.
  std::string_view name;
  Sign sign;
  VerdictKind kind;
  /// What it means, in words for state_reason.
  std::string_view meaning;
  /// For Limited and NoQuotaForModel: how long, where Google names no time.
  std::chrono::milliseconds rest{0};
  /// Whether it may as well speak of our address, when many projects hear it at once.
  bool is_unexplained = false;
};

/// In the order in which they are tried.
std::span<const VerdictRow> verdict_rows();

/// The first row that fits; the last ones fit everything.
const VerdictRow& row_for(const Outcome& outcome);

/// What a verdict leads to, in words: the pool does the one (KeyPool::report), proxy/retry_policy the other.
struct VerdictEffect {
  VerdictKind kind;
  std::string_view name;
  std::string_view on_key;
  std::string_view on_request;
};

std::span<const VerdictEffect> verdict_effects();

/// docs/VERDICTS.md.
std::string verdicts_markdown();

}  // namespace geminate::keys
