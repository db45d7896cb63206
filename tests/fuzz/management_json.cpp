// Any body of the management interface, and any answer the console may read: what is read can be written, and
// is read as the same again.

#include "shared/api/endpoints.h"
#include "shared/codec/codec.h"
#include "shared/codec/columns.h"
#include "tests/fuzz/fuzzing.h"

namespace {

using namespace geminate;

template <class T>
void check(std::string_view json) {
  if constexpr (!std::is_same_v<T, NoBody>) {
    const auto value = codec::from_json<T>(json);
    if (!value.ok()) {
      fuzz::require(!value.error().message.empty());
      return;
    }
    const std::string written = codec::to_json(*value);
    fuzz::require(fuzz::is_json(written));
    const auto again = codec::from_json<T>(written);
    fuzz::require(again.ok() && codec::to_json(*again) == written);
  }
}

void check_columns(std::string_view json) {
  codec::ColumnReader<UpstreamKeyView> reader(json);
  UpstreamKeyView row;
  // A column that all rows share may claim any number of them.
  for (std::size_t at = 0; at < reader.rows() && at < 64 && !reader.fault(); ++at) reader.read(at, row);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::size_t wanted = input.number(256);
  std::size_t place = 0;
  // One endpoint at a time, or all where the fuzzer says so.
  api::for_each_endpoint([&](const auto& endpoint) {
    using Endpoint = std::decay_t<decltype(endpoint)>;
    if (wanted < 200 && wanted != place++) return;
    check<typename Endpoint::Request>(input.rest());
    check<typename Endpoint::Answer>(input.rest());
  });
  check_columns(input.rest());
  return 0;
}
