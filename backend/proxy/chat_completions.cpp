#include "backend/proxy/chat_completions.h"

#include "backend/translate/translate.h"

namespace geminate::proxy {

Result<ExchangePlan> plan_chat_completions(const http::HttpRequest& request,
                                           const TranslationContext& context) {
  GEMINATE_TRY(auto translation, translate::translate_chat(request.body(), context.signature_of()));
  return plan_translated(std::move(translation), Dialect::Openai, context);
}

ExchangePlan plan_models(std::string_view model) {
  ExchangePlan plan;
  plan.dialect = Dialect::Openai;
  plan.method = "GET";
  plan.target = model.empty() ? "/v1beta/models?pageSize=1000" : "/v1beta/models/" + std::string(model);
  plan.model = std::string(model);
  plan.body = std::string{};
  plan.mapper = map_whole([is_list = model.empty()](std::string_view gemini) {
    // Google says nothing of a model's age; OpenAI's field is required, and 0 is at least the same each time.
    return is_list ? translate::models_to_openai(gemini, 0) : translate::model_to_openai(gemini, 0);
  });
  return plan;
}

}  // namespace geminate::proxy
