#include "backend/proxy/translated_plan.h"

#include <optional>
#include <utility>

#include "backend/proxy/prompt_affinity.h"
#include "backend/upstream/sse_parser.h"

namespace geminate::proxy {
namespace {

constexpr std::string_view kJson = "application/json; charset=utf-8";
/// An answer that must be read whole before it can be translated.
constexpr std::size_t kMaximumAnswerBytes = 64U * 1024 * 1024;

using MakeAnswer = std::function<std::unique_ptr<translate::AnswerTranslator>()>;

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
  [[nodiscard]] std::optional<upstream::UsageCounts> usage() const override { return std::nullopt; }

 protected:
  virtual Result<std::string> translated_answer(std::string_view gemini) = 0;

 private:
  std::string collected_;
};

class FunctionMapper final : public WholeMapper {
 public:
  using Translate = std::function<Result<std::string>(std::string_view gemini)>;
  explicit FunctionMapper(Translate translate) : translate_(std::move(translate)) {}

 protected:
  Result<std::string> translated_answer(std::string_view gemini) override { return translate_(gemini); }

 private:
  Translate translate_;
};

class AnswerWholeMapper final : public WholeMapper {
 public:
  AnswerWholeMapper(MakeAnswer make, OnAnswered on_answered)
      : make_(std::move(make)), on_answered_(std::move(on_answered)) {}

  [[nodiscard]] std::optional<upstream::UsageCounts> usage() const override {
    return answer_ ? counts(answer_->usage()) : std::nullopt;
  }

 protected:
  Result<std::string> translated_answer(std::string_view gemini) override {
    answer_ = make_();
    GEMINATE_TRY(std::string whole, answer_->whole(gemini));
    if (on_answered_) on_answered_(*answer_);
    return whole;
  }

 private:
  const MakeAnswer make_;
  const OnAnswered on_answered_;
  std::unique_ptr<translate::AnswerTranslator> answer_;
};

/// Translates event by event.
class AnswerStreamMapper final : public AnswerMapper {
 public:
  AnswerStreamMapper(MakeAnswer make, OnAnswered on_answered)
      : make_(std::move(make)), on_answered_(std::move(on_answered)), answer_(make_()) {}

  void reset() override {
    answer_ = make_();
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
    out_.append(answer_->finish());
    if (on_answered_) on_answered_(*answer_);
    return std::string_view(out_);
  }
  std::string error_event(const Error& error) override { return answer_->error_event(error); }
  [[nodiscard]] std::string_view keep_alive() const override { return answer_->keep_alive(); }
  [[nodiscard]] std::optional<upstream::UsageCounts> usage() const override {
    return counts(answer_->usage());
  }

 private:
  Status translate_event(std::string_view data) {
    auto chunk = answer_->feed(data);
    if (!chunk.ok()) {
      auto error = std::move(chunk).error();
      error.detail = std::string(data);
      return error;
    }
    out_.append(*chunk);
    return Status::success();
  }

  const MakeAnswer make_;
  const OnAnswered on_answered_;
  std::unique_ptr<translate::AnswerTranslator> answer_;
  std::optional<upstream::SseParser> events_;
  std::string out_;
};

/// What is done with every answer: its signatures are kept before the client can come back with them.
OnAnswered remembering(SignatureMemory& signatures, std::int64_t caller, OnAnswered then) {
  return [&signatures, caller, then = std::move(then)](const translate::AnswerTranslator& answer) {
    for (const auto& one : answer.signatures()) signatures.remember(caller, one.call_id, one.signature);
    if (then) then(answer);
  };
}

}  // namespace

translate::SignatureOf TranslationContext::signature_of() const {
  return [this](std::string_view call_id) { return signatures.find(caller, call_id); };
}

ExchangePlan plan_translated(translate::Translation&& translation, Dialect dialect,
                             const TranslationContext& context, OnAnswered on_answered) {
  translate::GeminiCall& call = translation.call;
  translate::AnswerContext answer;
  answer.id = context.request_id;
  answer.created_unix = std::chrono::floor<std::chrono::seconds>(context.now.wall).time_since_epoch().count();
  answer.model = context.alias.empty() ? std::string_view(call.model) : context.alias;
  MakeAnswer make = [make = std::move(translation.make_answer), answer = std::move(answer)] {
    return make(answer);
  };
  on_answered = remembering(context.signatures, context.caller, std::move(on_answered));

  ExchangePlan plan;
  plan.dialect = dialect;
  plan.method = "POST";
  plan.target =
      "/v1beta/models/" + call.model + ":" + std::string(call.method) + (call.stream ? "?alt=sse" : "");
  plan.model = std::move(call.model);
  plan.affinity = call.affinity_key.empty() ? prompt_affinity(PromptShape::Contents, plan.model, call.body)
                                            : named_affinity(plan.model, call.affinity_key);
  plan.body = std::move(call.body);
  plan.estimated_tokens = call.estimated_tokens;
  if (call.stream) {
    plan.mapper = std::make_unique<AnswerStreamMapper>(std::move(make), std::move(on_answered));
  } else {
    plan.mapper = std::make_unique<AnswerWholeMapper>(std::move(make), std::move(on_answered));
  }
  return plan;
}

ExchangePlan plan_collected(translate::GeminiCall&& call, Dialect dialect,
                            std::function<Result<std::string>(std::string_view gemini)> translate) {
  ExchangePlan plan;
  plan.dialect = dialect;
  plan.method = "POST";
  plan.target = "/v1beta/models/" + call.model + ":" + std::string(call.method);
  plan.model = std::move(call.model);
  plan.body = std::move(call.body);
  plan.estimated_tokens = call.estimated_tokens;
  plan.mapper = map_whole(std::move(translate));
  return plan;
}

std::unique_ptr<AnswerMapper> map_whole(
    std::function<Result<std::string>(std::string_view gemini)> translate) {
  return std::make_unique<FunctionMapper>(std::move(translate));
}

}  // namespace geminate::proxy
