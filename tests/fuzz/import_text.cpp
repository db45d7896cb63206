// Any text as an import: every key once, counted from 1, nothing lost.

#include <set>

#include "backend/keys/key_import.h"
#include "tests/fuzz/fuzzing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace geminate;
  KeyImport import;
  import.text.assign(reinterpret_cast<const char*>(data), size);
  const auto is_known = [](const Secret& key) { return key.reveal().size() % 7 == 3; };
  const auto plan = keys::plan_import(import, is_known);
  if (!plan.ok()) {
    fuzz::require(!plan.error().message.empty());
    return 0;
  }
  std::set<std::string> texts;
  for (const auto& row : plan->rows) {
    fuzz::require(!row.text.empty() && !is_known(row.text));
    fuzz::require(texts.insert(std::string(row.text.reveal())).second);
  }
  const std::size_t all = plan->rows.size() + plan->duplicates.size() + plan->rejected.size();
  for (const auto position : plan->duplicates)
    fuzz::require(position >= 1 && static_cast<std::size_t>(position) <= all);
  return 0;
}
