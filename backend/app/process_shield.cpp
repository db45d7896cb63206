#include "backend/app/process_shield.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace geminate::app {

void shield_process() {
  // Neither can fail for a process that gives something up. Where core files go to a program, the kernel does
  // not ask the limit, but it still asks whether the process may be dumped.
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  ::umask(S_IRWXG | S_IRWXO);
}

}  // namespace geminate::app
