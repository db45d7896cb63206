// Any answer at all, cut at a place of the fuzzer's choice: reading and judging it must end in a verdict that
// keeps its promises, and only words that Google says for itself may cost a key its life.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "backend/keys/verdict_table.h"
#include "backend/upstream/google_error.h"
#include "shared/core/ascii.h"

namespace {

using namespace geminate;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_verdict(const keys::Verdict& verdict, const keys::GoogleError& error) {
  using keys::VerdictKind;
  const bool rests = verdict.kind == VerdictKind::Limited || verdict.kind == VerdictKind::NoQuotaForModel;
  require((verdict.retry_after.count() > 0) == rests);
  require(verdict.retry_after <= std::chrono::hours{48});
  require(verdict.quota.size() <= 200 && verdict.reason.size() <= 300);
  require(verdict.consumer.empty() || verdict.consumer.starts_with("projects/"));
  require(verdict.reason.empty() == (verdict.kind == VerdictKind::Fine));
  require(!verdict.is_unexplained || (rests && verdict.violations.empty()));
  if (verdict.kind == VerdictKind::Dead)
    require(error.http_status >= 400 && error.http_status < 500 && !error.is_page);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const int status = (data[0] * 256 + data[1]) % 700;
  const bool asks_for_resource = (data[2] & 1U) != 0;
  const bool says_page = (data[2] & 2U) != 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 4, size - 4);
  const std::size_t cut = bytes.size() * data[3] / 255;
  const upstream::ErrorFields fields{says_page ? "text/html" : "application/json", bytes.substr(0, 8)};

  const auto whole = upstream::read_google_error(status, bytes, fields);
  const auto whole_verdict = keys::judge(whole, asks_for_resource);
  check_verdict(whole_verdict, whole);
  const auto part = upstream::read_google_error(status, bytes.substr(0, cut), fields);
  check_verdict(keys::judge(part, asks_for_resource), part);
  return 0;
}
