#include "frontend-wasm/app/key_import_state.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "frontend-wasm/app/form_values.h"

namespace geminate::ui {
namespace {

/// Whether it survives being one piece of a text among others.
bool is_one_piece(const ImportEntry& entry) {
  const auto is_plain = [](char c) { return c > ' ' && c < 0x7F && c != ','; };
  return !entry.has_settings() && !entry.key.empty() &&
         std::all_of(entry.key.begin(), entry.key.end(), is_plain);
}

KeyDraft draft_of(const ImportEntry& entry) {
  KeyDraft draft;
  draft.key_string = entry.key;
  if (!entry.project.empty()) draft.project = entry.project;
  if (!entry.description.empty()) draft.description = entry.description;
  if (!entry.tags.empty()) draft.tags = parse_tags(entry.tags);
  return draft;
}

bool passes(ImportFilter filter, ImportFate fate) {
  switch (filter) {
    case ImportFilter::All:
      return true;
    case ImportFilter::New:
      return fate == ImportFate::New || fate == ImportFate::Added || fate == ImportFate::Unsent;
    case ImportFilter::Duplicate:
      return fate == ImportFate::InPool || fate == ImportFate::Twice;
    case ImportFilter::Rejected:
      return fate == ImportFate::Rejected;
  }
  return false;
}

void count(ImportCounts& counts, ImportFate fate) {
  switch (fate) {
    case ImportFate::New:
      ++counts.fresh;
      break;
    case ImportFate::InPool:
    case ImportFate::Twice:
      ++counts.duplicate;
      break;
    case ImportFate::Rejected:
      ++counts.rejected;
      break;
    case ImportFate::Added:
      ++counts.added;
      break;
    case ImportFate::Unsent:
      ++counts.unsent;
      break;
    case ImportFate::Unknown:
      break;
  }
}

}  // namespace

std::vector<ImportRow> import_rows(ImportReading reading) {
  std::vector<ImportRow> rows;
  rows.reserve(reading.entries.size());
  for (ImportEntry& entry : reading.entries) rows.push_back({std::move(entry), {}, {}, {}, 0});
  std::unordered_map<std::string_view, std::uint32_t> first;
  first.reserve(rows.size());
  for (ImportRow& row : rows) {
    if (row.entry.key.empty()) continue;
    const auto [found, fresh] = first.emplace(row.entry.key, row.entry.place);
    if (fresh) continue;
    row.fate = ImportFate::Twice;
    row.twin = found->second;
  }
  return rows;
}

KeyImport import_slice(const KeyImportState& import) {
  const auto begin = import.queue.begin() + static_cast<std::ptrdiff_t>(import.answered);
  const auto end = begin + static_cast<std::ptrdiff_t>(import.asked);
  const auto entry_at = [&import](std::uint32_t at) -> const ImportEntry& { return import.rows[at].entry; };
  KeyImport body;
  if (import.stage == ImportStage::Check) body.dry_run = true;
  if (std::all_of(begin, end, [&](std::uint32_t at) { return is_one_piece(entry_at(at)); })) {
    for (auto at = begin; at != end; ++at) body.text.append(entry_at(*at).key).push_back('\n');
    return body;
  }
  auto& keys = body.keys.emplace();
  keys.reserve(import.asked);
  for (auto at = begin; at != end; ++at) keys.push_back(draft_of(entry_at(*at)));
  return body;
}

void take_slice(KeyImportState& import, const KeyImportResult& result) {
  const auto row_at = [&import](std::int64_t position) -> ImportRow* {
    if (position < 1 || static_cast<std::size_t>(position) > import.asked) return nullptr;
    return &import.rows[import.queue[import.answered + static_cast<std::size_t>(position) - 1]];
  };
  const ImportFate taken = import.stage == ImportStage::Check ? ImportFate::New : ImportFate::Added;
  for (std::size_t i = 1; i <= import.asked; ++i) row_at(static_cast<std::int64_t>(i))->fate = taken;
  for (const std::int64_t position : result.duplicate_positions) {
    if (ImportRow* row = row_at(position)) row->fate = ImportFate::InPool;
  }
  for (const RejectedKey& rejected : result.rejected) {
    ImportRow* row = row_at(rejected.position);
    if (row == nullptr) continue;
    row->fate = ImportFate::Rejected;
    row->fault = rejected.fault;
    row->reason = rejected.reason;
  }
  import.answered += std::exchange(import.asked, 0);
}

void count_import(KeyImportState& import) {
  import.counts = {};
  import.shown.clear();
  for (std::size_t i = 0; i < import.rows.size(); ++i) {
    count(import.counts, import.rows[i].fate);
    if (passes(import.filter, import.rows[i].fate)) import.shown.push_back(static_cast<std::uint32_t>(i));
  }
}

}  // namespace geminate::ui
