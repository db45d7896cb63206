#include "backend/app/process_shield.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace geminate::app {
namespace {

/// What is still open in a process that shielded itself; 0 when nothing is.
int look_inside() {
  shield_process();
  rlimit core{};
  ::getrlimit(RLIMIT_CORE, &core);
  int open = 0;
  if (core.rlim_cur != 0 || core.rlim_max != 0) open += 1;
  if (::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) open += 2;
  if (::umask(0) != (S_IRWXG | S_IRWXO)) open += 4;
  return open;
}

template <class Work>
int status_of_child(Work work) {
  const pid_t child = ::fork();
  if (child == 0) work();
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

TEST(ProcessShield, LeavesNothingOpen) {
  const int status = status_of_child([] { ::_exit(look_inside()); });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(ProcessShield, LeavesNoCoreFile) {
  const int status = status_of_child([] {
    shield_process();
    ::signal(SIGQUIT, SIG_DFL);
    ::raise(SIGQUIT);
    ::_exit(0);
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_FALSE(WCOREDUMP(status));
}

}  // namespace
}  // namespace geminate::app
