#include "backend/proxy/chat_completions.h"

#include <optional>

#include "backend/proxy/prompt_affinity.h"
#include "backend/upstream/sse_parser.h"

namespace geminate::proxy {
namespace {

constexpr std::string_view kJson = "application/json; charset=utf-8";
/// An answer that must be read whole before it can be translated.
constexpr std::size_t kMaximumAnswerBytes = 64U * 1024 * 1024;

Error unreadable(std::string detail) {
  return Error{ErrorCode::UpstreamFailed, "upstream's answer could not be read", std::move(detail), {}, {}};
}

std::optional<upstream::UsageCounts> counts(const std::optional<translate::Usage>& usage) {
  if (!usage) return std::nullopt;
  return upstream::UsageCounts{usage->prompt, usage->candidates + usage->thoughts, usage->cached,
                               usage->thoughts, usage->total};
}

/// Collects the whole answer, then translates it in one step.
class WholeMapper : public AnswerMapper {
 public:
  void reset() override { collected_.clear(); }
  DownstreamHead on_head(const upstream::AnswerHead&) override {
    DownstreamHead downstream;
    downstream.head.status = 200;
    downstream.head.content_type = kJson;
    return downstream;
  }
  [[nodiscard]] bool is_whole() const override { return true; }
  Result<std::string_view> on_piece(std::string_view bytes) override {
    if (collected_.size() + bytes.size() > kMaximumAnswerBytes) return unreadable("more than 64 MiB");
    collected_.append(bytes);
    return std::string_view{};
  }
  Result<std::string_view> on_end() override {
    auto translated = translated_answer(collected_);
    if (!translated.ok()) {
      auto error = std::move(translated).error();
      // What upstream really said; it may be an error in the clothes of a 200.
      error.detail = collected_;
      return error;
    }
    collected_ = std::move(translated).value();
    return std::string_view(collected_);
  }
  std::string error_event(const Error&) override { return {}; }
  [[nodiscard]] std::optional<upstream::UsageCounts> usage() const override { return counts(usage_); }

 protected:
  virtual Result<std::string> translated_answer(std::string_view gemini) = 0;
  std::optional<translate::Usage> usage_;

 private:
  std::string collected_;
};

class ChatMapper final : public WholeMapper {
 public:
  explicit ChatMapper(translate::AnswerContext context) : context_(std::move(context)) {}

 protected:
  Result<std::string> translated_answer(std::string_view gemini) override {
    GEMINATE_TRY(auto answer, translate::to_openai(gemini, context_));
    usage_ = answer.usage;
    return std::move(answer.body);
  }

 private:
  translate::AnswerContext context_;
};

class ModelsMapper final : public WholeMapper {
 public:
  explicit ModelsMapper(bool is_list) : is_list_(is_list) {}

 protected:
  Result<std::string> translated_answer(std::string_view gemini) override {
    // Google says nothing of a model's age; OpenAI's field is required, and 0 is at least the same each time.
    return is_list_ ? translate::models_to_openai(gemini, 0) : translate::model_to_openai(gemini, 0);
  }

 private:
  bool is_list_;
};

/// Translates event by event.
class ChatStreamMapper final : public AnswerMapper {
 public:
  explicit ChatStreamMapper(translate::AnswerContext context)
      : context_(std::move(context)), stream_(std::make_unique<translate::StreamToOpenai>(context_)) {}

  void reset() override {
    stream_ = std::make_unique<translate::StreamToOpenai>(context_);
    events_.emplace();
  }
  DownstreamHead on_head(const upstream::AnswerHead&) override {
    DownstreamHead downstream;
    downstream.head.status = 200;
    downstream.head.content_type = "text/event-stream; charset=utf-8";
    downstream.head.extra = "cache-control: no-cache\r\n";
    return downstream;
  }
  [[nodiscard]] bool is_whole() const override { return false; }
  Result<std::string_view> on_piece(std::string_view bytes) override {
    out_.clear();
    events_->feed(bytes);
    upstream::SseEvent event;
    for (;;) {
      const auto step = events_->next(event);
      if (step == upstream::SseParser::Step::TooLarge) return unreadable("an event of more than 16 MiB");
      if (step == upstream::SseParser::Step::NeedMore) return std::string_view(out_);
      GEMINATE_CHECK_OK(translate_event(event.data));
    }
  }
  Result<std::string_view> on_end() override {
    out_.clear();
    upstream::SseEvent event;
    if (events_->finish(event) == upstream::SseParser::Step::Event)
      GEMINATE_CHECK_OK(translate_event(event.data));
    out_.append(stream_->finish());
    return std::string_view(out_);
  }
  std::string error_event(const Error& error) override {
    return "data: " + translate::openai_error_body(error) + "\n\n";
  }
  [[nodiscard]] std::optional<upstream::UsageCounts> usage() const override {
    return counts(stream_->usage());
  }

 private:
  Status translate_event(std::string_view data) {
    auto chunk = stream_->feed(data);
    if (!chunk.ok()) {
      auto error = std::move(chunk).error();
      error.detail = std::string(data);
      return error;
    }
    out_.append(*chunk);
    return Status::success();
  }

  translate::AnswerContext context_;
  std::unique_ptr<translate::StreamToOpenai> stream_;
  std::optional<upstream::SseParser> events_;
  std::string out_;
};

}  // namespace

Result<ExchangePlan> plan_chat_completions(const http::HttpRequest& request, std::string_view request_id,
                                           const Now& now) {
  GEMINATE_TRY(auto call, translate::to_gemini(request.body()));
  translate::AnswerContext context;
  context.id = "chatcmpl-" + std::string(request_id);
  context.created_unix = std::chrono::floor<std::chrono::seconds>(now.wall).time_since_epoch().count();
  context.model = call.model;
  context.include_usage = call.include_usage;

  ExchangePlan plan;
  plan.dialect = Dialect::Openai;
  plan.method = "POST";
  plan.target =
      "/v1beta/models/" + call.model + (call.stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
  plan.model = std::move(call.model);
  plan.affinity = prompt_affinity(PromptShape::Contents, plan.model, call.body);
  plan.body = std::move(call.body);
  plan.estimated_tokens = call.estimated_tokens;
  if (call.stream) {
    plan.mapper = std::make_unique<ChatStreamMapper>(std::move(context));
  } else {
    plan.mapper = std::make_unique<ChatMapper>(std::move(context));
  }
  return plan;
}

ExchangePlan plan_models(std::string_view model) {
  ExchangePlan plan;
  plan.dialect = Dialect::Openai;
  plan.method = "GET";
  plan.target = model.empty() ? "/v1beta/models?pageSize=1000" : "/v1beta/models/" + std::string(model);
  plan.model = std::string(model);
  plan.body = std::string{};
  plan.mapper = std::make_unique<ModelsMapper>(model.empty());
  return plan;
}

}  // namespace geminate::proxy
