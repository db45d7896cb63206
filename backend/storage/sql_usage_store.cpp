#include "backend/storage/sql_usage_store.h"

#include <algorithm>
#include <utility>

#include "backend/storage/price_rows.h"
#include "backend/storage/table_rows.h"
#include "backend/storage/usage_file.h"
#include "backend/usage/id_filter.h"

namespace geminate::storage {

using usage::BlockSummary;
using usage::ModelPrice;
using usage::Progress;
using usage::StoredBlock;
using usage::StoredRollup;
using usage::TrimOrder;

namespace {

/// So many blocks, and roll-ups of a kind, go in one transaction.
constexpr std::int64_t kTrimmedAtOnce = 64;

std::int64_t number_of(UsageStep step) { return static_cast<std::int64_t>(step); }
std::int64_t number_of(usage::Cut cut) { return static_cast<std::int64_t>(cut); }

/// The table's row: a summary with its filters as bytes.
struct SummaryRow {
  BlockSummary summary;
  Blob tokens;
  Blob keys;
  Blob models;
};

struct SummaryTable {
  using Row = SummaryRow;

  template <class R, class Column>
  static void columns(R& row, Column&& column) {
    column("id", row.summary.id);
    column("records", row.summary.records);
    column("first_begun", row.summary.first_begun);
    column("last_begun", row.summary.last_begun);
    column("first_ended", row.summary.first_ended);
    column("last_ended", row.summary.last_ended);
    column("least_duration", row.summary.least_duration);
    column("most_duration", row.summary.most_duration);
    column("statuses", row.summary.statuses);
    column("dialects", row.summary.dialects);
    column("tokens", row.tokens);
    column("keys", row.keys);
    column("models", row.models);
  }
};

constexpr std::string_view kSaveSummary =
    "INSERT OR REPLACE INTO block_summaries (id, records, first_begun, last_begun, first_ended, last_ended, "
    "least_duration, most_duration, statuses, dialects, tokens, keys, models) VALUES ($id, $records, "
    "$first_begun, $last_begun, $first_ended, $last_ended, $least_duration, $most_duration, $statuses, "
    "$dialects, $tokens, $keys, $models)";
/// A filter that nobody asks for is not read: most of a row's bytes are filters.
constexpr std::string_view kFindBlocks =
    "SELECT id, records, CASE WHEN $by_token THEN tokens END, CASE WHEN $by_key THEN keys END, "
    "CASE WHEN $by_model THEN models END FROM block_summaries WHERE id <= $at_most "
    "AND last_begun >= $begun_from AND first_begun <= $begun_to AND last_ended >= $ended_from "
    "AND first_ended < $ended_before AND most_duration >= $least_duration "
    "AND least_duration <= $most_duration AND (statuses & $statuses) = $statuses "
    "AND (dialects & $dialects) = $dialects ORDER BY id DESC LIMIT $limit";
/// So many rows are read in one go.
constexpr std::int64_t kRowsAtOnce = 1024;

bool filter_passes(const SqlValue& column, const std::optional<std::uint64_t>& wanted) {
  const auto* filter = std::get_if<Blob>(&column);
  return !wanted || filter == nullptr || usage::may_hold(filter->bytes, *wanted);
}

/// One column of one row; what it was when there is no row.
template <class T>
Status read_one(SqlConnection& connection, std::string_view sql,
                std::initializer_list<SqlParameter> parameters, T& value) {
  const auto read = connection.run(sql, parameters, [&value](std::span<const SqlValue> row) -> Status {
    if (std::holds_alternative<std::monostate>(row[0]) || from_sql(row[0], value)) return Status::success();
    return Error{
        ErrorCode::Internal, "The usage database holds a value that this program cannot read.", {}, {}, {}};
  });
  if (!read.ok()) return read.error();
  return Status::success();
}

}  // namespace

Result<std::unique_ptr<SqlUsageStore>> SqlUsageStore::open(const std::filesystem::path& path) {
  GEMINATE_TRY(const auto opened, open_usage_file(path));
  return connect(path);
}

Result<std::unique_ptr<SqlUsageStore>> SqlUsageStore::connect(const std::filesystem::path& path) {
  GEMINATE_TRY(auto writer, connect_usage_file(path));
  GEMINATE_TRY(auto reader, read_usage_file(path));
  GEMINATE_TRY(auto editor, connect_usage_file(path));
  // Prices are an acknowledged edit: unlike usage they outlive a power cut.
  GEMINATE_CHECK_OK(editor->run_script("PRAGMA synchronous = FULL"));
  return std::make_unique<SqlUsageStore>(std::move(writer), std::move(reader), std::move(editor));
}

SqlUsageStore::SqlUsageStore(std::unique_ptr<SqlConnection> writer, std::unique_ptr<SqlConnection> reader,
                             std::unique_ptr<SqlConnection> editor)
    : writer_(std::move(writer)), reader_(std::move(reader)), editor_(std::move(editor)) {}

SqlUsageStore::~SqlUsageStore() {
  // The last to close empties the log into the file, which a connection that only reads cannot do.
  reader_.reset();
  editor_.reset();
}

Result<Progress> SqlUsageStore::progress() {
  Progress progress;
  GEMINATE_CHECK_OK(read_one(*writer_, "SELECT max(id) FROM block_summaries", {}, progress.last_block));
  constexpr std::string_view kFact = "SELECT value FROM facts WHERE name = $name";
  GEMINATE_CHECK_OK(
      read_one(*writer_, kFact, {{"name", std::string("rolled_block")}}, progress.rolled_block));
  GEMINATE_CHECK_OK(
      read_one(*writer_, kFact, {{"name", std::string("rolled_records")}}, progress.rolled_records));
  return progress;
}

Status SqlUsageStore::save_block(const StoredBlock& block) {
  const BlockSummary& summary = block.summary;
  const SummaryRow row{summary, {summary.tokens}, {summary.keys}, {summary.models}};
  GEMINATE_CHECK_OK(writer_->run(kSaveSummary, parameters_of<SummaryTable>(row)));
  GEMINATE_CHECK_OK(writer_->run("INSERT OR REPLACE INTO request_blocks (id, data) VALUES ($id, $data)",
                                 {{"id", summary.id}, {"data", Blob{block.bytes}}}));
  return Status::success();
}

Status SqlUsageStore::set_fact(const char* name, std::int64_t value) {
  GEMINATE_CHECK_OK(writer_->run("INSERT OR REPLACE INTO facts (name, value) VALUES ($name, $value)",
                                 {{"name", std::string(name)}, {"value", value}}));
  return Status::success();
}

Status SqlUsageStore::save(const usage::UsageBatch& batch) {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*writer_));
  for (const StoredBlock& block : batch.blocks) GEMINATE_CHECK_OK(save_block(block));
  for (const StoredRollup& rollup : batch.rollups) {
    GEMINATE_CHECK_OK(
        writer_->run("INSERT INTO rollups (step, cut, start, data) VALUES ($step, $cut, $start, $data) "
                     "ON CONFLICT (step, cut, start) DO UPDATE SET data = excluded.data",
                     {{"step", number_of(rollup.name.step)},
                      {"cut", number_of(rollup.name.cut)},
                      {"start", rollup.name.start},
                      {"data", Blob{rollup.bytes}}}));
  }
  if (batch.rolled) {
    GEMINATE_CHECK_OK(set_fact("rolled_block", batch.rolled->block));
    GEMINATE_CHECK_OK(set_fact("rolled_records", batch.rolled->records));
  }
  return transaction.commit();
}

