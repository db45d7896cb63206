#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/app/account_access.h"
#include "backend/app/request_ids.h"
#include "backend/app/routes.h"
#include "backend/auth/authenticator.h"
#include "backend/config/model_aliases.h"
#include "backend/http/management_types.h"
#include "backend/http/response_sink.h"
#include "backend/keys/published.h"
#include "backend/observe/live_feed.h"
#include "backend/observe/metrics.h"
#include "backend/proxy/exchange.h"
#include "backend/proxy/response_store.h"
#include "backend/proxy/signature_memory.h"
#include "shared/core/caller.h"

namespace geminate::app {

/// What all workers' pipelines share; outlives them.
struct PipelineServices {
  auth::Authenticator& authenticator;
  AccountAccess access;
  std::vector<std::string> cors_origins;
  std::function<std::string()> render_metrics;
  std::string openapi;
  observe::LiveFeed& live;
  proxy::SignatureMemory& signatures;
  const keys::Published<config::AliasTable>& aliases;
  /// What /v1/responses keeps, for all of them.
  std::unique_ptr<proxy::ResponseStore> responses = std::make_unique<proxy::ResponseStore>();
};

/// Answers every request of one worker, in a fixed order. Its worker's thread only.
class Pipeline final : public http::RequestHandler {
 public:
  Pipeline(const PipelineServices& services, proxy::ExchangeContext& exchanges,
           observe::WorkerMetrics& metrics, http::ManagementDispatcher& management,
           http::ConsoleFiles& console);

  void set_cors_origins(std::vector<std::string> origins) { cors_origins_ = std::move(origins); }
  void handle(http::HttpRequest request, http::ResponseSink& sink) override;
  std::string framing_error_body(std::string_view target, const http::FramingFault& fault) override;

 private:
  /// One request on its way through; the request moves on with it.
  struct Passage {
    http::HttpRequest request;
    http::ResponseSink& sink;
    std::string id;
    const Route* route;
    proxy::Dialect dialect;
    /// On management routes; its address and request id also where nobody has to say who it is.
    Caller caller{};
    /// Head lines for every answer: about the client token's limits, and what else the dialect has.
    std::string limit_fields{};
    /// The caller that was found good, an admin in the playground included; what it is refused is recorded.
    std::optional<std::int64_t> token_id{};
    /// As far as it is known.
    std::string model{};
    /// The request goes on with an upload.
    std::optional<proxy::UploadTicket> upload{};
  };

  void refuse(const Passage& passage, const Error& error);
  Status check_access(Passage& passage, auth::TokenPass& pass);
  Status check_account(Passage& passage, auth::TokenPass& pass);
  /// What the planned request may use and cost, against the client token's limits.
  Status check_plan(Passage& passage, auth::TokenPass& pass, proxy::ExchangePlan& plan);
  void note_limits(Passage& passage, const auth::TokenPass& pass) const;
  void dispatch(Passage& passage, auth::TokenPass&& pass);
  void dispatch_translated(Passage& passage, auth::TokenPass&& pass);
  /// A request of another dialect, which `plan(request, context)` translates.
  template <class Plan>
  void translate(Passage& passage, auth::TokenPass&& pass, Plan plan);
  /// On Google's own surfaces; `target` as plan_native takes it.
  void pass_on(Passage& passage, auth::TokenPass&& pass, proxy::Dialect dialect, std::string_view target);
  void answer_stored(const Passage& passage, const auth::TokenPass& pass);
  void listen(const Passage& passage);
  void proxy(Passage& passage, auth::TokenPass&& pass, Result<proxy::ExchangePlan>&& plan);
  void answer(const Passage& passage, std::uint16_t status, std::string_view content_type,
              std::string_view body, std::string extra = {});
  /// Answers a preflight, and tells whether it was one.
  bool answer_preflight(const Passage& passage);
  [[nodiscard]] std::string cors_fields(const Passage& passage) const;

  const PipelineServices& services_;
  std::vector<std::string> cors_origins_;
  proxy::ExchangeContext& exchanges_;
  observe::WorkerMetrics& metrics_;
  http::ManagementDispatcher& management_;
  http::ConsoleFiles& console_;
  RequestIds ids_;
};

}  // namespace geminate::app
