#include "tests/support/server_process.h"
#include "tests/support/places.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

namespace geminate::test {
namespace {

using Clock = std::chrono::steady_clock;

/// The server's announcement, e.g. "… url=http://127.0.0.1:45123/ …", or https.
std::uint16_t announced_port(const std::string& log) {
  constexpr std::string_view kHost = "://127.0.0.1:";
  const auto found = log.find("url=http");
  if (found == std::string::npos || log.find('\n', found) == std::string::npos) return 0;
  const auto host = log.find(kHost, found);
  if (host == std::string::npos) return 0;
  return static_cast<std::uint16_t>(std::strtoul(log.c_str() + host + kHost.size(), nullptr, 10));
}

}  // namespace

ScratchFolder::ScratchFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "geminate-test-XXXXXX").string();
  path_ = ::mkdtemp(pattern.data());
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

ServerProcess::ServerProcess(const std::filesystem::path& folder, const Environment& environment,
                             const std::vector<std::string>& arguments)
    : folder_(folder) {
  static std::atomic<int> number{0};
  log_file_ = folder / ("server-" + std::to_string(number++) + ".log");
  Environment all{{"ADMIN_API_KEY", kAdmin},
                  {"CLIENT_TOKENS", kToken},
                  {"PORT", "0"},
                  {"WORKERS", "2"},
                  {"DATA_DIR", (folder / "data").string()},
                  {"DATABASE_URL", "sqlite:" + (folder / "data" / "geminate.db").string()}};
  for (const auto& [name, value] : environment) all[name] = value;
  launch(all, arguments);
  if (arguments.empty()) wait_until_listening();
}

ServerProcess::~ServerProcess() {
  if (pid_ > 0) kill_hard();
}

void ServerProcess::launch(const Environment& environment, std::vector<std::string> arguments) {
  std::vector<std::string> lines;
  for (const auto& [name, value] : environment) lines.push_back(name + "=" + value);
  for (const char* kept : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "PATH"}) {
    if (const char* value = std::getenv(kept)) lines.push_back(std::string(kept) + "=" + value);
  }
  std::vector<char*> block;
  for (auto& line : lines) block.push_back(line.data());
  block.push_back(nullptr);
  const std::string program = server_program().string();
  arguments.insert(arguments.begin(), program);
  std::vector<char*> words;
  for (auto& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ != 0) return;
  // The child: only async-signal-safe calls from here on.
  const int log = ::open(log_file_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(log, STDERR_FILENO);
  ::dup2(log, STDOUT_FILENO);
  if (::chdir(folder_.c_str()) == 0) ::execve(program.c_str(), words.data(), block.data());
  ::_exit(127);
}

void ServerProcess::wait_until_listening() {
  const auto deadline = Clock::now() + std::chrono::seconds{60};
  while (Clock::now() < deadline) {
    if ((port_ = announced_port(log())) != 0) return;
    siginfo_t ended{};
    if (::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        ended.si_pid != 0)
      return;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
}

std::string ServerProcess::log() const {
  std::ostringstream text;
  text << std::ifstream(log_file_).rdbuf();
  return text.str();
}

void ServerProcess::kill_hard() {
  // kill(-1) is a signal for every process of the machine.
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
  port_ = 0;
}

int ServerProcess::stop(std::chrono::milliseconds patience) {
  if (pid_ <= 0) return -1;
  ::kill(pid_, SIGTERM);
  return wait_for_exit(patience);
}

int ServerProcess::wait_for_exit(std::chrono::milliseconds patience) {
  if (pid_ <= 0) return -1;
  const auto deadline = Clock::now() + patience;
  while (Clock::now() < deadline) {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      port_ = 0;
      return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return -1;
}

}  // namespace geminate::test
