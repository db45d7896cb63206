#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "backend/usage/request_record.h"
#include "shared/core/result.h"

namespace geminate::usage {

/// A morning in 2026, at the beginning of a day and a minute.
inline constexpr Timestamp kMorning{std::chrono::milliseconds{1'790'035'200'000}};

inline Timestamp after(std::int64_t ms) { return kMorning + std::chrono::milliseconds{ms}; }

/// The value, or a failed test and an end to it: for what has to work before a test can begin.
template <class T>
T must(Result<T> result) {
  if (!result.ok()) {
    ADD_FAILURE() << result.error().message << " (" << result.error().detail << ')';
    std::abort();
  }
  return std::move(result).value();
}
inline void must(Status status) { (void)must(Result<Nothing>(std::move(status))); }

/// A request that ended so long after the morning began; `number` makes its id.
inline RequestRecord record_at(std::int64_t ended_ms, std::uint64_t number = 1) {
  RequestRecord record;
  record.ended = after(ended_ms);
  record.duration_ms = 20;
  record.first_byte_ms = 10;
  record.id.high = static_cast<std::uint64_t>((record.ended.time_since_epoch().count() - 20)) << 16;
  record.id.low = number;
  record.token_id = 1;
  record.key_id = 2;
  record.model = ModelName("gemini-2.5-flash");
  record.route = RequestRoute::Generate;
  record.status = 200;
  record.attempts_made = 1;
  record.input_tokens = 100;
  record.output_tokens = 50;
  record.cached_tokens = 40;
  record.thought_tokens = 10;
  record.total_tokens = 150;
  record.bytes_in = 1000;
  record.bytes_out = 2000;
  return record;
}

/// One that went through another key first.
inline RequestRecord record_with_attempts(std::int64_t ended_ms, std::uint64_t number) {
  RequestRecord record = record_at(ended_ms, number);
  record.attempts_made = 2;
  record.attempts = {{7, TriedVerdict::Limited, 429, 0, 1, 5}, {2, TriedVerdict::Fine, 200, 3, 9, 11}};
  return record;
}

}  // namespace geminate::usage
