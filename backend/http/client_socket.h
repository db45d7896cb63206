#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace geminate::http {

/// What became of one attempt to move bytes.
struct Transfer {
  enum class State : std::uint8_t { Moved, Again, Ended, Broken };
  State state = State::Again;
  std::size_t bytes = 0;
};

/// A client's end of the wire, non-blocking: the one place with its system calls, where TLS will have its
/// seam. Does not own the descriptor; its registration's owner closes it.
class ClientSocket {
 public:
  explicit ClientSocket(int descriptor) : descriptor_(descriptor) {}

  [[nodiscard]] int descriptor() const { return descriptor_; }
  Transfer receive(std::span<char> buffer);
  /// All pieces in one go; never raises SIGPIPE.
  Transfer send(std::span<const iovec> pieces);
  /// No more will be sent; the client sees the end.
  void shut_down_writing();
  /// Closing will reset the connection: the client sees that the answer was cut.
  void reset_on_close();

 private:
  int descriptor_;
};

}  // namespace geminate::http
