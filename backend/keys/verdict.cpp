#include "backend/keys/verdict.h"

#include <algorithm>
#include <array>

#include "shared/core/ascii.h"

namespace geminate::keys {
namespace {

using std::chrono::milliseconds;

/// Google named no time: long enough not to hammer it, short enough not to lose the key for long.
constexpr milliseconds kUnknownDelay{10'000};
/// A model that is not in the tier will not be in a minute; a tier can change in a day.
constexpr milliseconds kNoQuotaRest = std::chrono::hours{24};
/// Beyond what any quota of Google's asks for; a larger delay is a mistake of somebody's.
constexpr milliseconds kLongestDelay = std::chrono::hours{48};

bool mentions(std::string_view text, std::string_view words) {
  const auto same = [](char left, char right) { return ascii_lower(left) == ascii_lower(right); };
  return std::search(text.begin(), text.end(), words.begin(), words.end(), same) != text.end();
}

/// Whether the words stand at the text's opening. Further in, Google repeats what the client sent, and a
/// client must not be able to talk a key to death.
bool opens_with(std::string_view text, std::string_view words) {
  constexpr std::size_t kOpening = 24;
  return mentions(text.substr(0, kOpening + words.size()), words);
}

/// What settles the key's part in an error before anything else is looked at.
struct Sign {
  int http_status;
  std::string_view reason;
  std::string_view opening;
  VerdictKind kind;
  std::string_view words;
};

/// The first row that fits counts. An empty reason or opening fits all; 0 fits every status from 400 to 499.
constexpr std::array kSigns = {
    Sign{0, "API_KEY_INVALID", "", VerdictKind::Dead, "Google says that the key is not valid"},
    Sign{400, "", "API key not valid", VerdictKind::Dead, "Google says that the key is not valid"},
    Sign{0, "API_KEY_EXPIRED", "", VerdictKind::Dead, "Google says that the key has expired"},
    Sign{400, "", "API key expired", VerdictKind::Dead, "Google says that the key has expired"},
    Sign{0, "CONSUMER_SUSPENDED", "", VerdictKind::Dead, "Google has suspended the key's project"},
    Sign{0, "", "reported as leaked", VerdictKind::Dead, "Google says that the key was leaked"},
    Sign{0, "SERVICE_DISABLED", "", VerdictKind::Suspect,
         "the Gemini API is switched off in the key's project"},
    Sign{0, "API_KEY_SERVICE_BLOCKED", "", VerdictKind::Suspect,
         "the key is not allowed to use the Gemini API"},
    Sign{0, "API_KEY_IP_ADDRESS_BLOCKED", "", VerdictKind::Suspect,
         "the key is not allowed from this address"},
    Sign{0, "API_KEY_HTTP_REFERRER_BLOCKED", "", VerdictKind::Suspect,
         "the key is kept to certain referrers"},
    Sign{401, "", "", VerdictKind::Suspect, "Google did not accept the key (401)"},
};

bool fits(const Sign& sign, const GoogleError& error) {
  if (sign.http_status != 0 && sign.http_status != error.http_status) return false;
  if (!sign.reason.empty() && error.reason != sign.reason) return false;
  return sign.opening.empty() || opens_with(error.message, sign.opening);
}

/// "limit: 0" in the text, where Google gives no quotaValue; not "limit: 05" or "limit: 0.5".
bool says_limit_zero(std::string_view message) {
  constexpr std::string_view kWords = "limit: 0";
  const auto at = message.find(kWords);
  if (at == std::string_view::npos) return false;
  const std::string_view rest = message.substr(at + kWords.size());
  if (rest.empty()) return true;
  const bool is_number = rest.front() >= '0' && rest.front() <= '9';
  const bool is_fraction = rest.size() > 1 && rest[0] == '.' && rest[1] >= '0' && rest[1] <= '9';
  return !is_number && !is_fraction;
}

bool has_no_quota(const GoogleError& error) {
  const auto is_none = [](const GoogleError::Violation& violation) { return violation.limit == 0; };
  return std::any_of(error.violations.begin(), error.violations.end(), is_none) ||
         says_limit_zero(error.message);
}

/// Several quotas may be named; the one that resets last is the one that holds, and Google's delay speaks for
/// all.
std::string quota_of(const GoogleError& error) {
  for (const auto& violation : error.violations) {
    if (violation.limit == 0) return violation.quota_id;
  }
  for (const auto& violation : error.violations) {
    if (mentions(violation.quota_id, "PerDay")) return violation.quota_id;
  }
  return error.violations.empty() ? std::string() : error.violations.front().quota_id;
}

Verdict judge_limit(const GoogleError& error) {
  constexpr std::size_t kMaxQuotaName = 200;
  const std::string quota = quota_of(error).substr(0, kMaxQuotaName);
  if (has_no_quota(error)) {
    return {VerdictKind::NoQuotaForModel, kNoQuotaRest, quota, "the key's tier has no quota for this model"};
  }
  const std::string name = quota.empty() ? "quota" : "quota " + quota;
  // The delay beats the name: a quota of a day has come with half a minute.
  if (error.retry_delay && error.retry_delay->count() > 0) {
    return {VerdictKind::Limited, std::min(*error.retry_delay, kLongestDelay), quota, name + " is spent"};
  }
  return {VerdictKind::Limited, kUnknownDelay, quota, name + " is spent; Google named no time"};
}

Verdict judge_client_error(const GoogleError& error, bool asks_for_resource) {
  const bool may_be_ownership = error.http_status == 403 || error.http_status == 404;
  if (asks_for_resource && may_be_ownership) {
    return {VerdictKind::WrongOwner, {}, {}, "the file or cached content belongs to another key"};
  }
  if (error.http_status == 403)
    return {VerdictKind::Suspect, {}, {}, "Google denied the key permission (403)"};
  return {VerdictKind::ClientFault, {}, {}, "the request is at fault"};
}

}  // namespace

Verdict judge(const GoogleError& error, bool asks_for_resource) {
  const int status = error.http_status;
  if (status >= 200 && status < 400) return {};
  if (status < 400 || status >= 500)
    return {VerdictKind::UpstreamFault, {}, {}, "Google failed or was not reached"};
  if (status == 408) return {VerdictKind::UpstreamFault, {}, {}, "Google gave up waiting for the request"};
  for (const Sign& sign : kSigns) {
    if (fits(sign, error)) return {sign.kind, {}, {}, std::string(sign.words)};
  }
  if (status == 429) return judge_limit(error);
  return judge_client_error(error, asks_for_resource);
}

}  // namespace geminate::keys
