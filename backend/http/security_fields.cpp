#include "backend/http/security_fields.h"

#include <algorithm>
#include <array>

#include "shared/core/ascii.h"

namespace geminate::http {
namespace {

// For all: a type is what it is said to be, addresses (with a key in them, say) are not told to others, and
// other sites' pages embed nothing of ours. Other origins that may read answers (CORS_ORIGINS) are not
// touched by that.
#define GEMINATE_FOR_ALL                \
  "x-content-type-options: nosniff\r\n" \
  "referrer-policy: no-referrer\r\n"    \
  "cross-origin-resource-policy: same-origin\r\n"

// A year, which is what browsers' makers ask for. Without includeSubDomains: those are not ours to speak for.
#define GEMINATE_HSTS "strict-transport-security: max-age=31536000\r\n"

// Data is never a page. Upstream's files may be HTML that somebody uploaded: opened in a browser, nothing in
// it runs, and it is nobody's origin.
#define GEMINATE_FOR_DATA "content-security-policy: default-src 'none'; frame-ancestors 'none'; sandbox\r\n"

// What a page of ours may load and do: scripts and styles are files of this server; WebAssembly is compiled;
// nothing else runs, no text becomes markup or script, nobody frames it, nothing leaves for elsewhere.
#define GEMINATE_FOR_CONSOLE                                                                              \
  "content-security-policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " \
  "connect-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; "      \
  "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'\r\n"                  \
  "cross-origin-opener-policy: same-origin\r\n"                                                           \
  "cross-origin-embedder-policy: require-corp\r\n"

constexpr std::string_view kData = GEMINATE_FOR_ALL GEMINATE_FOR_DATA;
constexpr std::string_view kDataSecure = GEMINATE_FOR_ALL GEMINATE_FOR_DATA GEMINATE_HSTS;
constexpr std::string_view kConsole = GEMINATE_FOR_ALL GEMINATE_FOR_CONSOLE;
constexpr std::string_view kConsoleSecure = GEMINATE_FOR_ALL GEMINATE_FOR_CONSOLE GEMINATE_HSTS;

constexpr std::array<std::string_view, 7> kNames = {
    "x-content-type-options",      "referrer-policy",         "cross-origin-resource-policy",
    "strict-transport-security",   "content-security-policy", "cross-origin-opener-policy",
    "cross-origin-embedder-policy"};

}  // namespace

std::string_view security_fields(AnswerKind kind, bool is_secure) {
  if (kind == AnswerKind::Console) return is_secure ? kConsoleSecure : kConsole;
  return is_secure ? kDataSecure : kData;
}

bool is_security_field(std::string_view name) {
  // The shortest of them: most fields are ruled out here.
  if (name.size() < 15) return false;
  return std::any_of(kNames.begin(), kNames.end(),
                     [name](std::string_view known) { return iequals(known, name); });
}

}  // namespace geminate::http
