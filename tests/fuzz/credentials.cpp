// A request that framing accepts, asked for its credentials, its cookie, its origin, whom a proxy names, and
// its query.

#include "backend/app/credentials.h"
#include "backend/http/forwarded_client.h"
#include "backend/http/message_framing.h"
#include "backend/http/query_text.h"
#include "tests/fuzz/fuzzing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace geminate;
  static constexpr http::FramingLimits kLimits{4096, 32, 4096};
  http::BodyBudget budget(8192);
  http::MessageFraming framing(kLimits, budget);
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (framing.feed(bytes) != http::Framed::Complete) return 0;
  const auto request = framing.take();
  std::string decoded;
  const auto token = app::client_credential(request, decoded);
  if (token.ok() && *token) fuzz::require(!(*token)->empty() && (*token)->size() <= size);
  if (!token.ok()) fuzz::require(!token.error().message.empty());
  fuzz::require(app::session_cookie(request, false).size() <= size &&
                app::session_cookie(request, true).size() <= size &&
                app::bearer_credential(request).size() <= size);
  (void)app::is_same_origin(request);
  // Whom the fields name is an address that is no proxy of ours, or whoever is at the socket.
  static const http::TrustedProxies kTrusted({*auth::AddressBlock::parse("10.0.0.0/8")});
  static const auto kSocket =
      std::make_shared<const http::ClientOrigin>(http::ClientOrigin{"10.1.1.1", false, {}});
  const auto origin = http::forwarded_origin(request, kSocket, kTrusted);
  fuzz::require(origin != nullptr &&
                (origin->address == kSocket->address || auth::AddressBlock::parse(origin->address)));
  for (const auto& value : http::query_values(request.query(), "key")) fuzz::require(value.size() <= size);
  fuzz::require(http::decode_query_component(request.query()).size() <= request.query().size());
  return 0;
}
