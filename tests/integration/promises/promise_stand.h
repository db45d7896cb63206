#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "tests/integration/server/served_by_simulator.h"
#include "tests/support/promise.h"

namespace geminate::test {

/// What the kernel tells of a process.
double resident_mib(pid_t process);
/// What of it is no file's: the code that has not run for a while may leave memory, which says nothing of a
/// test.
double own_mib(pid_t process);
double cpu_seconds(pid_t process);
std::size_t open_descriptors(pid_t process);
/// Built with a sanitizer: its memory and its speed tell nothing of the product's.
bool is_sanitized(pid_t process);

/// Lets this process, and those that it starts, open so many files; false where the system does not allow it.
bool allow_descriptors(std::size_t wanted);
/// As many of them as the system allows.
std::size_t allowed_descriptors(std::size_t wanted);

/// Asks until it holds, for that long at most.
bool eventually_within(std::chrono::milliseconds patience, const std::function<bool()>& holds);

/// The value below which so many of a hundred lie.
std::chrono::microseconds percentile(std::vector<std::chrono::microseconds> values, double percent);

/// "12.3".
std::string one_decimal(double value);

/// The real server before a simulated Gemini, looked at from outside.
class PromiseStand : public ServedBySimulator {
 protected:
  /// In the long form the shipped build serves, where it is there: sanitizers tell nothing of memory and
  /// speed.
  void SetUp() override;

  [[nodiscard]] std::string generate_request(const std::string& further = {}) const {
    return request_for(kGenerate, further);
  }
  /// `behaviour`: what the simulator does, e.g. "stallmid".
  [[nodiscard]] std::string stream_request(const std::string& behaviour) const {
    return request_for(kStream, "x-goog-sim: " + behaviour + "\r\n");
  }
  /// How long one ordinary request takes; a test's failure where it is not answered 200.
  std::chrono::microseconds ordinary_request();
  /// The p99 of so many of them, one after the other.
  std::chrono::microseconds ordinary_p99(int requests);

 private:
  [[nodiscard]] std::string request_for(const std::string& target, const std::string& further) const;
};

}  // namespace geminate::test
