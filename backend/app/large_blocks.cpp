#include "backend/app/large_blocks.h"

#include <malloc.h>

#include "backend/http/body_budget.h"

namespace geminate::app {

void return_large_blocks() {
  // Naming a threshold is what ends the learning.
  mallopt(M_MMAP_THRESHOLD, static_cast<int>(http::kLargeBlock));
}

}  // namespace geminate::app
