#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>

#include "tests/support/test_certificates.h"

namespace geminate::test {

inline constexpr std::chrono::milliseconds kPatience{10'000};

/// The upstream's end of one connection, plain or TLS: every wait has an end and says what it waited for. One
/// thread.
class FakeConnection {
 public:
  FakeConnection();
  FakeConnection(FakeConnection&&) noexcept;
  FakeConnection& operator=(FakeConnection&&) noexcept;
  ~FakeConnection();

  /// Reads one request, its Content-Length's body included.
  testing::AssertionResult read_request(std::string& request, std::chrono::milliseconds patience = kPatience);
  /// Reads until that many bytes have come in all since the connection began; they are counted, not kept.
  testing::AssertionResult read_bytes(std::size_t count, std::chrono::milliseconds patience = kPatience);
  testing::AssertionResult write(std::string_view bytes, std::chrono::milliseconds patience = kPatience);
  /// Writes what the other end takes and returns how much that was, once it has taken nothing for `quiet`.
  std::size_t write_until_stuck(std::string_view bytes, std::chrono::milliseconds quiet);
  /// The other end hangs up (whatever it sends before is dropped).
  testing::AssertionResult wait_for_end(std::chrono::milliseconds patience = kPatience);
  /// Nothing comes and nobody hangs up for that long.
  testing::AssertionResult stays_quiet(std::chrono::milliseconds duration);
  /// Becomes TLS from here on, as the server of these certificates.
  testing::AssertionResult secure(const TestCertificates& certificates,
                                  std::chrono::milliseconds patience = kPatience);
  /// With TLS, says so first.
  void close();
  /// Closes without any good-bye of TLS's.
  void cut();
  /// Closes by a reset.
  void reset();
  /// Whether TLS resumed a session.
  [[nodiscard]] bool resumed() const;
  /// The name that the client asked for (SNI), and the protocol agreed on (ALPN).
  [[nodiscard]] std::string server_name() const;
  [[nodiscard]] std::string protocol() const;

 private:
  friend class FakeUpstream;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A scriptable upstream on a port of its own at 127.0.0.1. The script runs on a thread of its own while the
/// test turns its loop:
///
///   FakeUpstream upstream;
///   auto script = upstream.play([](FakeUpstream& fake) { FakeConnection c; return fake.accept(c) && …; });
///   …
///   EXPECT_TRUE(script.get());
class FakeUpstream {
 public:
  using Script = std::function<testing::AssertionResult(FakeUpstream&)>;

  /// With certificates it speaks TLS.
  explicit FakeUpstream(const TestCertificates* certificates = nullptr);
  ~FakeUpstream();
  FakeUpstream(const FakeUpstream&) = delete;
  FakeUpstream& operator=(const FakeUpstream&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  testing::AssertionResult accept(FakeConnection& connection, std::chrono::milliseconds patience = kPatience);
  /// Nobody connects for that long.
  testing::AssertionResult nobody_connects(std::chrono::milliseconds duration);
  std::future<testing::AssertionResult> play(Script script);
  /// Refuses connections from now on.
  void stop_listening();

 private:
  struct Tls;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::unique_ptr<Tls> tls_;
};

/// Goes on only while things hold: `GEMINATE_HOLDS(connection.write("…"));` in a script.
#define GEMINATE_HOLDS(expression)                                 \
  if (const testing::AssertionResult holds = (expression); !holds) \
  return testing::AssertionFailure() << #expression << ": " << holds.message()

}  // namespace geminate::test
