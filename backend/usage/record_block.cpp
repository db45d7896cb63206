#include "backend/usage/record_block.h"

#include <bit>
#include <cstring>
#include <limits>
#include <type_traits>

#include "backend/usage/id_filter.h"

namespace geminate::usage {
namespace {

// Header, records, attempts, token ids, key ids, models (a byte of length, then the text), as they lie in
// memory: a block is read on machines like the one that wrote it.
static_assert(std::endian::native == std::endian::little);

struct Header {
  std::uint32_t version;
  std::uint32_t records;
  std::uint32_t attempts;
  std::uint32_t tokens;
  std::uint32_t keys;
  std::uint32_t models;
  std::int64_t base;
};
static_assert(sizeof(Header) == 32);
constexpr std::uint32_t kVersion = 1;

template <class T>
void append(std::string& bytes, const T* values, std::size_t count) {
  static_assert(std::is_trivially_copyable_v<T>);
  bytes.append(reinterpret_cast<const char*>(values), count * sizeof(T));
}

template <class T>
T value_at(const char* place) {
  T value;
  std::memcpy(&value, place, sizeof value);
  return value;
}

Error no_block() {
  return Error{ErrorCode::Internal,
               "The usage database holds a block that this program cannot read. Restore it from a backup, or "
               "move it away.",
               {},
               {},
               {}};
}

}  // namespace

std::uint16_t BlockBuilder::model_place(std::string_view model) {
  if (!models_.empty() && models_[last_model_] == model) return last_model_;
  const auto [found, is_new] =
      model_places_.try_emplace(std::string(model), static_cast<std::uint16_t>(models_.size()));
  if (is_new) models_.emplace_back(model);
  return last_model_ = found->second;
}

bool BlockBuilder::fits(const RequestRecord& record) const {
  if (records_.size() >= kMaximumRecords || keys_.size() + record.attempts.size() + 1 > IdPlaces::kMaximum)
    return false;
  const std::int64_t from_base = record.ended.time_since_epoch().count() - base_;
  return records_.empty() || (from_base >= std::numeric_limits<std::int32_t>::min() &&
                              from_base <= std::numeric_limits<std::int32_t>::max());
}

bool BlockBuilder::add(const RequestRecord& record) {
  if (!fits(record)) return false;
  if (records_.empty()) base_ = record.ended.time_since_epoch().count();
  PackedRecord packed{};
  packed.id_high = record.id.high;
  packed.id_low = record.id.low;
  packed.ended = static_cast<std::int32_t>(record.ended.time_since_epoch().count() - base_);
  packed.duration_ms = record.duration_ms;
  packed.first_byte_ms = record.first_byte_ms;
  packed.input_tokens = record.input_tokens;
  packed.output_tokens = record.output_tokens;
  packed.cached_tokens = record.cached_tokens;
  packed.thought_tokens = record.thought_tokens;
  packed.total_tokens = record.total_tokens;
  packed.bytes_in = record.bytes_in;
  packed.bytes_out = record.bytes_out;
  packed.status = record.status;
  packed.token = tokens_.place_of(record.token_id);
  packed.key = keys_.place_of(record.key_id);
  packed.model = model_place(record.model.view());
  packed.dialect = static_cast<std::uint8_t>(record.dialect);
  packed.route = static_cast<std::uint8_t>(record.route);
  packed.outcome = static_cast<std::uint8_t>(record.outcome);
  packed.streamed = record.streamed ? 1 : 0;
  packed.attempts_made = record.attempts_made;
  packed.attempts_kept = static_cast<std::uint16_t>(record.attempts.size());
  records_.push_back(packed);
  for (const AttemptRecord& attempt : record.attempts) {
    attempts_.push_back({keys_.place_of(attempt.key_id), static_cast<std::uint8_t>(attempt.verdict), 0,
                         attempt.upstream_status, 0, attempt.waited_ms, attempt.began_ms,
                         attempt.duration_ms});
  }
  return true;
}

std::string BlockBuilder::bytes() const {
  const auto count = [](const auto& list) { return static_cast<std::uint32_t>(list.size()); };
  const Header header{
      kVersion, count(records_), count(attempts_), count(tokens_), count(keys_), count(models_), base_};
  std::string bytes;
  bytes.reserve(sizeof header + records_.size() * sizeof(PackedRecord) +
                attempts_.size() * sizeof(PackedAttempt) +
                (tokens_.size() + keys_.size()) * sizeof(std::int64_t) + models_.size() * 40);
  append(bytes, &header, 1);
  append(bytes, records_.data(), records_.size());
  append(bytes, attempts_.data(), attempts_.size());
  append(bytes, tokens_.ids().data(), tokens_.size());
  append(bytes, keys_.ids().data(), keys_.size());
  for (const std::string& model : models_) {
    bytes += static_cast<char>(model.size());
    bytes += model;
  }
  return bytes;
}

BlockSummary BlockBuilder::summary(std::int64_t id) const {
  BlockSummary summary;
  summary.id = id;
  summary.records = static_cast<std::int64_t>(records_.size());
  bool first = true;
  const auto widen = [&first](std::int64_t& least, std::int64_t& most, std::int64_t value) {
    least = first ? value : std::min(least, value);
    most = first ? value : std::max(most, value);
  };
  for (const PackedRecord& record : records_) {
    widen(summary.first_begun, summary.last_begun, static_cast<std::int64_t>(record.id_high >> 16));
    widen(summary.first_ended, summary.last_ended, base_ + record.ended);
    widen(summary.least_duration, summary.most_duration, record.duration_ms);
    first = false;
    summary.statuses |= status_bit(record.status) |
                        group_bit(status_group(record.status, static_cast<RequestOutcome>(record.outcome)));
    summary.dialects |= std::int64_t{1} << record.dialect;
  }
  std::vector<std::uint64_t> hashes;
  const auto filter_of = [&hashes](const auto& list) {
    hashes.clear();
    for (const auto& member : list) hashes.push_back(filter_hash(member));
    return make_id_filter(hashes);
  };
  summary.tokens = filter_of(tokens_.ids());
  summary.keys = filter_of(keys_.ids());
  summary.models = filter_of(models_);
  return summary;
}

void BlockBuilder::clear() {
  records_.clear();
  attempts_.clear();
  tokens_.clear();
  keys_.clear();
  models_.clear();
  model_places_.clear();
  last_model_ = 0;
}

Result<BlockReader> BlockReader::open(std::string_view bytes) {
  if (bytes.size() < sizeof(Header)) return no_block();
  const auto header = value_at<Header>(bytes.data());
  BlockReader reader;
  reader.base_ = header.base;
  reader.records_count_ = header.records;
  reader.attempts_count_ = header.attempts;
  const std::uint64_t fixed = sizeof header + std::uint64_t{header.records} * sizeof(PackedRecord) +
                              std::uint64_t{header.attempts} * sizeof(BlockBuilder::PackedAttempt) +
                              (std::uint64_t{header.tokens} + header.keys) * sizeof(std::int64_t);
  if (header.version != kVersion || fixed > bytes.size()) return no_block();
  const char* at = bytes.data() + sizeof header;
  reader.records_ = at;
  at += std::size_t{header.records} * sizeof(PackedRecord);
  reader.attempts_ = at;
  at += std::size_t{header.attempts} * sizeof(BlockBuilder::PackedAttempt);
  for (auto* list : {&reader.tokens_, &reader.keys_}) {
    list->resize(list == &reader.tokens_ ? header.tokens : header.keys);
    if (list->empty()) continue;
    std::memcpy(list->data(), at, list->size() * sizeof(std::int64_t));
    at += list->size() * sizeof(std::int64_t);
  }
  const char* const end = bytes.data() + bytes.size();
  for (std::uint32_t i = 0; i < header.models; ++i) {
    if (at == end || end - at - 1 < static_cast<unsigned char>(*at)) return no_block();
    reader.models_.emplace_back(at + 1, static_cast<unsigned char>(*at));
    at += 1 + static_cast<unsigned char>(*at);
  }
  if (!reader.is_sound()) return no_block();
  return reader;
}

/// Every index leads somewhere; then nothing has to be checked again.
bool BlockReader::is_sound() const {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < records_count_; ++i) {
    const PackedRecord record = packed(i);
    kept += record.attempts_kept;
    if (record.token >= tokens_.size() || record.key >= keys_.size() || record.model >= models_.size())
      return false;
  }
  for (std::size_t i = 0; i < attempts_count_; ++i) {
    if (attempt_key(i) >= keys_.size()) return false;
  }
  return kept == attempts_count_;
}

