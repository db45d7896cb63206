#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "backend/usage/id_places.h"
#include "backend/usage/request_record.h"
#include "shared/core/result.h"

namespace geminate::usage {

/// What a search can tell about a block without reading it. Times in milliseconds since 1970.
struct BlockSummary {
  std::int64_t id = 0;
  std::int64_t records = 0;
  /// By the request ids, which say when a request came in.
  std::int64_t first_begun = 0;
  std::int64_t last_begun = 0;
  std::int64_t first_ended = 0;
  std::int64_t last_ended = 0;
  std::int64_t least_duration = 0;
  std::int64_t most_duration = 0;
  /// Bits of status_bit and group_bit.
  std::int64_t statuses = 0;
  /// One bit each, by number.
  std::int64_t dialects = 0;
  // Filters as in id_filter.h; keys: every one that was tried.
  std::string tokens;
  std::string keys;
  std::string models;
};

constexpr std::int64_t group_bit(StatusGroup group) { return std::int64_t{1} << static_cast<int>(group); }
/// Several statuses share a bit; those that occur do not.
constexpr std::int64_t status_bit(std::uint16_t status) { return std::int64_t{1} << (8 + status % 53); }

/// A record as it lies in a block: fixed places, so that a search looks at the few bytes it needs. Ids and
/// models are indices into the block's lists.
struct PackedRecord {
  std::uint64_t id_high;
  std::uint64_t id_low;
  /// Milliseconds from the block's base.
  std::int32_t ended;
  std::uint32_t duration_ms;
  std::uint32_t first_byte_ms;
  std::uint32_t input_tokens;
  std::uint32_t output_tokens;
  std::uint32_t cached_tokens;
  std::uint32_t thought_tokens;
  std::uint32_t total_tokens;
  std::uint32_t bytes_in;
  std::uint32_t bytes_out;
  std::uint16_t status;
  std::uint16_t token;
  std::uint16_t key;
  std::uint16_t model;
  std::uint8_t dialect;
  std::uint8_t route;
  std::uint8_t outcome;
  std::uint8_t streamed;
  std::uint16_t attempts_made;
  /// How many of the block's attempts are this record's.
  std::uint16_t attempts_kept;
};
static_assert(sizeof(PackedRecord) == 72);

/// Gathers records into a block. One thread.
class BlockBuilder {
 public:
  /// So many that a block's lists are indexed by 16 bits, and so few that a search reads little in vain.
  static constexpr std::size_t kMaximumRecords = 1024;

  /// False, with nothing done, when it has to go into another block: this one is full, or too far in time.
  bool add(const RequestRecord& record);
  [[nodiscard]] std::size_t size() const { return records_.size(); }
  [[nodiscard]] std::string bytes() const;
  [[nodiscard]] BlockSummary summary(std::int64_t id) const;
  void clear();

 private:
  struct PackedAttempt {
    std::uint16_t key;
    std::uint8_t verdict;
    std::uint8_t unused;
    std::uint16_t upstream_status;
    std::uint16_t unused_too;
    std::uint32_t waited_ms;
    std::uint32_t began_ms;
    std::uint32_t duration_ms;
  };
  static_assert(sizeof(PackedAttempt) == 20);
  friend class BlockReader;

  [[nodiscard]] bool fits(const RequestRecord& record) const;
  std::uint16_t model_place(std::string_view model);

  std::int64_t base_ = 0;
  std::vector<PackedRecord> records_;
  std::vector<PackedAttempt> attempts_;
  IdPlaces tokens_;
  IdPlaces keys_;
  std::vector<std::string> models_;
  std::unordered_map<std::string, std::uint16_t> model_places_;
  std::uint16_t last_model_ = 0;
};

/// Looks into a block. The bytes outlive it.
class BlockReader {
 public:
  /// Internal when they are no block.
  static Result<BlockReader> open(std::string_view bytes);

  [[nodiscard]] std::size_t size() const { return records_count_; }
  [[nodiscard]] PackedRecord packed(std::size_t index) const;
  /// The whole record; `attempts_before`: how many of the block's attempts belong to records before it.
  [[nodiscard]] RequestRecord record(const PackedRecord& packed, std::size_t attempts_before) const;

  // Where something stands in the block's lists; -1: no record of it names it.
  [[nodiscard]] std::int32_t token_place(std::int64_t id) const { return place_in(tokens_, id); }
  [[nodiscard]] std::int32_t key_place(std::int64_t id) const { return place_in(keys_, id); }
  [[nodiscard]] std::int32_t model_place(std::string_view model) const;
  [[nodiscard]] std::uint16_t attempt_key(std::size_t attempt) const;

  [[nodiscard]] std::int64_t base() const { return base_; }
  [[nodiscard]] std::int64_t token(std::uint16_t place) const { return tokens_[place]; }
  [[nodiscard]] std::int64_t key(std::uint16_t place) const { return keys_[place]; }
  [[nodiscard]] std::string_view model(std::uint16_t place) const { return models_[place]; }

 private:
  static std::int32_t place_in(const std::vector<std::int64_t>& ids, std::int64_t id);
  [[nodiscard]] bool is_sound() const;

  std::int64_t base_ = 0;
  std::size_t records_count_ = 0;
  std::size_t attempts_count_ = 0;
  const char* records_ = nullptr;
  const char* attempts_ = nullptr;
  std::vector<std::int64_t> tokens_;
  std::vector<std::int64_t> keys_;
  std::vector<std::string_view> models_;
};

}  // namespace geminate::usage
