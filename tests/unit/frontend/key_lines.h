#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "frontend-wasm/app/events.h"
#include "shared/codec/codec.h"
#include "shared/codec/columns.h"

namespace geminate::ui {

/// Rows as the server tells them.
inline std::string lines_of(std::vector<UpstreamKeyView> rows, codec::FieldChoice choice) {
  if (rows.empty()) return {};
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  codec::ColumnWriter<UpstreamKeyView> writer(choice);
  for (const UpstreamKeyView& row : rows) writer.add(row);
  return writer.text() + '\n';
}

inline KeyPortionHead key_head(std::string version, KeyStorageMode mode, bool is_whole = true) {
  KeyPortionHead head;
  head.version = std::move(version);
  head.is_whole = is_whole;
  head.key_storage_mode = mode;
  return head;
}

/// The answers of keys/facts and keys/activity that bring the whole list.
inline KeysLoaded whole_list(std::vector<UpstreamKeyView> rows, KeyStorageMode mode, std::uint64_t edits) {
  return {{key_head("run-f1", mode), lines_of(rows, travels_as_key_fact)},
          {key_head("run-a1", mode), lines_of(rows, travels_as_key_activity)},
          edits};
}

/// The bodies of those answers.
inline std::string facts_body(const std::vector<UpstreamKeyView>& rows, KeyStorageMode mode) {
  return codec::to_json(key_head("run-f1", mode)) + '\n' + lines_of(rows, travels_as_key_fact);
}
inline std::string activity_body(const std::vector<UpstreamKeyView>& rows, KeyStorageMode mode) {
  return codec::to_json(key_head("run-a1", mode)) + '\n' + lines_of(rows, travels_as_key_activity);
}

}  // namespace geminate::ui
