#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/core/time.h"
#include "shared/dto/usage.h"

namespace geminate::usage {

/// An x-request-id of ours as the 128 bits that its 26 characters stand for: 48 of time, 80 of chance. All
/// zero stands for an id that is none of ours.
struct RequestId {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  /// When the request came in.
  [[nodiscard]] Timestamp begun() const {
    return Timestamp{std::chrono::milliseconds{static_cast<std::int64_t>(high >> 16)}};
  }
  auto operator<=>(const RequestId&) const = default;
};

/// Nothing when the text is no id of ours.
std::optional<RequestId> parse_request_id(std::string_view text);
std::string format_request_id(const RequestId& id);

/// The ids that begin with some characters: both ends belong to it.
struct IdRange {
  RequestId first;
  RequestId last;
};
/// Nothing when no id of ours begins so. 1 to 26 characters.
std::optional<IdRange> ids_beginning_with(std::string_view text);

/// A model's name, without memory of its own: a record is handed over with each request. Longer ones are cut.
class ModelName {
 public:
  static constexpr std::size_t kMaximum = 71;
  ModelName() = default;
  explicit ModelName(std::string_view name)
      : size_(static_cast<std::uint8_t>(std::min(name.size(), kMaximum))) {
    std::memcpy(text_.data(), name.data(), size_);
  }
  [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }

 private:
  std::uint8_t size_ = 0;
  std::array<char, kMaximum> text_{};
};

/// One try of a request with one key.
struct AttemptRecord {
  std::int64_t key_id = 0;
  TriedVerdict verdict = TriedVerdict::Fine;
  std::uint16_t upstream_status = 0;
  std::uint32_t waited_ms = 0;
  /// From the request's beginning.
  std::uint32_t began_ms = 0;
  std::uint32_t duration_ms = 0;

  bool operator==(const AttemptRecord&) const = default;
};

inline constexpr std::uint32_t kNoFirstByte = std::numeric_limits<std::uint32_t>::max();

/// Everything about one request that has ended. Counts of tokens and bytes beyond 32 bits are kept as the
/// largest number.
struct RequestRecord {
  RequestId id;
  Timestamp ended{};
  std::int64_t token_id = 0;
  /// The key tried last; 0 when none was.
  std::int64_t key_id = 0;
  ModelName model;
  RequestDialect dialect = RequestDialect::Gemini;
  RequestRoute route = RequestRoute::Other;
  RequestOutcome outcome = RequestOutcome::Served;
  bool streamed = false;
  std::uint16_t status = 0;
  std::uint16_t attempts_made = 0;
  std::uint32_t duration_ms = 0;
  std::uint32_t first_byte_ms = kNoFirstByte;
  std::uint32_t input_tokens = 0;
  std::uint32_t output_tokens = 0;
  std::uint32_t cached_tokens = 0;
  std::uint32_t thought_tokens = 0;
  std::uint32_t total_tokens = 0;
  std::uint32_t bytes_in = 0;
  std::uint32_t bytes_out = 0;
  /// Left empty where there was just one and nothing was wrong with it.
  std::vector<AttemptRecord> attempts;
};

/// The largest that fits in place of what doesn't.
template <class Number>
constexpr std::uint32_t saturated(Number number) {
  if (number <= Number{0}) return 0;
  constexpr auto kMost = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint64_t>(number) > kMost ? kMost : static_cast<std::uint32_t>(number);
}

constexpr StatusGroup status_group(std::uint16_t status, RequestOutcome outcome) {
  if (outcome == RequestOutcome::Cut || outcome == RequestOutcome::ClientGone) return StatusGroup::Cut;
  const int group = status / 100;
  return group >= 1 && group <= 5 ? static_cast<StatusGroup>(group) : StatusGroup::None;
}

constexpr bool is_failure(std::uint16_t status, RequestOutcome outcome) {
  return outcome != RequestOutcome::Served || status >= 400;
}

/// What a path of a client surface asks for.
RequestRoute route_of_path(std::string_view path);

}  // namespace geminate::usage
