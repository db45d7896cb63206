#include "backend/proxy/native_gemini.h"

#include <algorithm>
#include <array>

#include "backend/proxy/prompt_affinity.h"
#include "backend/reactor/spare_blocks.h"
#include "backend/translate/translate.h"
#include "backend/upstream/request_target.h"
#include "shared/core/ascii.h"

namespace geminate::proxy {
namespace {

/// Fields of upstream's answer that clients rely on; everything else is between us and upstream.
constexpr std::array<std::string_view, 8> kPassedFields = {"cache-control",    "content-disposition",
                                                           "content-encoding", "content-language",
                                                           "content-range",    "etag",
                                                           "last-modified",    "vary"};

bool passes(std::string_view name) {
  if (name.size() > 7 && iequals(name.substr(0, 7), "x-goog-")) {
    // An upload address leads to Google itself: a client that followed it would hand its token over. The
    // exchange writes our own in its place.
    return name.size() < 14 || !iequals(name.substr(0, 14), "x-goog-upload-") ||
           (!iequals(name, "x-goog-upload-url") && !iequals(name, "x-goog-upload-control-url"));
  }
  return std::any_of(kPassedFields.begin(), kPassedFields.end(),
                     [name](std::string_view passed) { return iequals(name, passed); });
}

/// Body bytes per token, roughly; what isn't text (images) is counted far too high, hence the cap.
constexpr std::int64_t kBytesPerToken = 4;
constexpr std::int64_t kMaximumEstimate = 32'768;
constexpr std::size_t kMaximumHeldBack = 16 * 1024;
constexpr std::size_t kUsualHeadBytes = 240;

/// Passes upstream's bytes on unchanged while a scanner at the side reads what they cost.
class NativeMapper final : public AnswerMapper, public reactor::FromSpareBlocks<NativeMapper> {
 public:
  NativeMapper(Dialect dialect, bool is_interaction) : dialect_(dialect), is_interaction_(is_interaction) {}

  void reset() override { scanner_.reset(); }
  DownstreamHead on_head(const upstream::AnswerHead& head) override;
  [[nodiscard]] bool is_whole() const override { return false; }
  Result<std::string_view> on_piece(std::string_view bytes) override;
  Result<std::string_view> on_end() override;
  std::string error_event(const Error& error) override;
  [[nodiscard]] std::optional<upstream::UsageCounts> usage() const override {
    if (!scanner_ || scanner_->report().empty()) return std::nullopt;
    auto counts = upstream::read_usage(scanner_->report());
    // An interaction that has begun has no report yet.
    return counts && is_interaction_ && counts->total_tokens == 0 ? std::nullopt : counts;
  }
  [[nodiscard]] std::string passed_error() const override {
    if (!scanner_ || scanner_->stream_error().empty()) return {};
    return "{\"error\":" + scanner_->stream_error() + "}";
  }

 private:
  /// What holds the usage report.
  [[nodiscard]] std::string_view report_name() const {
    if (is_interaction_) return is_event_stream_ ? "interaction" : "usage";
    return dialect_ == Dialect::Openai ? "usage" : "usageMetadata";
  }

  const Dialect dialect_;
  const bool is_interaction_;
  bool is_event_stream_ = false;
  std::optional<upstream::UsageScanner> scanner_;
  /// What has come before it was certain that the answer isn't an error in the clothes of a 200.
  std::string held_back_;
  bool certain_ = false;
};

DownstreamHead NativeMapper::on_head(const upstream::AnswerHead& head) {
  DownstreamHead downstream;
  downstream.head.status = head.status;
  downstream.content_length = head.content_length;
  // Room for what passes, and for what the exchange adds.
  downstream.head.extra.reserve(kUsualHeadBytes);
  for (const auto& [name, value] : head.fields) {
    if (iequals(name, "content-type")) {
      is_event_stream_ = value.substr(0, 17) == "text/event-stream";
      downstream.head.extra.append("content-type: ").append(value).append("\r\n");
    } else if (passes(name)) {
      downstream.head.extra.append(name).append(": ").append(value).append("\r\n");
    }
  }
  using Format = upstream::UsageScanner::Format;
  scanner_.emplace(is_event_stream_ ? Format::Sse : Format::Json, report_name());
  certain_ = !is_event_stream_;
  held_back_.clear();
  return downstream;
}

Result<std::string_view> NativeMapper::on_piece(std::string_view bytes) {
  scanner_->feed(bytes);
  if (certain_) return bytes;
  held_back_.append(bytes);
  if (scanner_->begins_with_error()) {
    // Whole or not, what there is of it is enough to be judged by.
    return Error{
        ErrorCode::UpstreamFailed, "upstream sent an error in place of an answer", held_back_, {}, {}};
  }
  // The first event is over, or it is so long that it cannot be a mere error.
  if (held_back_.find("\n\n") == std::string::npos && held_back_.find("\r\n\r\n") == std::string::npos &&
      held_back_.size() < kMaximumHeldBack) {
    return std::string_view{};
  }
  certain_ = true;
  return std::string_view(held_back_);
}

Result<std::string_view> NativeMapper::on_end() {
  if (certain_) return std::string_view{};
  certain_ = true;
  return std::string_view(held_back_);
}

std::string NativeMapper::error_event(const Error& error) {
  // Outside an event stream (a JSON array, a file) there is no place to put an error: the cut itself says it.
  if (!is_event_stream_) return {};
  const auto body =
      dialect_ == Dialect::Openai ? translate::openai_error_body(error) : translate::gemini_error_body(error);
  return "data: " + body + "\r\n\r\n";
}

}  // namespace

Result<ExchangePlan> plan_native(const http::HttpRequest& request, Dialect dialect) {
  return plan_native(request, dialect, request.target());
}

Result<ExchangePlan> plan_native(const http::HttpRequest& request, Dialect dialect, std::string_view target) {
  ExchangePlan plan;
  plan.dialect = dialect;
  plan.method = std::string(request.method());
  GEMINATE_TRY(plan.target, upstream::upstream_target(target));
  plan.model = upstream::model_of_path(target).model;
  // The bytes of a file are no prompt yet.
  if (!plan.target.starts_with("/upload/")) {
    plan.estimated_tokens =
        std::min(static_cast<std::int64_t>(request.body().size()) / kBytesPerToken, kMaximumEstimate);
    plan.affinity =
        prompt_affinity(dialect == Dialect::Openai ? PromptShape::Messages : PromptShape::Contents,
                        plan.model, request.body());
  }
  track_resources(plan, request.body());
  const bool is_interaction =
      plan.resources != nullptr && plan.resources->told_as == upstream::ResourceScan::Of::Interaction;
  plan.mapper = std::make_unique<NativeMapper>(dialect, is_interaction);
  return plan;
}

}  // namespace geminate::proxy
