#include "backend/proxy/upload_tickets.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "backend/crypto/encoding.h"
#include "backend/crypto/keyed_hash.h"
#include "backend/crypto/sealed_secret.h"
#include "backend/upstream/request_target.h"

namespace geminate::proxy {
namespace {

constexpr std::chrono::hours kLifetime{24};
constexpr std::string_view kUploads = "/upload/";

/// In the letters that stand for themselves in a query.
std::string encode(std::string_view bytes) {
  std::string text = crypto::base64_encode(bytes);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  text.resize(std::min(text.find('='), text.size()));
  return text;
}

std::string bound_to(std::string_view target) { return "upload " + std::string(target); }

/// Path and query of a URL; a path stays what it is.
std::string_view target_of(std::string_view address) {
  const std::size_t scheme = address.find("://");
  if (scheme == std::string_view::npos) return address;
  const std::size_t slash = address.find('/', scheme + 3);
  return slash == std::string_view::npos ? std::string_view() : address.substr(slash);
}

std::optional<std::string_view> parameter_of(std::string_view target, std::string_view name) {
  for (std::size_t at = target.find('?'); at != std::string_view::npos; at = target.find('&', at)) {
    ++at;
    const std::string_view rest = target.substr(at);
    if (rest.starts_with(name) && rest.substr(name.size()).starts_with('='))
      return rest.substr(name.size() + 1, rest.find('&') - name.size() - 1);
  }
  return std::nullopt;
}

std::optional<std::array<std::int64_t, 3>> three_numbers(std::string_view text) {
  std::array<std::int64_t, 3> numbers{};
  for (std::int64_t& number : numbers) {
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    text.remove_prefix(std::min<std::size_t>(1, text.size()));
  }
  return numbers;
}

Error no_such_upload() {
  return Error{ErrorCode::NotFound,
               "this address of an upload is not one that was given out here, or it has ended; begin the "
               "upload anew",
               {},
               {},
               {}};
}

}  // namespace

UploadTickets::UploadTickets(Secret key) : key_(key.empty() ? crypto::random_key() : std::move(key)) {}

std::string UploadTickets::address_for_client(std::string_view upstream_address, std::string_view base_prefix,
                                              std::string_view origin, const UploadTicket& ticket,
                                              const Now& now) const {
  std::string_view given = target_of(upstream_address);
  if (!base_prefix.empty() && given.starts_with(base_prefix)) given.remove_prefix(base_prefix.size());
  // As it will be when the client has come back and our ticket was taken out.
  const auto target = upstream::upstream_target(given);
  if (!target.ok() || !target->starts_with(kUploads)) return {};
  const auto ends = (now.wall + kLifetime).time_since_epoch().count();
  const std::string text =
      std::to_string(ticket.token_id) + ' ' + std::to_string(ticket.key_id) + ' ' + std::to_string(ends);
  const char separator = target->find('?') == std::string::npos ? '?' : '&';
  std::string address(origin);
  address.append(*target).append(1, separator).append(upstream::kUploadTicketParameter).append("=");
  return address + encode(crypto::seal(Secret(text), key_, bound_to(*target)));
}

Result<std::optional<UploadTicket>> UploadTickets::read(std::string_view target, const Now& now) const {
  if (!target.starts_with(kUploads)) return std::optional<UploadTicket>();
  const auto sent = parameter_of(target, upstream::kUploadTicketParameter);
  if (!sent) return std::optional<UploadTicket>();
  const auto sealed = crypto::base64_decode(*sent);
  GEMINATE_TRY(const std::string bare, upstream::upstream_target(target));
  if (!sealed) return no_such_upload();
  const auto text = crypto::unseal(*sealed, key_, bound_to(bare));
  if (!text.ok()) return no_such_upload();
  const auto numbers = three_numbers(text->reveal());
  if (!numbers || (*numbers)[2] <= now.wall.time_since_epoch().count()) return no_such_upload();
  return std::optional<UploadTicket>({(*numbers)[0], (*numbers)[1]});
}

}  // namespace geminate::proxy
