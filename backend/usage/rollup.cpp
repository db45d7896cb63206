#include "backend/usage/rollup.h"

#include "backend/usage/id_filter.h"

namespace geminate::usage {
namespace {

// Version, number of models, each model (length, text), number of cells, each cell (id, model, length, body),
// as numbers of 7 bits a byte. A body: six sums, then for each histogram the number of buckets in use and for
// each of them its place and count.
constexpr std::uint64_t kVersion = 1;

void put(std::string& bytes, std::uint64_t number) {
  while (number >= 0x80) {
    bytes += static_cast<char>((number & 0x7f) | 0x80);
    number >>= 7;
  }
  bytes += static_cast<char>(number);
}

std::uint64_t zigzag(std::int64_t number) {
  return (static_cast<std::uint64_t>(number) << 1) ^ static_cast<std::uint64_t>(number >> 63);
}
std::int64_t from_zigzag(std::uint64_t number) {
  return static_cast<std::int64_t>((number >> 1) ^ (0 - (number & 1)));
}

/// Takes numbers and texts off the front; a fault stays. A question may read tens of millions of numbers,
/// nearly all of one byte.
class Source {
 public:
  explicit Source(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}
  std::uint64_t number() {
    if (at_ != end_ && static_cast<unsigned char>(*at_) < 0x80) return static_cast<unsigned char>(*at_++);
    return long_number();
  }
  std::string_view text() {
    const std::uint64_t length = number();
    if (length > static_cast<std::uint64_t>(end_ - at_)) {
      ok_ = false;
      return {};
    }
    const std::string_view text(at_, length);
    at_ += length;
    return text;
  }
  [[nodiscard]] bool ok() const { return ok_; }

 private:
  std::uint64_t long_number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64 && at_ != end_; shift += 7) {
      const auto byte = static_cast<unsigned char>(*at_++);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }

  const char* at_;
  const char* end_;
  bool ok_ = true;
};

void put(std::string& bytes, const LatencyHistogram& histogram) {
  std::uint64_t used = 0;
  for (const std::uint32_t count : histogram.counts) used += count != 0 ? 1 : 0;
  put(bytes, used);
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    if (histogram.counts[i] == 0) continue;
    put(bytes, i);
    put(bytes, histogram.counts[i]);
  }
}

void take(Source& source, LatencyHistogram& histogram) {
  const std::uint64_t used = source.number();
  for (std::uint64_t i = 0; i < used && source.ok(); ++i) {
    const std::uint64_t place = source.number();
    const std::uint64_t count = source.number();
    if (place < histogram.counts.size()) histogram.counts[place] += static_cast<std::uint32_t>(count);
  }
}

void put(std::string& bytes, const RollupCell& cell) {
  for (const std::uint64_t sum : {cell.requests, cell.failures, cell.input_tokens, cell.output_tokens,
                                  cell.cached_tokens, cell.thought_tokens}) {
    put(bytes, sum);
  }
  put(bytes, cell.duration);
  put(bytes, cell.first_byte);
}

Error damaged() {
  return Error{ErrorCode::Internal,
               "The usage database holds a roll-up that this program cannot read. Restore it from a backup, "
               "or move it away.",
               {},
               {},
               {}};
}

}  // namespace

void RollupCell::add(const RequestRecord& record) {
  ++requests;
  failures += is_failure(record.status, record.outcome) ? 1 : 0;
  input_tokens += record.input_tokens;
  output_tokens += record.output_tokens;
  cached_tokens += record.cached_tokens;
  thought_tokens += record.thought_tokens;
  duration.add(record.duration_ms);
  if (record.first_byte_ms != kNoFirstByte) first_byte.add(record.first_byte_ms);
}

void RollupCell::add(const RollupCell& other) {
  requests += other.requests;
  failures += other.failures;
  input_tokens += other.input_tokens;
  output_tokens += other.output_tokens;
  cached_tokens += other.cached_tokens;
  thought_tokens += other.thought_tokens;
  duration.add(other.duration);
  first_byte.add(other.first_byte);
}

std::int64_t id_in(Cut cut, const RequestRecord& record) {
  switch (cut) {
    case Cut::Token:
      return record.token_id;
    case Cut::Key:
      return record.key_id;
    case Cut::Kind:
      break;
  }
  return kind_of(record.dialect, status_group(record.status, record.outcome));
}

std::size_t Rollup::CellHash::operator()(const CellId& cell) const {
  return filter_hash(cell.id ^ static_cast<std::int64_t>(std::uint64_t{cell.model} << 40));
}

std::uint32_t Rollup::model_place(std::string_view model) {
  if (!models_.empty() && models_[last_model_] == model) return last_model_;
  if (models_.size() >= kMaximumModels && !model_places_.contains(std::string(model))) model = kOtherModels;
  const auto [found, is_new] =
      model_places_.try_emplace(std::string(model), static_cast<std::uint32_t>(models_.size()));
  if (is_new) models_.emplace_back(model);
  return last_model_ = found->second;
}

void Rollup::add(std::int64_t id, const RequestRecord& record) {
  const CellId cell_id{id, model_place(record.model.view())};
  if (last_cell_ == nullptr || cell_id != last_cell_id_) {
    last_cell_ = &cells_[cell_id];
    last_cell_id_ = cell_id;
  }
  last_cell_->add(record);
}

void Rollup::merge(const Rollup& other) {
  for (const auto& [cell_id, cell] : other.cells_) {
    cells_[{cell_id.id, model_place(other.models_[cell_id.model])}].add(cell);
  }
}

Status Rollup::merge_encoded(std::string_view bytes) {
  return read_rollup(bytes, [this](const EncodedCell& cell) -> Status {
    if (!cell.add_to(cells_[{cell.id, model_place(cell.model)}])) return damaged();
    return Status::success();
  });
}

std::string Rollup::encode() const {
  std::string bytes;
  put(bytes, kVersion);
  put(bytes, models_.size());
  for (const std::string& model : models_) {
    put(bytes, model.size());
    bytes += model;
  }
  put(bytes, cells_.size());
  std::string body;
  for (const auto& [cell_id, cell] : cells_) {
    body.clear();
    put(body, cell);
    put(bytes, zigzag(cell_id.id));
    put(bytes, cell_id.model);
    put(bytes, body.size());
    bytes += body;
  }
  return bytes;
}

std::uint64_t EncodedCell::requests() const { return Source(body_).number(); }

bool EncodedCell::add_to(RollupCell& sums) const {
  Source source(body_);
  for (std::uint64_t* sum : {&sums.requests, &sums.failures, &sums.input_tokens, &sums.output_tokens,
                             &sums.cached_tokens, &sums.thought_tokens}) {
    *sum += source.number();
  }
  take(source, sums.duration);
  take(source, sums.first_byte);
  return source.ok();
}

Status read_rollup(std::string_view bytes, const std::function<Status(const EncodedCell&)>& visit) {
  Source source(bytes);
  if (source.number() != kVersion) return damaged();
  std::vector<std::string_view> models;
  const std::uint64_t model_count = source.number();
  for (std::uint64_t i = 0; i < model_count && source.ok(); ++i) models.push_back(source.text());
  const std::uint64_t cells = source.number();
  for (std::uint64_t i = 0; i < cells && source.ok(); ++i) {
    const std::int64_t id = from_zigzag(source.number());
    const std::uint64_t model = source.number();
    const std::string_view body = source.text();
    if (!source.ok() || model >= models.size()) return damaged();
    GEMINATE_CHECK_OK(visit(EncodedCell(id, models[model], model, body)));
  }
  return source.ok() ? Status::success() : Status(damaged());
}

}  // namespace geminate::usage
