// Preloaded into a process, it moves the wall clock by what a file says (seconds, as text), read anew each
// time: CLOCK_SHIFT_FILE names it. Steady clocks are left alone, as the kernel leaves them when somebody sets
// the time.

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>

namespace {

long shift_seconds() {
  static const char* const kFile = std::getenv("CLOCK_SHIFT_FILE");
  if (kFile == nullptr) return 0;
  const int file = ::open(kFile, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  char text[32] = {};
  const auto got = ::read(file, text, sizeof text - 1);
  ::close(file);
  return got > 0 ? std::strtol(text, nullptr, 10) : 0;
}

/// Not the library's function, which is what this file stands in for.
int real_clock_gettime(clockid_t clock, timespec* result) {
  return static_cast<int>(::syscall(SYS_clock_gettime, clock, result));
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* result) noexcept {
  const int status = real_clock_gettime(clock, result);
  if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    result->tv_sec += shift_seconds();
  return status;
}

int gettimeofday(timeval* result, void*) noexcept {
  timespec moment{};
  const int status = clock_gettime(CLOCK_REALTIME, &moment);
  result->tv_sec = moment.tv_sec;
  result->tv_usec = moment.tv_nsec / 1000;
  return status;
}

time_t time(time_t* result) noexcept {
  timespec moment{};
  clock_gettime(CLOCK_REALTIME, &moment);
  if (result != nullptr) *result = moment.tv_sec;
  return moment.tv_sec;
}
}
