#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace geminate::test {

/// An answer as it came; names in lower case.
struct PlainAnswer {
  int status = 0;
  std::map<std::string, std::string> fields;
  std::string body;
};

/// One blocking client connection to 127.0.0.1 that sends exactly the bytes it is told to: for tests that
/// must see and send what no well-behaved client does. One thread. Every wait has an end.
class PlainClient {
 public:
  explicit PlainClient(std::uint16_t port, int receive_buffer_bytes = 0);
  virtual ~PlainClient();
  PlainClient(PlainClient&& other) noexcept;
  PlainClient& operator=(PlainClient&&) = delete;

  [[nodiscard]] bool connected() const { return socket_ >= 0; }
  /// False when the server has closed.
  bool send(std::string_view bytes);
  /// The next whole answer (length or chunked); nothing when the server closed or stayed silent before it was
  /// complete.
  std::optional<PlainAnswer> read_answer(std::chrono::milliseconds patience = std::chrono::seconds{20},
                                         bool head_only = false);
  /// Bytes until `wanted` has been seen, the server closes or patience ends.
  std::string read_until(std::string_view wanted,
                         std::chrono::milliseconds patience = std::chrono::seconds{20});
  /// Whether something of the server's has come within that time; it is left to be read.
  [[nodiscard]] bool hears_within(std::chrono::milliseconds patience) const;
  /// Whether the server closes within that time (bytes on the way are read and dropped).
  bool closed_within(std::chrono::milliseconds patience);
  /// Ends the connection with a reset or, by default, in good order.
  void close(bool with_reset = false);

 protected:
  [[nodiscard]] int socket() const { return socket_; }
  /// As the system calls of that name; TlsClient has its own.
  virtual long receive(char* bytes, std::size_t size);
  virtual long transmit(std::string_view bytes);
  /// Whether bytes are here that no poll will tell of.
  [[nodiscard]] virtual bool holds_more() const { return false; }

 private:
  /// Reads more into pending_; false at the end or after the deadline.
  bool fill(std::chrono::steady_clock::time_point deadline);
  bool read_body(PlainAnswer& answer, std::chrono::steady_clock::time_point deadline);
  bool read_chunks(PlainAnswer& answer, std::chrono::steady_clock::time_point deadline);

  int socket_ = -1;
  std::string pending_;
};

/// One request on a fresh connection.
std::optional<PlainAnswer> ask(std::uint16_t port, std::string_view method, std::string_view target,
                               std::string_view fields = {}, std::string_view body = {});

}  // namespace geminate::test
