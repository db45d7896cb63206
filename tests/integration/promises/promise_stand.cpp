#include "tests/integration/promises/promise_stand.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

namespace geminate::test {
namespace {

std::string proc_file(pid_t process, const char* name) {
  std::ifstream file("/proc/" + std::to_string(process) + "/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

double resident_mib(pid_t process) {
  std::istringstream pages(proc_file(process, "statm"));
  double total = 0;
  double resident = 0;
  pages >> total >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1024 * 1024);
}

double own_mib(pid_t process) {
  std::istringstream pages(proc_file(process, "statm"));
  double total = 0;
  double resident = 0;
  double shared = 0;
  pages >> total >> resident >> shared;
  return (resident - shared) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1024 * 1024);
}

double cpu_seconds(pid_t process) {
  const std::string text = proc_file(process, "stat");
  // The name, in brackets, may hold anything.
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::size_t open_descriptors(pid_t process) {
  std::error_code problem;
  std::filesystem::directory_iterator entries("/proc/" + std::to_string(process) + "/fd", problem);
  return problem ? 0 : static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

bool is_sanitized(pid_t process) {
  const std::string maps = proc_file(process, "maps");
  return maps.find("libasan") != std::string::npos || maps.find("libtsan") != std::string::npos;
}

bool allow_descriptors(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
  if (limit.rlim_cur >= wanted) return true;
  // Beyond the hard limit, if we may.
  limit.rlim_cur = wanted;
  limit.rlim_max = std::max<rlim_t>(limit.rlim_max, wanted);
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

std::size_t allowed_descriptors(std::size_t wanted) {
  if (allow_descriptors(wanted)) return wanted;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  limit.rlim_cur = std::max(limit.rlim_cur, limit.rlim_max);
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
}

bool eventually_within(std::chrono::milliseconds patience, const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < until) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return holds();
}

std::chrono::microseconds percentile(std::vector<std::chrono::microseconds> values, double percent) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const auto at = static_cast<std::size_t>(static_cast<double>(values.size() - 1) * percent / 100);
  return values[at];
}

std::string one_decimal(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

void PromiseStand::SetUp() {
  const auto shipped = std::filesystem::path(GEMINATE_SHIPPED_SERVER);
  if (is_long_run() && std::filesystem::exists(shipped)) ::setenv("GEMINATE_SERVER_FILE", shipped.c_str(), 0);
}

std::string PromiseStand::request_for(const std::string& target, const std::string& further) const {
  return "POST " + target + " HTTP/1.1\r\nHost: a\r\n" + client_fields(further) +
         "Content-Length: " + std::to_string(std::string_view(kHello).size()) + "\r\n\r\n" + kHello;
}

std::chrono::microseconds PromiseStand::ordinary_request() {
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(generate().status, 200);
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun);
}

std::chrono::microseconds PromiseStand::ordinary_p99(int requests) {
  std::vector<std::chrono::microseconds> took;
  for (int i = 0; i < requests; ++i) took.push_back(ordinary_request());
  return percentile(std::move(took), 99);
}

}  // namespace geminate::test
