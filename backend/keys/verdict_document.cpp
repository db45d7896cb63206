#include <array>

#include "backend/keys/verdict_table.h"

namespace geminate::keys {
namespace {

constexpr int kHighestStatus = 599;

std::string statuses(const Sign& sign) {
  if (sign.lowest_status == sign.highest_status) return std::to_string(sign.lowest_status);
  if (sign.lowest_status == 0) return "below " + std::to_string(sign.highest_status + 1);
  if (sign.highest_status > kHighestStatus) return "above " + std::to_string(kHighestStatus);
  return std::to_string(sign.lowest_status) + " to " + std::to_string(sign.highest_status);
}

/// No default: a new condition without words is a warning, and those are errors.
std::string_view words_of(Condition condition) {
  switch (condition) {
    case Condition::Nothing:
      return "";
    case Condition::NotReached:
      return "no connection: name, TCP or TLS failed";
    case Condition::TimedOut:
      return "no answer, or no more of it, in time";
    case Condition::BrokenOff:
      return "the connection ended, or what came was not HTTP, before the answer was complete";
    case Condition::AddressRefused:
      return "upstream's name leads to a special-purpose address that the configuration does not allow";
    case Condition::ProxyFailed:
      return "the proxy (UPSTREAM_PROXY) was not reached, or opened no tunnel";
    case Condition::RefusesAddress:
      return "a web page that speaks of automated queries or unusual traffic";
    case Condition::IsPage:
      return "a web page in place of the API's JSON";
    case Condition::AsksForResource:
      return "the path names a file or cached content";
    case Condition::LimitIsZero:
      return "a quota with the limit 0, in QuotaFailure or as \"limit: 0\" in the text";
    case Condition::NamesTime:
      return "a time: RetryInfo, else \"retry in 12.5s\" in the text, else Retry-After";
    case Condition::NamesDayQuota:
      return "a quota of a day (PerDay), and no time";
    case Condition::NamesQuota:
      return "a quota, and no time";
  }
  return "";
}

bool is_of_transport(Condition condition) {
  return condition == Condition::NotReached || condition == Condition::TimedOut ||
         condition == Condition::BrokenOff || condition == Condition::AddressRefused ||
         condition == Condition::ProxyFailed;
}

std::string sign_cell(const Sign& sign) {
  std::string cell = is_of_transport(sign.condition) ? std::string() : statuses(sign);
  const auto add = [&cell](const std::string& part) { cell += (cell.empty() ? "" : "; ") + part; };
  if (!sign.reason.empty()) add("reason `" + std::string(sign.reason) + "`");
  if (!sign.status_name.empty()) add("status `" + std::string(sign.status_name) + "`");
  if (!sign.opening.empty()) add("the message opens with \"" + std::string(sign.opening) + "\"");
  if (sign.condition != Condition::Nothing) add(std::string(words_of(sign.condition)));
  return cell;
}

std::string rest_cell(const VerdictRow& row) {
  if (row.sign.condition == Condition::NamesTime) return "as long as it says";
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(row.rest).count();
  if (seconds == 0) return "";
  if (seconds % 3600 == 0) return std::to_string(seconds / 3600) + " h";
  if (seconds % 60 == 0) return std::to_string(seconds / 60) + " min";
  return std::to_string(seconds) + " s";
}

const VerdictEffect& effect_of(VerdictKind kind) { return verdict_effects()[static_cast<std::size_t>(kind)]; }

std::string introduction() {
  return "# What Google answers, and what follows from it\n\n"
         "<!-- Generated from backend/keys/verdict_table.cpp; do not edit. "
         "tests/golden/verdict_document_test.cpp says how to renew it. -->\n\n"
         "Every attempt ends in one verdict. The rows are tried in this order and the first that fits "
         "counts; the\n"
         "server decides by this very table. An error inside a 200 (an event of a stream, a body) is judged "
         "by\n"
         "the code that stands in it; a body that is cut off by what can be read of it. Reasons and words "
         "count\n"
         "only where Google speaks for itself: a reason stands in ErrorInfo, words at the message's opening "
         "with\n"
         "nothing but plain words before them, since further in Google repeats its caller.\n\n"
         "After the first byte has gone to a client there is no other attempt, whatever the verdict.\n\n";
}

}  // namespace

std::string verdicts_markdown() {
  std::string text = introduction();
  text += "## Verdicts\n\n| verdict | the key | the request |\n|---|---|---|\n";
  for (const VerdictEffect& effect : verdict_effects()) {
    text += "| " + std::string(effect.name) + " | " + std::string(effect.on_key) + " | " +
            std::string(effect.on_request) + " |\n";
  }
  text +=
      "\n## Signs\n\n| | what comes | verdict | what it means | rests, unless Google names a time |\n"
      "|---|---|---|---|---|\n";
  std::size_t number = 0;
  for (const VerdictRow& row : verdict_rows()) {
    std::string meaning(row.meaning.empty() ? std::string_view("it served") : row.meaning);
    if (row.is_unexplained) meaning += "; or, where many projects hear it at once, our address is refused";
    text += "| " + std::to_string(++number) + " | " + sign_cell(row.sign) + " | " +
            std::string(effect_of(row.kind).name) + " | " + meaning + " | " + rest_cell(row) + " |\n";
  }
  return text;
}

}  // namespace geminate::keys
