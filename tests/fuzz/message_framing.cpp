// Any bytes, cut at a place of the fuzzer's choice: framing must say the same as without the cut, and what it
// accepts must keep its promises.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "backend/http/head_syntax.h"
#include "backend/http/message_framing.h"

namespace {

using namespace geminate;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_request(const http::HttpRequest& request) {
  require(is_token(request.method()));
  require(request.target() == "*" || request.target().substr(0, 1) == "/");
  require(is_target_text(request.target()));
  require(request.minor_version() == 0 || request.count("host") == 1);
  for (std::size_t i = 0; i < request.field_count(); ++i) {
    require(is_token(request.field(i).name));
    require(is_field_value(request.field(i).value));
  }
}

/// Everything that can be seen from outside, as text.
std::string read(std::string_view first, std::string_view second) {
  static constexpr http::FramingLimits kLimits{2048, 16, 4096};
  http::BodyBudget budget(8192);
  http::MessageFraming framing(kLimits, budget);
  std::string seen;
  for (auto bytes : {first, second}) {
    while (!bytes.empty()) {
      const auto framed = framing.feed(bytes);
      if (framed == http::Framed::NeedMore) require(bytes.empty());
      if (framed == http::Framed::Fault) {
        require(!framing.fault().message.empty());
        return seen + "!" + framing.fault().message;
      }
      if (framed != http::Framed::Complete) continue;
      const auto request = framing.take();
      check_request(request);
      seen.append(request.method())
          .append(" ")
          .append(request.target())
          .append(" ")
          .append(request.body())
          .append(";");
    }
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto cut = (data[0] * 256U + data[1]) % (bytes.size() + 1);
  require(read(bytes, {}) == read(bytes.substr(0, cut), bytes.substr(cut)));
  return 0;
}
