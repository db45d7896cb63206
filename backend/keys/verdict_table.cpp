#include "backend/keys/verdict_table.h"

#include <algorithm>
#include <array>
#include <limits>

#include "shared/core/ascii.h"

namespace geminate::keys {
namespace {

using enum VerdictKind;
using std::chrono::milliseconds;

/// Google named no time: long enough not to hammer it, short enough not to lose the key for long.
constexpr milliseconds kBriefly = std::chrono::seconds{10};
/// A day's quota comes back at midnight Pacific; ten minutes cost a few probes a day and find that out.
constexpr milliseconds kAWhile = std::chrono::minutes{10};
/// A model that is not in the tier will not be in a minute; a tier can change in a day.
constexpr milliseconds kADay = std::chrono::hours{24};
constexpr int kAnyNumber = std::numeric_limits<int>::max();

constexpr Sign status(int lowest, int highest, Condition condition = Condition::Nothing) {
  return {lowest, highest, {}, {}, {}, condition};
}
constexpr Sign status(int exactly, Condition condition = Condition::Nothing) {
  return status(exactly, exactly, condition);
}
constexpr Sign transport(Condition condition) { return status(0, kAnyNumber, condition); }
/// ErrorInfo is Google's own: its reason counts with every status of a refusal.
constexpr Sign reason(std::string_view text) { return {400, 499, text, {}, {}, Condition::Nothing}; }
/// Words count only beside the status that Google says them with: elsewhere it may be repeating its caller.
constexpr Sign words(int exactly, std::string_view opening) {
  return {exactly, exactly, {}, {}, opening, Condition::Nothing};
}

constexpr std::string_view kNotValid = "Google says that the key is not valid";
constexpr std::string_view kOthersFile = "the file or cached content belongs to another key";
constexpr std::string_view kQuotaSpent = "a quota of the key's project is spent";

// Order matters; what stands above a group is why it stands there.
constexpr std::array kRows = {
    // Without an answer there is nothing else to look at.
    VerdictRow{"not-reached", transport(Condition::NotReached), UpstreamFault, "Google was not reached"},
    VerdictRow{"timed-out", transport(Condition::TimedOut), UpstreamFault, "Google did not answer in time"},
    VerdictRow{"broken-off", transport(Condition::BrokenOff), UpstreamFault, "Google broke the answer off"},
    VerdictRow{"address-not-allowed", transport(Condition::AddressRefused), Egress, "Google was not reached"},
    VerdictRow{"proxy-failed", transport(Condition::ProxyFailed), Egress, "Google was not reached"},
    // The status alone settles these, whatever the body says.
    VerdictRow{"served", status(200, 299), Fine, ""},
    VerdictRow{"unchanged", status(304), Fine, ""},
    VerdictRow{"upload-goes-on", status(308), Fine, ""},
    VerdictRow{"redirect", status(300, 399), UpstreamFault, "Google sent us elsewhere"},
    VerdictRow{"no-status", status(0, 199), UpstreamFault, "Google's answer makes no sense"},
    VerdictRow{"odd-status", status(600, kAnyNumber), UpstreamFault, "Google's answer makes no sense"},
    VerdictRow{"server-error", status(500, 599), UpstreamFault, "Google failed"},
    VerdictRow{"proxy-refusal", status(407), UpstreamFault,
               "something between us and Google refused the call"},
    VerdictRow{"request-timeout", status(408), UpstreamFault, "Google gave up waiting for the request"},
    VerdictRow{"cancelled", status(499), UpstreamFault, "Google cancelled the call"},
    // The API answers in JSON: a page never speaks of a key, so that none of the rows below may see it.
    VerdictRow{"address-refused", status(400, 499, Condition::RefusesAddress), Egress,
               "Google refuses our address"},
    VerdictRow{"page-429", status(429, Condition::IsPage), Limited, "a page says too many requests", kBriefly,
               true},
    VerdictRow{"page-denied", status(401, 403, Condition::IsPage), UpstreamFault,
               "a page, not the API, refused the call"},
    VerdictRow{"page", status(400, 499, Condition::IsPage), ClientFault, "the request is at fault"},
    // Before resources: a dead key is dead also where a file was asked for.
    VerdictRow{"expired-by-words", words(400, "API key expired"), Dead,
               "Google says that the key has expired"},
    VerdictRow{"invalid", reason("API_KEY_INVALID"), Dead, kNotValid},
    VerdictRow{"invalid-by-words", words(400, "API key not valid"), Dead, kNotValid},
    VerdictRow{"unknown-by-words", words(400, "API key not found"), Dead, kNotValid},
    VerdictRow{"expired", reason("API_KEY_EXPIRED"), Dead, "Google says that the key has expired"},
    VerdictRow{"suspended", reason("CONSUMER_SUSPENDED"), Dead, "Google has suspended the key's project"},
    VerdictRow{"leaked", words(403, "reported as leaked"), Dead, "Google says that the key was leaked"},
    VerdictRow{"service-off", reason("SERVICE_DISABLED"), Suspect,
               "the Gemini API is switched off in the key's project"},
    VerdictRow{"billing-off", reason("BILLING_DISABLED"), Suspect,
               "billing is switched off in the key's project"},
    VerdictRow{"service-blocked", reason("API_KEY_SERVICE_BLOCKED"), Suspect,
               "the key is not allowed to use the Gemini API"},
    VerdictRow{"address-blocked", reason("API_KEY_IP_ADDRESS_BLOCKED"), Suspect,
               "the key is not allowed from this address"},
    VerdictRow{"referrer-blocked", reason("API_KEY_HTTP_REFERRER_BLOCKED"), Suspect,
               "the key is kept to certain referrers"},
    VerdictRow{"android-only", reason("API_KEY_ANDROID_APP_BLOCKED"), Suspect,
               "the key is kept to certain Android apps"},
    VerdictRow{"ios-only", reason("API_KEY_IOS_APP_BLOCKED"), Suspect, "the key is kept to certain iOS apps"},
    VerdictRow{"project-denied", words(403, "project has been denied access"), Suspect,
               "Google has denied the key's project access"},
    VerdictRow{"unauthenticated", status(401), Suspect, "Google did not accept the key (401)"},
    // The most telling sign of a quota first: no time helps where the limit is 0, and where Google names a
    // time
    // it beats the quota's name (a quota of a day has come with half a minute).
    VerdictRow{"no-quota", status(429, Condition::LimitIsZero), NoQuotaForModel,
               "the key's tier has no quota for this model", kADay},
    VerdictRow{"billed-only", words(400, "only accessible to billed users"), NoQuotaForModel,
               "the model wants a project with billing", kADay},
    VerdictRow{"limited", status(429, Condition::NamesTime), Limited, kQuotaSpent, kBriefly},
    VerdictRow{"credits-spent", words(429, "prepayment credits are depleted"), Limited,
               "the prepaid credits of the key's project are spent", kAWhile},
    VerdictRow{"day-spent", status(429, Condition::NamesDayQuota), Limited, kQuotaSpent, kAWhile},
    VerdictRow{"quota-spent", status(429, Condition::NamesQuota), Limited, kQuotaSpent, kBriefly},
    VerdictRow{"unexplained", status(429), Limited, kQuotaSpent, kBriefly, true},
    // Before 403's general row: Google hides what is somebody else's behind the same two statuses.
    VerdictRow{"others-file-403", status(403, Condition::AsksForResource), WrongOwner, kOthersFile},
    VerdictRow{"others-file-404", status(404, Condition::AsksForResource), WrongOwner, kOthersFile},
    VerdictRow{"denied", status(403), Suspect, "Google denied the key permission (403)"},
    // What is left is the caller's.
    VerdictRow{"precondition",
               {400, 400, {}, "FAILED_PRECONDITION", {}, Condition::Nothing},
               ClientFault,
               "Google does not serve such a request, or not from this location"},
    VerdictRow{"client-fault", status(400, 499), ClientFault, "the request is at fault"},
};

constexpr std::array kEffects = {
    VerdictEffect{Fine, "fine", "none; a key on trial is cleared", "served"},
    VerdictEffect{
        Dead, "dead",
        "out of use until a check succeeds or its text is replaced; in database mode also after a restart",
        "another key"},
    VerdictEffect{Suspect, "suspect", "benched, then tried again; never deleted", "another key"},
    VerdictEffect{Limited, "limited",
                  "project × model × quota rests: as long as Google says, else as long as the row says",
                  "another key"},
    VerdictEffect{NoQuotaForModel, "no quota for the model", "project × model is left out for a day",
                  "another key"},
    VerdictEffect{WrongOwner, "wrong owner", "none",
                  "another key, three at most; given up where the owner is known"},
    VerdictEffect{ClientFault, "the client's fault", "none", "given up: the client gets what Google said"},
    VerdictEffect{UpstreamFault, "upstream fault", "none",
                  "once more after a pause, twice at most and within the retry budget; then given up"},
    VerdictEffect{Egress, "egress", "none",
                  "another key that takes another way out, if there are several (UPSTREAM_PROXY); a proxy's "
                  "failure once more as an upstream fault; else given up"},
};

/// How far into a message words still are its opening.
constexpr std::size_t kOpening = 24;

/// Whether the words stand at the message's opening with nothing but plain words before them. Further in, and
/// behind any punctuation, Google repeats what the client sent, and a client must not be able to talk a key
/// to death.
bool opens_with(std::string_view message, std::string_view opening) {
  const std::string_view head = message.substr(0, kOpening + opening.size());
  const auto same = [](char left, char right) { return ascii_lower(left) == ascii_lower(right); };
  const auto found = std::search(head.begin(), head.end(), opening.begin(), opening.end(), same);
  if (found == head.end()) return false;
  return std::all_of(head.begin(), found, [](char c) {
    const char lower = ascii_lower(c);
    return c == ' ' || (lower >= 'a' && lower <= 'z');
  });
}

/// "limit: 0" in the text, where Google gives no quotaValue; not "limit: 05" or "limit: 0.5".
bool says_limit_zero(std::string_view message) {
  constexpr std::string_view kWords = "limit: 0";
  const auto is_digit = [](std::string_view text) {
    return !text.empty() && is_char(text.front(), kDigitChar);
  };
  for (auto at = message.find(kWords); at != std::string_view::npos; at = message.find(kWords, at + 1)) {
    const std::string_view rest = message.substr(at + kWords.size());
    const bool is_fraction = rest.starts_with('.') && is_digit(rest.substr(1));
    if (!is_digit(rest) && !is_fraction) return true;
  }
  return false;
}

bool any_quota(const GoogleError& error, bool (*wanted)(const GoogleError::Violation&)) {
  return std::any_of(error.violations.begin(), error.violations.end(), wanted);
}

bool holds(Condition condition, const Outcome& outcome) {
  using Violation = GoogleError::Violation;
  const GoogleError& error = outcome.error;
  switch (condition) {
    case Condition::Nothing:
      return true;
    case Condition::NotReached:
      return outcome.fault == TransportFault::NotReached;
    case Condition::TimedOut:
      return outcome.fault == TransportFault::TimedOut;
    case Condition::BrokenOff:
      return outcome.fault == TransportFault::BrokenOff;
    case Condition::AddressRefused:
      return outcome.fault == TransportFault::AddressRefused;
    case Condition::ProxyFailed:
      return outcome.fault == TransportFault::ProxyFailed;
    case Condition::RefusesAddress:
      return error.refuses_address;
    case Condition::IsPage:
      return error.is_page;
    case Condition::AsksForResource:
      return outcome.asks_for_resource;
    case Condition::LimitIsZero:
      return any_quota(error, [](const Violation& quota) { return quota.limit == 0; }) ||
             says_limit_zero(error.message);
    case Condition::NamesTime:
      return error.retry_delay && error.retry_delay->count() > 0;
    case Condition::NamesDayQuota:
      return any_quota(error, [](const Violation& quota) { return quota.is_of_a_day(); });
    case Condition::NamesQuota:
      return !error.violations.empty();
  }
  return false;
}

bool fits(const Sign& sign, const Outcome& outcome) {
  const GoogleError& error = outcome.error;
  if (error.http_status < sign.lowest_status || error.http_status > sign.highest_status) return false;
  if (!sign.reason.empty() && error.reason != sign.reason) return false;
  if (!sign.status_name.empty() && error.status != sign.status_name) return false;
  if (!sign.opening.empty() && !opens_with(error.message, sign.opening)) return false;
  return holds(sign.condition, outcome);
}

}  // namespace

std::span<const VerdictRow> verdict_rows() { return kRows; }
std::span<const VerdictEffect> verdict_effects() { return kEffects; }

const VerdictRow& row_for(const Outcome& outcome) {
  for (const VerdictRow& row : kRows) {
    if (fits(row.sign, outcome)) return row;
  }
  // Only a status below 0, which nobody can send, comes here: it makes no sense either.
  return *std::find_if(kRows.begin(), kRows.end(),
                       [](const VerdictRow& row) { return row.name == "no-status"; });
}

}  // namespace geminate::keys
