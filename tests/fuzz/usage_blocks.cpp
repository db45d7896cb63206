// Any bytes as what usage.db holds: they are read, or said to be damaged.

#include "backend/usage/record_block.h"
#include "backend/usage/rollup.h"
#include "tests/fuzz/fuzzing.h"

namespace {

using namespace geminate;

void read_block(std::string_view bytes) {
  const auto block = usage::BlockReader::open(bytes);
  if (!block.ok()) return;
  std::size_t attempts = 0;
  for (std::size_t i = 0; i < block->size(); ++i) {
    const auto packed = block->packed(i);
    const auto record = block->record(packed, attempts);
    attempts += record.attempts.size();
  }
}

void read_rollup(std::string_view bytes) {
  usage::Rollup sums;
  if (!sums.merge_encoded(bytes).ok()) return;
  usage::Rollup again;
  fuzz::require(again.merge_encoded(sums.encode()).ok() && again.size() == sums.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Blocks are read in place, and SQLite hands out what is aligned.
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  read_block(bytes);
  read_rollup(bytes);
  return 0;
}
