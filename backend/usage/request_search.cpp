#include "backend/usage/request_search.h"

#include <charconv>

#include "backend/usage/id_filter.h"

namespace geminate::usage {
namespace {

constexpr std::size_t kBlocksAtOnce = 256;

std::int64_t ms_of(Timestamp time) { return time.time_since_epoch().count(); }

SummaryQuery summary_query(const RequestFilter& filter) {
  SummaryQuery query;
  if (filter.status) query.statuses |= status_bit(*filter.status);
  if (filter.status_group) query.statuses |= group_bit(*filter.status_group);
  if (filter.dialect) query.dialects = std::int64_t{1} << static_cast<int>(*filter.dialect);
  if (filter.least_duration_ms) query.least_duration = *filter.least_duration_ms;
  if (filter.most_duration_ms) query.most_duration = *filter.most_duration_ms;
  if (filter.ended_from) query.ended_from = ms_of(*filter.ended_from);
  if (filter.ended_before) query.ended_before = ms_of(*filter.ended_before);
  if (filter.ids) {
    query.begun_from = ms_of(filter.ids->first.begun());
    query.begun_to = ms_of(filter.ids->last.begun());
  }
  if (filter.token_id) query.token = filter_hash(*filter.token_id);
  if (filter.key_id) query.key = filter_hash(*filter.key_id);
  if (filter.model) query.model = filter_hash(std::string_view(*filter.model));
  return query;
}

/// A filter with its ids and its model as their places in one block.
class BlockMatch {
 public:
  BlockMatch(const RequestFilter& filter, const BlockReader& block) : filter_(filter), block_(block) {
    if (filter.token_id) token_ = block.token_place(*filter.token_id);
    if (filter.key_id) key_ = block.key_place(*filter.key_id);
    if (filter.model) model_ = block.model_place(*filter.model);
    is_possible_ =
        (!filter.token_id || token_ >= 0) && (!filter.key_id || key_ >= 0) && (!filter.model || model_ >= 0);
  }

  [[nodiscard]] bool is_possible() const { return is_possible_; }
  [[nodiscard]] bool operator()(const PackedRecord& record, std::size_t attempts_before) const {
    if (filter_.token_id && record.token != token_) return false;
    if (filter_.model && record.model != model_) return false;
    if (filter_.status && record.status != *filter_.status) return false;
    if (filter_.dialect && record.dialect != static_cast<std::uint8_t>(*filter_.dialect)) return false;
    if (filter_.least_duration_ms && record.duration_ms < *filter_.least_duration_ms) return false;
    if (filter_.most_duration_ms && record.duration_ms > *filter_.most_duration_ms) return false;
    if (filter_.status_group &&
        status_group(record.status, static_cast<RequestOutcome>(record.outcome)) != *filter_.status_group) {
      return false;
    }
    return is_in_time(record) && has_id(record) && (!filter_.key_id || has_key(record, attempts_before));
  }

 private:
  [[nodiscard]] bool is_in_time(const PackedRecord& record) const {
    const std::int64_t ended = block_.base() + record.ended;
    return (!filter_.ended_from || ended >= ms_of(*filter_.ended_from)) &&
           (!filter_.ended_before || ended < ms_of(*filter_.ended_before));
  }
  [[nodiscard]] bool has_id(const PackedRecord& record) const {
    if (!filter_.ids) return true;
    const RequestId id{record.id_high, record.id_low};
    return id >= filter_.ids->first && id <= filter_.ids->last;
  }
  [[nodiscard]] bool has_key(const PackedRecord& record, std::size_t attempts_before) const {
    if (record.key == key_) return true;
    for (std::size_t i = 0; i < record.attempts_kept; ++i) {
      if (block_.attempt_key(attempts_before + i) == key_) return true;
    }
    return false;
  }

  const RequestFilter& filter_;
  const BlockReader& block_;
  std::int32_t token_ = -1;
  std::int32_t key_ = -1;
  std::int32_t model_ = -1;
  bool is_possible_ = true;
};

/// The walk of one search, from the newest block to where the page is full.
class Search {
 public:
  Search(UsageStore& store, const RequestFilter& filter, std::size_t limit, std::int64_t looked_at)
      : store_(store), filter_(filter), limit_(limit), left_(looked_at) {}

  Result<SearchPage> run(std::optional<SearchPosition> before) {
    SummaryQuery query = summary_query(filter_);
    // A cut page goes on within its last block.
    if (before) query.at_most = before->block;
    for (;;) {
      GEMINATE_TRY(const auto blocks, store_.find_blocks(query, kBlocksAtOnce));
      for (const auto& [id, records] : blocks) {
        GEMINATE_CHECK_OK(look_into(id, before && id == before->block ? before->index : records));
        if (page_.next) return std::move(page_);
      }
      if (blocks.size() < kBlocksAtOnce) return std::move(page_);
      query.at_most = blocks.back().id - 1;
    }
  }

 private:
  Status look_into(std::int64_t id, std::int64_t end) {
    if (end <= 0) return Status::success();
    if (left_ <= 0) {
      page_.next = {id, end};
      return Status::success();
    }
    GEMINATE_TRY(const std::string bytes, store_.block(id));
    if (bytes.empty()) return Status::success();
    GEMINATE_TRY(const BlockReader block, BlockReader::open(bytes));
    const BlockMatch match(filter_, block);
    if (!match.is_possible()) return Status::success();
    left_ -= static_cast<std::int64_t>(block.size());
    const std::size_t count = std::min(static_cast<std::size_t>(end), block.size());
    std::size_t attempts = 0;
    for (std::size_t i = 0; i < count; ++i) attempts += block.packed(i).attempts_kept;
    for (std::size_t i = count; i-- > 0;) {
      const PackedRecord record = block.packed(i);
      attempts -= record.attempts_kept;
      if (!match(record, attempts)) continue;
      if (page_.records.size() == limit_) {
        page_.next = {id, static_cast<std::int64_t>(i) + 1};
        return Status::success();
      }
      page_.records.push_back(block.record(record, attempts));
    }
    return Status::success();
  }

  UsageStore& store_;
  const RequestFilter& filter_;
  const std::size_t limit_;
  std::int64_t left_;
  SearchPage page_;
};

}  // namespace

std::string format_position(const SearchPosition& position) {
  return std::to_string(position.block) + '.' + std::to_string(position.index);
}

std::optional<SearchPosition> parse_position(std::string_view text) {
  SearchPosition position;
  const char* const end = text.data() + text.size();
  const auto block = std::from_chars(text.data(), end, position.block);
  if (block.ec != std::errc{} || block.ptr == end || *block.ptr != '.') return std::nullopt;
  const auto index = std::from_chars(block.ptr + 1, end, position.index);
  if (index.ec != std::errc{} || index.ptr != end || position.block < 1 || position.index < 0)
    return std::nullopt;
  return position;
}

Result<SearchPage> search_requests(UsageStore& store, const RequestFilter& filter,
                                   std::optional<SearchPosition> before, std::size_t limit,
                                   std::int64_t looked_at) {
  return Search(store, filter, limit, looked_at).run(before);
}

Result<std::optional<RequestRecord>> find_request(UsageStore& store, const RequestId& id) {
  RequestFilter filter;
  filter.ids = IdRange{id, id};
  GEMINATE_TRY(auto page,
               search_requests(store, filter, std::nullopt, 1, std::numeric_limits<std::int64_t>::max()));
  if (page.records.empty()) return std::optional<RequestRecord>{};
  return std::optional<RequestRecord>(std::move(page.records.front()));
}

}  // namespace geminate::usage
