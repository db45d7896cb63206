#include "frontend-wasm/text/server_words.h"

#include <array>
#include <optional>

namespace geminate::ui {
namespace {

// What the server says of keys (backend/keys/verdict_table.cpp, key_view.cpp, verdict.cpp,
// app/key_health.cpp) and of edits that it refuses (backend/config, backend/keys/setting_rules.cpp,
// backend/usage/prices.cpp, backend/config/model_aliases.cpp, backend/auth/account_rules.cpp,
// backend/auth/accounts.cpp, backend/admin/reveal_api.cpp). One that begins like another, with more in it,
// stands before it.
constexpr std::array kSentences = {
    TextId::WordsNotValid,
    TextId::WordsExpired,
    TextId::WordsSuspended,
    TextId::WordsLeaked,
    TextId::WordsServiceOff,
    TextId::WordsBillingOff,
    TextId::WordsServiceBlocked,
    TextId::WordsAddressBlocked,
    TextId::WordsReferrer,
    TextId::WordsAndroid,
    TextId::WordsIos,
    TextId::WordsProjectDenied,
    TextId::WordsRefused,
    TextId::WordsDenied,
    TextId::WordsNoQuota,
    TextId::WordsBilledOnly,
    TextId::WordsQuotaSpent,
    TextId::WordsNamedQuota,
    TextId::WordsNoTime,
    TextId::WordsCredits,
    TextId::WordsOthersFile,
    TextId::WordsPrecondition,
    TextId::WordsClientFault,
    TextId::WordsNotReached,
    TextId::WordsTimedOut,
    TextId::WordsBrokenOff,
    TextId::WordsElsewhere,
    TextId::WordsNoSense,
    TextId::WordsGoogleFailed,
    TextId::WordsBetween,
    TextId::WordsGaveUp,
    TextId::WordsCancelled,
    TextId::WordsAddressPrivate,
    TextId::WordsProxyFailed,
    TextId::WordsOurAddress,
    TextId::WordsPageTooMany,
    TextId::WordsPageRefused,
    TextId::WordsByAdminMany,
    TextId::WordsByAdmin,
    TextId::WordsTimeOverMany,
    TextId::WordsTimeOver,
    TextId::WordsDisabled,
    TextId::WordsExpiredAt,
    TextId::WordsDaySpent,
    TextId::WordsOwnLimit,
    TextId::WordsMinuteSpent,
    TextId::FaultNotValid,
    TextId::FaultNumber,
    TextId::FaultSize,
    TextId::FaultSeconds,
    TextId::FaultOrigins,
    TextId::FaultHeaders,
    TextId::FaultBudget,
    TextId::FaultNoSetting,
    TextId::FaultAtStart,
    TextId::FaultChanged,
    TextId::FaultLongBytes,
    TextId::FaultLongText,
    TextId::FaultNoUtf8,
    TextId::FaultControl,
    TextId::FaultLimit,
    TextId::FaultNoModel,
    TextId::FaultNoProject,
    TextId::FaultManyModels,
    TextId::FaultPrice,
    TextId::FaultModelName,
    TextId::FaultTwicePrice,
    TextId::FaultManyPrices,
    TextId::FaultAlias,
    TextId::FaultAliasModel,
    TextId::FaultAliasItself,
    TextId::FaultManyAliases,
    TextId::FaultKeyInPool,
    TextId::FaultAccountName,
    TextId::FaultAccountAdmin,
    TextId::FaultAccountTaken,
    TextId::FaultPasswordShort,
    TextId::FaultPasswordLong,
    TextId::FaultPasswordName,
    TextId::FaultPasswordOther,
    TextId::FaultCodeWrong,
    TextId::FaultCodeGone,
    TextId::FaultRevealOff,
    TextId::FaultRevealMany,
    TextId::FaultNoKey,
    TextId::FaultNoToken,
};

constexpr char kFirst = '\x01', kSecond = '\x02';

/// What stands in the sentence where the template has its arguments; nothing if it is another sentence.
std::optional<std::array<std::string, 2>> arguments_of(std::string_view sentence, std::string_view pattern) {
  std::array<std::string, 2> arguments;
  while (!pattern.empty()) {
    const std::size_t hole = pattern.find_first_of("\x01\x02");
    const std::string_view literal = pattern.substr(0, hole);
    if (!sentence.starts_with(literal)) return std::nullopt;
    sentence.remove_prefix(literal.size());
    if (hole == std::string_view::npos) break;
    const char which = pattern[hole];
    pattern.remove_prefix(hole + 1);
    const std::string_view next = pattern.substr(0, pattern.find_first_of("\x01\x02"));
    const std::size_t end = next.empty() ? sentence.size() : sentence.find(next);
    if (end == std::string_view::npos || end == 0) return std::nullopt;
    arguments[which == kFirst ? 0 : 1] = sentence.substr(0, end);
    sentence.remove_prefix(end);
  }
  if (!sentence.empty()) return std::nullopt;
  return arguments;
}

std::string translated(const Phrasebook& say, std::string_view sentence) {
  const Phrasebook english(Language::English);
  for (const TextId id : kSentences) {
    const Text pattern = english(id, {std::string(1, kFirst), std::string(1, kSecond)});
    if (const auto found = arguments_of(sentence, pattern.str()))
      return say(id, {translated(say, (*found)[0]), translated(say, (*found)[1])}).str();
  }
  return std::string(sentence);
}

}  // namespace

Text server_words(const Phrasebook& say, std::string_view sentence) {
  if (say.language() == Language::English) return Text::verbatim(sentence);
  constexpr std::string_view kBetween = "; ";
  std::string words;
  while (true) {
    const std::size_t end = sentence.find(kBetween);
    words += translated(say, sentence.substr(0, end));
    if (end == std::string_view::npos) return Text::verbatim(words);
    words += "；";
    sentence.remove_prefix(end + kBetween.size());
  }
}

}  // namespace geminate::ui
