#pragma once

namespace geminate::app {

/// Keeps this process's memory and files to itself: no core file, no reading of its memory or environment by
/// other processes of the same user (a debugger needs CAP_SYS_PTRACE), and what it creates is its owner's
/// alone. For main, before it reads a secret and before there are threads.
void shield_process();

}  // namespace geminate::app
