#include "backend/upstream/error_page.h"

#include <algorithm>
#include <array>

#include "shared/core/ascii.h"

namespace geminate::upstream {
namespace {

/// Each has a blank or a bracket in it: a client's path in a page has neither. In lower case.
constexpr std::array<std::string_view, 5> kPhrases = {"automated queries", "unusual traffic", "<title>sorry",
                                                      "we're sorry", "we&#39;re sorry"};

bool same(char left, char right) { return ascii_lower(left) == right; }

}  // namespace

bool is_error_page(std::string_view body, std::string_view content_type) {
  const bool says_so = istarts_with(content_type, "text/html");
  const auto first = body.find_first_not_of("\xef\xbb\xbf \t\r\n");
  if (first == std::string_view::npos) return says_so;
  // JSON under a page's name is JSON all the same.
  if (body[first] == '{' || body[first] == '[') return false;
  return says_so || body[first] == '<';
}

bool refuses_address(std::string_view page) {
  return std::any_of(kPhrases.begin(), kPhrases.end(), [page](std::string_view phrase) {
    return std::search(page.begin(), page.end(), phrase.begin(), phrase.end(), same) != page.end();
  });
}

}  // namespace geminate::upstream
