#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace geminate::test {

/// A folder of its own below the system's temporary one; removed with everything in it.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The built server (GEMINATE_SERVER_FILE in the environment names another one) as its users run it: a
/// process with an environment of its own, on a free port. Its log is kept.
class ServerProcess {
 public:
  using Environment = std::map<std::string, std::string>;

  static constexpr const char* kAdmin = "test-admin-secret-0123456789";
  static constexpr const char* kToken = "test-client-token-0123456789";

  /// Starts it and waits until it listens (or has ended: `running()` is false then). `environment` comes on
  /// top of an admin secret, one client token, PORT=0 and a DATA_DIR below `folder`.
  ServerProcess(const std::filesystem::path& folder, const Environment& environment);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  [[nodiscard]] bool running() const { return port_ != 0; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] pid_t pid() const { return pid_; }
  /// What it has logged so far.
  [[nodiscard]] std::string log() const;
  /// This and the next two do nothing once the process has ended.
  void kill_hard();
  /// Asks it to end and waits; its exit code, or -1 when a signal ended it or it took longer than `patience`.
  int stop(std::chrono::milliseconds patience = std::chrono::seconds{30});
  /// For a server that ended by itself.
  int wait_for_exit(std::chrono::milliseconds patience = std::chrono::seconds{30});

 private:
  void launch(const Environment& environment);
  void wait_until_listening();

  std::filesystem::path folder_;
  std::filesystem::path log_file_;
  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace geminate::test
