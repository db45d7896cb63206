// Preloaded into a process, it moves the wall clock by what a file says (seconds, as text), read anew each
// time: CLOCK_SHIFT_FILE names it. Steady clocks are left alone, as the kernel leaves them when somebody sets
// the time.

#include <dlfcn.h>
#include <fcntl.h>
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

using ClockGettime = int (*)(clockid_t, timespec*);

int real_clock_gettime(clockid_t clock, timespec* time) {
  static const auto kReal = reinterpret_cast<ClockGettime>(::dlsym(RTLD_NEXT, "clock_gettime"));
  return kReal(clock, time);
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* time) {
  const int result = real_clock_gettime(clock, time);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    time->tv_sec += shift_seconds();
  return result;
}

int gettimeofday(timeval* time, void*) {
  timespec now{};
  const int result = clock_gettime(CLOCK_REALTIME, &now);
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return result;
}

time_t time(time_t* result) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (result != nullptr) *result = now.tv_sec;
  return now.tv_sec;
}
}
