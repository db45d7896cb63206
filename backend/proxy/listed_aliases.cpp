#include "backend/proxy/listed_aliases.h"

#include <functional>
#include <utility>

#include "backend/proxy/chat_completions.h"
#include "backend/translate/json_reading.h"
#include "backend/upstream/request_target.h"

namespace geminate::proxy {
namespace {

using translate::Json;
using translate::JsonDocument;

/// Of names that an administrator gave.
constexpr std::string_view kOwner = "geminate";

/// Changes the whole answer of another mapper: `change` gets it as JSON.
class ChangedMapper final : public AnswerMapper {
 public:
  using Change = std::function<void(JsonDocument& answer)>;
  ChangedMapper(std::unique_ptr<AnswerMapper> inner, Change change)
      : inner_(std::move(inner)), change_(std::move(change)) {}

  void reset() override {
    inner_->reset();
    answer_.clear();
  }
  DownstreamHead on_head(const upstream::AnswerHead& head) override { return inner_->on_head(head); }
  [[nodiscard]] bool is_whole() const override { return true; }
  Result<std::string_view> on_piece(std::string_view bytes) override {
    GEMINATE_TRY(const auto piece, inner_->on_piece(bytes));
    answer_.append(piece);
    return std::string_view{};
  }
  Result<std::string_view> on_end() override {
    GEMINATE_TRY(const auto piece, inner_->on_end());
    answer_.append(piece);
    JsonDocument answer;
    GEMINATE_CHECK_OK(translate::parse_object(answer_, "the answer", answer));
    change_(answer);
    answer_ = translate::to_text(answer);
    return std::string_view(answer_);
  }
  std::string error_event(const Error& error) override { return inner_->error_event(error); }
  [[nodiscard]] std::optional<upstream::UsageCounts> usage() const override { return inner_->usage(); }
  [[nodiscard]] std::string passed_error() const override { return inner_->passed_error(); }

 private:
  std::unique_ptr<AnswerMapper> inner_;
  const Change change_;
  std::string answer_;
};

Json text(std::string_view value, JsonDocument& of) {
  return {value.data(), static_cast<rapidjson::SizeType>(value.size()), of.GetAllocator()};
}

/// Whether one of the first so many is called so.
bool lists(const Json& models, rapidjson::SizeType count, std::string_view id) {
  for (rapidjson::SizeType i = 0; i < count; ++i)
    if (translate::text_member(models[i], "id") == id) return true;
  return false;
}

void append_aliases(const config::AliasTable& aliases, JsonDocument& answer) {
  const auto data = answer.FindMember("data");
  if (data == answer.MemberEnd() || !data->value.IsArray()) return;
  auto& memory = answer.GetAllocator();
  const rapidjson::SizeType googles = data->value.Size();
  for (const ModelAlias& alias : aliases.whole_names()) {
    if (lists(data->value, googles, alias.alias)) continue;
    Json model(rapidjson::kObjectType);
    model.AddMember("id", text(alias.alias, answer), memory);
    model.AddMember("object", "model", memory);
    // As of Google's, nothing is known of its age.
    model.AddMember("created", 0, memory);
    model.AddMember("owned_by", text(kOwner, answer), memory);
    data->value.PushBack(model, memory);
  }
}

void call_it(std::string_view name, JsonDocument& answer) {
  for (const auto& [field, value] : {std::pair{"id", name}, std::pair{"owned_by", kOwner}}) {
    const auto found = answer.FindMember(field);
    if (found != answer.MemberEnd()) found->value = text(value, answer);
  }
}

}  // namespace

ExchangePlan plan_model_list(std::shared_ptr<const config::AliasTable> aliases) {
  ExchangePlan plan = plan_models({});
  if (aliases->whole_names().empty()) return plan;
  plan.mapper = std::make_unique<ChangedMapper>(
      std::move(plan.mapper),
      [aliases = std::move(aliases)](JsonDocument& answer) { append_aliases(*aliases, answer); });
  return plan;
}

ExchangePlan plan_model(const config::AliasTable& aliases, std::string_view name) {
  std::string alias = upstream::percent_decode(name);
  const std::string* model = aliases.find(alias);
  if (model == nullptr) return plan_models(name);
  ExchangePlan plan = plan_models(*model);
  plan.alias = alias;
  plan.mapper = std::make_unique<ChangedMapper>(
      std::move(plan.mapper), [alias = std::move(alias)](JsonDocument& answer) { call_it(alias, answer); });
  return plan;
}

}  // namespace geminate::proxy