Result<std::string> SqlUsageStore::rollup(const usage::RollupName& name) {
  Blob data;
  GEMINATE_CHECK_OK(
      read_one(*writer_, "SELECT data FROM rollups WHERE step = $step AND cut = $cut AND start = $start",
               {{"step", number_of(name.step)}, {"cut", number_of(name.cut)}, {"start", name.start}}, data));
  return std::move(data.bytes);
}

Result<std::uint64_t> SqlUsageStore::used_bytes() {
  std::int64_t pages = 0;
  std::int64_t free_pages = 0;
  std::int64_t page_bytes = 0;
  GEMINATE_CHECK_OK(read_one(*writer_, "PRAGMA page_count", {}, pages));
  GEMINATE_CHECK_OK(read_one(*writer_, "PRAGMA freelist_count", {}, free_pages));
  GEMINATE_CHECK_OK(read_one(*writer_, "PRAGMA page_size", {}, page_bytes));
  return static_cast<std::uint64_t>((pages - free_pages) * page_bytes);
}

Result<bool> SqlUsageStore::trim(const TrimOrder& order) {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*writer_));
  GEMINATE_TRY(const bool more, trim_blocks(order));
  GEMINATE_CHECK_OK(trim_rollups(order));
  GEMINATE_CHECK_OK(transaction.commit());
  return more;
}

Result<bool> SqlUsageStore::trim_blocks(const TrimOrder& order) {
  GEMINATE_TRY(const std::uint64_t used, used_bytes());
  auto too_much = static_cast<std::int64_t>(used - std::min(used, order.most_bytes));
  std::int64_t last = 0;
  std::int64_t count = 0;
  GEMINATE_CHECK_OK(writer_->run(
      "SELECT id, last_ended, length(data) FROM block_summaries JOIN request_blocks USING (id) ORDER BY id "
      "LIMIT $limit",
      {{"limit", kTrimmedAtOnce}}, [&](std::span<const SqlValue> row) {
        std::int64_t ended = 0;
        std::int64_t bytes = 0;
        const bool goes = from_sql(row[1], ended) && from_sql(row[2], bytes) &&
                          (too_much > 0 || ended < order.requests_before);
        // In the order of time; a clock that was set back leaves one or the other behind for a while.
        if (!goes || !from_sql(row[0], last)) return Status::success();
        ++count;
        too_much -= bytes;
        return Status::success();
      }));
  if (count == 0) return false;
  GEMINATE_CHECK_OK(writer_->run("DELETE FROM block_summaries WHERE id <= $last", {{"last", last}}));
  GEMINATE_CHECK_OK(writer_->run("DELETE FROM request_blocks WHERE id <= $last", {{"last", last}}));
  return count == kTrimmedAtOnce;
}

