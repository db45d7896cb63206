#include "backend/proxy/anthropic_messages.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "backend/translate/translate.h"

namespace geminate::proxy {
namespace {

/// https://docs.anthropic.com/en/api/versioning; what the newest refuses, the others take, and so do we.
constexpr std::array<std::string_view, 3> kVersions{"2026-10-21", "2023-06-01", "2023-01-01"};

/// Programs that speak the dialect without Anthropic's own client often send none.
Status check_version(const http::HttpRequest& request) {
  const auto version = request.header("anthropic-version");
  if (!version || std::find(kVersions.begin(), kVersions.end(), *version) != kVersions.end())
    return Status::success();
  return Error{ErrorCode::BadRequest,
               "anthropic-version: \"" + std::string(*version) + "\" is not a version that is known; use " +
                   std::string(kVersions.front()),
               {},
               "anthropic-version",
               {}};
}

}  // namespace

Result<ExchangePlan> plan_messages(const http::HttpRequest& request, const TranslationContext& context) {
  GEMINATE_CHECK_OK(check_version(request));
  GEMINATE_TRY(auto translation, translate::translate_messages(request.body(), context.signature_of()));
  return plan_translated(std::move(translation), Dialect::Anthropic, context);
}

Result<ExchangePlan> plan_count_tokens(const http::HttpRequest& request, const TranslationContext& context) {
  GEMINATE_CHECK_OK(check_version(request));
  GEMINATE_TRY(auto call, translate::translate_count_tokens(request.body(), context.signature_of()));
  return plan_collected(std::move(call), Dialect::Anthropic, translate::token_count_to_anthropic);
}

}  // namespace geminate::proxy