PackedRecord BlockReader::packed(std::size_t index) const {
  return value_at<PackedRecord>(records_ + index * sizeof(PackedRecord));
}

std::uint16_t BlockReader::attempt_key(std::size_t attempt) const {
  return value_at<BlockBuilder::PackedAttempt>(attempts_ + attempt * sizeof(BlockBuilder::PackedAttempt)).key;
}

RequestRecord BlockReader::record(const PackedRecord& packed, std::size_t attempts_before) const {
  RequestRecord record;
  record.id = {packed.id_high, packed.id_low};
  record.ended = Timestamp{std::chrono::milliseconds{base_ + packed.ended}};
  record.token_id = tokens_[packed.token];
  record.key_id = keys_[packed.key];
  record.model = ModelName(models_[packed.model]);
  record.dialect = static_cast<RequestDialect>(packed.dialect);
  record.route = static_cast<RequestRoute>(packed.route);
  record.outcome = static_cast<RequestOutcome>(packed.outcome);
  record.streamed = packed.streamed != 0;
  record.status = packed.status;
  record.attempts_made = packed.attempts_made;
  record.duration_ms = packed.duration_ms;
  record.first_byte_ms = packed.first_byte_ms;
  record.input_tokens = packed.input_tokens;
  record.output_tokens = packed.output_tokens;
  record.cached_tokens = packed.cached_tokens;
  record.thought_tokens = packed.thought_tokens;
  record.total_tokens = packed.total_tokens;
  record.bytes_in = packed.bytes_in;
  record.bytes_out = packed.bytes_out;
  for (std::size_t i = 0; i < packed.attempts_kept; ++i) {
    const auto attempt = value_at<BlockBuilder::PackedAttempt>(
        attempts_ + (attempts_before + i) * sizeof(BlockBuilder::PackedAttempt));
    record.attempts.push_back({keys_[attempt.key], static_cast<TriedVerdict>(attempt.verdict),
                               attempt.upstream_status, attempt.waited_ms, attempt.began_ms,
                               attempt.duration_ms});
  }
  return record;
}

std::int32_t BlockReader::model_place(std::string_view model) const {
  for (std::size_t i = 0; i < models_.size(); ++i) {
    if (models_[i] == model) return static_cast<std::int32_t>(i);
  }
  return -1;
}

std::int32_t BlockReader::place_in(const std::vector<std::int64_t>& ids, std::int64_t id) {
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] == id) return static_cast<std::int32_t>(i);
  }
  return -1;
}

}  // namespace geminate::usage
