#include "frontend-wasm/api/api_client.h"

#include "frontend-wasm/api/gemini_types.h"

namespace geminate::ui {
namespace {

/// What a proxy in front of us answers when it cannot reach us.
bool means_unreachable(std::uint16_t status) {
  return status == 0 || status == 502 || status == 503 || status == 504;
}

}  // namespace

std::string ApiClient::path_with_id(std::string_view pattern, std::string_view id) {
  static constexpr std::string_view kPlace = "{id}";
  std::string path(pattern);
  const std::size_t at = path.find(kPlace);
  if (at != std::string::npos) path.replace(at, kPlace.size(), id);
  return path;
}

std::optional<Failure> ApiClient::failure_of(const TransportAnswer& answer, std::uint16_t success) {
  if (answer.status == success) return std::nullopt;
  if (answer.status >= 400) {
    if (auto body = codec::from_json<ManagementErrorBody>(answer.body); body.ok()) {
      ManagementError& error = body->error;
      return Failure{FailureKind::Refused, answer.status, std::move(error.code), std::move(error.message),
                     std::move(error.field).value_or("")};
    }
  }
  // Gemini's own surface says it in its own way.
  if (auto body = codec::from_json<GeminiErrorBody>(answer.body);
      answer.status >= 400 && body.ok() && body->error) {
    GeminiError& error = *body->error;
    return Failure{
        FailureKind::Refused, answer.status, std::move(error.status), std::move(error.message), {}};
  }
  if (means_unreachable(answer.status)) return Failure{FailureKind::Unreachable, answer.status, {}, {}, {}};
  return unreadable(answer, {});
}

Failure ApiClient::unreadable(const TransportAnswer& answer, std::string why) {
  return {FailureKind::Unreadable, answer.status, {}, std::move(why), {}};
}

std::string ApiClient::split_lines(std::string& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string::npos) return {};
  std::string head = text.substr(0, end);
  text.erase(0, end + 1);
  return std::exchange(text, std::move(head));
}

/// FNV-1a.
std::uint64_t ApiClient::digest_of(std::string_view text) {
  std::uint64_t digest = 14695981039346656037U;
  for (const char byte : text) {
    digest ^= static_cast<unsigned char>(byte);
    digest *= 1099511628211U;
  }
  return digest;
}

void ApiClient::carry(TransportRequest request, Transport::Done done) {
  // The id is known only after `send`, which never calls back from within.
  auto call = std::make_shared<Transport::CallId>();
  *call = transport_.send(std::move(request), [this, call, done = std::move(done)](TransportAnswer answer) {
    calls_.erase(*call);
    done(std::move(answer));
  });
  calls_.insert(*call);
}

void ApiClient::abort_all() {
  for (const Transport::CallId call : std::exchange(calls_, {})) transport_.abort(call);
}

}  // namespace geminate::ui
