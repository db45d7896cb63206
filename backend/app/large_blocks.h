#pragma once

namespace geminate::app {

/// Memory of a megabyte and more goes back to the system when it is freed. Left to itself, the allocator
/// learns from the first large block to keep such blocks, and the bodies that grow in them come to twice
/// what is in them. For main, before there are threads.
void return_large_blocks();

}  // namespace geminate::app
