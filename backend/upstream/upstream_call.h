#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace geminate::config {
struct UpstreamProxy;
}

namespace geminate::upstream {

/// Where a connection leads, and through which proxy: the two key idle connections and TLS sessions.
struct Target {
  std::string host;
  std::uint16_t port = 443;
  bool tls = true;
  /// Null for none. Somebody else's, who keeps it longer than any connection; two are the same proxy if they
  /// are the same object.
  const config::UpstreamProxy* proxy = nullptr;

  // The proxy first: with many of them it is what differs.
  bool operator==(const Target& other) const {
    return proxy == other.proxy && port == other.port && tls == other.tls && host == other.host;
  }
};

struct Deadlines {
  std::chrono::milliseconds connect{10'000};
  /// From the request's last byte to the answer's first.
  std::chrono::milliseconds first_byte{300'000};
  /// Between two pieces of the answer.
  std::chrono::milliseconds idle{120'000};
  std::chrono::milliseconds total{900'000};
};

/// One HTTP/1.1 request, ready to be written. The views must stay valid until the call has ended.
struct CallRequest {
  /// Request line and all fields up to and with the empty line.
  std::string_view head;
  std::string_view body;
  Deadlines deadlines;
  /// Whether the request is a HEAD: its answer has no body whatever its head says.
  bool head_only = false;
};

/// Head of upstream's answer. Views live until the callback returns.
struct AnswerHead {
  std::uint16_t status = 0;
  struct Field {
    std::string_view name;
    std::string_view value;
  };
  std::vector<Field> fields;
  /// Known unless the answer is chunked or lasts until close.
  std::optional<std::uint64_t> content_length;

  [[nodiscard]] std::string_view header(std::string_view name) const;
};

enum class FailureKind : std::uint8_t {
  Resolve,
  Connect,
  Tls,
  /// The connection ended, or what came was not HTTP, before the answer was complete.
  Broken,
  ConnectTimeout,
  FirstByteTimeout,
  IdleTimeout,
  TotalTimeout,
  /// The address is none that may be connected to; see AddressGate.
  Address,
  /// The proxy was not reached, or opened no tunnel.
  Proxy,
};

struct CallFailure {
  FailureKind kind = FailureKind::Broken;
  /// For the log; holds no secret.
  std::string detail;
  /// Whether any byte of the answer's head had been handed on.
  bool answer_begun = false;
};

/// Whoever made the call. Loop's thread only. After on_done or on_failed nothing more comes.
class CallObserver {
 public:
  virtual void on_head(const AnswerHead& head) = 0;
  /// A piece of the decoded body (chunk framing removed); the view lives until the callback returns.
  virtual void on_body(std::string_view bytes) = 0;
  virtual void on_done() = 0;
  virtual void on_failed(const CallFailure& failure) = 0;

 protected:
  ~CallObserver() = default;
};

/// Names a call in flight; a stale one is harmless.
struct CallId {
  std::uint32_t index = 0;
  std::uint32_t generation = 0;
};

/// One worker's door to upstream. Loop's thread only.
class UpstreamCaller {
 public:
  virtual ~UpstreamCaller() = default;
  /// Begins a call. The observer may be called before this returns only with on_failed.
  /// A request on a reused connection that dies before any byte of the answer is sent once more on a fresh
  /// one.
  virtual CallId start(const Target& target, const CallRequest& request, CallObserver& observer) = 0;
  /// Ends the call without a further callback; its connection is closed.
  virtual void cancel(CallId call) = 0;
  /// Stops and resumes reading the answer, for a client that lags behind. The idle deadline rests meanwhile.
  virtual void pause(CallId call) = 0;
  virtual void resume(CallId call) = 0;
};

}  // namespace geminate::upstream
