#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/keys/verdict_table.h"
#include "backend/upstream/google_error.h"

namespace geminate::test {

/// An answer in a shape that Google has sent, with keys and projects made up, and the row that it has to hit.
struct VerdictFixture {
  std::string_view row;
  keys::VerdictKind kind;
  int http_status = 0;
  std::string body;
  std::string_view content_type = "application/json; charset=UTF-8";
  std::string_view retry_after{};
  bool asks_for_resource = false;
  std::optional<keys::TransportFault> fault{};
};

/// Every row of the verdict table has one at least.
std::vector<VerdictFixture> verdict_fixtures();

inline keys::GoogleError read_fixture(const VerdictFixture& fixture, std::string_view body) {
  return upstream::read_google_error(fixture.http_status, body, {fixture.content_type, fixture.retry_after});
}

inline keys::Verdict judge_fixture(const VerdictFixture& fixture, std::string_view body) {
  if (fixture.fault) return keys::judge(*fixture.fault);
  return keys::judge(read_fixture(fixture, body), fixture.asks_for_resource);
}

}  // namespace geminate::test