Status SqlUsageStore::trim_rollups(const TrimOrder& order) {
  constexpr std::string_view kDelete =
      "DELETE FROM rollups WHERE rowid IN (SELECT rowid FROM rollups WHERE step = $step AND cut = $cut AND "
      "start < $before LIMIT $limit)";
  for (const UsageStep step : {UsageStep::Minute, UsageStep::Hour, UsageStep::Day}) {
    for (const usage::Cut cut : usage::kCuts) {
      GEMINATE_CHECK_OK(writer_->run(
          kDelete, {{"step", number_of(step)},
                    {"cut", number_of(cut)},
                    {"before", step == UsageStep::Minute ? order.minutes_before : order.rollups_before},
                    {"limit", kTrimmedAtOnce}}));
    }
  }
  return Status::success();
}

Result<std::int64_t> SqlUsageStore::find_some(const usage::SummaryQuery& query,
                                              std::vector<usage::FoundBlock>& found) {
  std::int64_t rows = 0;
  std::int64_t last = 0;
  GEMINATE_CHECK_OK(reader_->run(
      kFindBlocks,
      {{"by_token", to_sql(query.token.has_value())},
       {"by_key", to_sql(query.key.has_value())},
       {"by_model", to_sql(query.model.has_value())},
       {"at_most", query.at_most},
       {"begun_from", query.begun_from},
       {"begun_to", query.begun_to},
       {"ended_from", query.ended_from},
       {"ended_before", query.ended_before},
       {"least_duration", query.least_duration},
       {"most_duration", query.most_duration},
       {"statuses", query.statuses},
       {"dialects", query.dialects},
       {"limit", kRowsAtOnce}},
      [&](std::span<const SqlValue> row) {
        std::int64_t records = 0;
        ++rows;
        if (from_sql(row[0], last) && from_sql(row[1], records) && filter_passes(row[2], query.token) &&
            filter_passes(row[3], query.key) && filter_passes(row[4], query.model)) {
          found.push_back({last, records});
        }
        return Status::success();
      }));
  return rows == kRowsAtOnce ? last : 0;
}

Result<std::vector<usage::FoundBlock>> SqlUsageStore::find_blocks(const usage::SummaryQuery& query,
                                                                  std::size_t limit) {
  std::vector<usage::FoundBlock> found;
  usage::SummaryQuery rest = query;
  for (std::int64_t last = 1; last > 0 && found.size() < limit; rest.at_most = last - 1) {
    GEMINATE_TRY(last, find_some(rest, found));
  }
  if (found.size() > limit) found.resize(limit);
  return found;
}

Result<std::string> SqlUsageStore::block(std::int64_t id) {
  Blob data;
  GEMINATE_CHECK_OK(read_one(*reader_, "SELECT data FROM request_blocks WHERE id = $id", {{"id", id}}, data));
  return std::move(data.bytes);
}

Status SqlUsageStore::rollups(UsageStep step, usage::Cut cut, std::int64_t from, std::int64_t to,
                              const std::function<Status(std::int64_t, std::string_view)>& visit) {
  const auto read = reader_->run(
      "SELECT start, data FROM rollups WHERE step = $step AND cut = $cut AND start >= $from AND start < $to "
      "ORDER BY start",
      {{"step", number_of(step)}, {"cut", number_of(cut)}, {"from", from}, {"to", to}},
      [&visit](std::span<const SqlValue> row) -> Status {
        const auto* start = std::get_if<std::int64_t>(&row[0]);
        const auto* data = std::get_if<Blob>(&row[1]);
        if (start == nullptr || data == nullptr)
          return Error{ErrorCode::Internal, "The usage database is damaged.", {}, {}, {}};
        return visit(*start, data->bytes);
      });
  if (!read.ok()) return read.error();
  return Status::success();
}

Result<std::vector<ModelPrice>> SqlUsageStore::prices() {
  if (price_edits_ != nullptr) {
    GEMINATE_TRY(auto edited, price_edits_->prices());
    if (edited) return std::move(*edited);
  }
  return read_prices(*reader_, "SELECT model, input, output, cached FROM prices ORDER BY model");
}

Status SqlUsageStore::set_prices(const std::vector<ModelPrice>& prices, const Change& change) {
  if (price_edits_ != nullptr) return price_edits_->set_prices(prices, change);
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*editor_));
  GEMINATE_CHECK_OK(editor_->run("DELETE FROM prices"));
  GEMINATE_CHECK_OK(write_prices(
      *editor_, "INSERT INTO prices (model, input, output, cached) VALUES ($model, $input, $output, $cached)",
      prices));
  return transaction.commit();
}

}  // namespace geminate::storage
