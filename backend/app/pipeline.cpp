#include "backend/app/pipeline.h"

#include <algorithm>

#include "backend/app/account_access.h"
#include "backend/app/client_access.h"
#include "backend/app/credentials.h"
#include "backend/app/live_listener.h"
#include "backend/app/rate_limit_fields.h"
#include "backend/http/message_framing.h"
#include "backend/proxy/anthropic_messages.h"
#include "backend/proxy/asked_model.h"
#include "backend/proxy/chat_completions.h"
#include "backend/proxy/listed_aliases.h"
#include "backend/proxy/model_names.h"
#include "backend/proxy/refusal_record.h"
#include "backend/proxy/responses.h"
#include "shared/api/endpoints.h"

namespace geminate::app {
namespace {

/// What browsers need to upload a file.
const std::string kUploadFieldNames =
    "x-goog-upload-url, x-goog-upload-status, x-goog-upload-chunk-granularity, x-goog-upload-size-received, ";

/// Anthropic's own clients know a request by it.
std::string anthropic_id_field(const std::string& request_id) { return "request-id: " + request_id + "\r\n"; }

}  // namespace

Pipeline::Pipeline(const PipelineServices& services, proxy::ExchangeContext& exchanges,
                   observe::WorkerMetrics& metrics, http::ManagementDispatcher& management,
                   http::ConsoleFiles& console)
    : services_(services),
      cors_origins_(services.cors_origins),
      exchanges_(exchanges),
      metrics_(metrics),
      management_(management),
      console_(console) {}

// The order matters:
//  1. the id first, so that every answer has it;
//  2. the route, which decides the dialect of every later error;
//  3. preflights, which browsers send without credentials;
//  4. access, before anything of the request is worked on: who it is, from where, and how many requests it
//  has
//     left;
//  5. dispatch, where the plan is made that tells what the client token is asked for: its model and its
//  tokens
//     are checked then, before anything goes upstream.
void Pipeline::handle(http::HttpRequest request, http::ResponseSink& sink) {
  auto id = ids_.next(exchanges_.loop.now().wall.time_since_epoch().count());
  const auto match = match_route(request.method(), request.path());
  const auto dialect = match.route != nullptr ? match.route->dialect : dialect_of_path(request.path());
  Passage passage{std::move(request), sink, std::move(id), match.route, dialect};
  if (dialect == proxy::Dialect::Anthropic) passage.limit_fields = anthropic_id_field(passage.id);
  if (answer_preflight(passage)) return;
  if (match.route == nullptr) {
    return refuse(passage,
                  match.wrong_method
                      ? Error{ErrorCode::MethodNotAllowed, "this path does not take that method", {}, {}, {}}
                      : Error{ErrorCode::NotFound, "there is nothing at this path", {}, {}, {}});
  }
  auth::TokenPass pass;
  if (auto access = check_access(passage, pass); !access.ok()) return refuse(passage, access.error());
  dispatch(passage, std::move(pass));
}

void Pipeline::refuse(const Passage& passage, const Error& error) {
  const std::uint16_t status = face_of(error.code).http_status;
  metrics_.requests(static_cast<observe::Dialect>(passage.dialect), observe::status_class(status));
  if (passage.token_id && exchanges_.usage != nullptr) {
    exchanges_.usage->add(proxy::refusal_record(passage.request, passage.id, *passage.token_id,
                                                passage.dialect, passage.model, status,
                                                exchanges_.loop.now()));
  }
  proxy::send_error(passage.sink, passage.dialect, passage.id, error,
                    passage.limit_fields + cors_fields(passage));
}

Status Pipeline::check_access(Passage& passage, auth::TokenPass& pass) {
  switch (passage.route->access) {
    case RouteAccess::Public:
      // A log-in from another site's page would put its visitor into a session that is not theirs.
      if (changes_something(passage.request.method()) && !is_same_origin(passage.request)) {
        return Error{ErrorCode::Forbidden, "the request comes from a page of another origin", {}, {}, {}};
      }
      passage.caller.address = passage.request.peer();
      passage.caller.request_id = passage.id;
      return Status::success();
    case RouteAccess::Admin:
    case RouteAccess::Viewer:
      return check_account(passage, pass);
    case RouteAccess::Client:
      break;
  }
  auto admitted = admit_client(services_.authenticator, passage.request, exchanges_.uploads,
                               exchanges_.loop.now(), passage.upload);
  if (!admitted.ok()) {
    if (admitted.error().code == ErrorCode::Unauthenticated)
      metrics_.login_failures(observe::Surface::Client);
    return std::move(admitted).error();
  }
  pass = std::move(admitted).value();
  passage.token_id = pass.token().id;
  auto counted = pass.count_request(exchanges_.loop.now());
  note_limits(passage, pass);
  return counted;
}

Status Pipeline::check_account(Passage& passage, auth::TokenPass& pass) {
  auto caller = services_.access.caller_of(passage.request, passage.id);
  if (!caller.ok()) {
    metrics_.login_failures(observe::Surface::Admin);
    return std::move(caller).error();
  }
  passage.caller = std::move(caller).value();
  if (passage.route->access == RouteAccess::Admin && passage.caller.role != Role::Admin) {
    return Error{ErrorCode::Forbidden, "this account may look, but not do this", {}, {}, {}};
  }
  if (passage.route->action == RouteAction::Playground) {
    pass = services_.authenticator.admin_pass();
    passage.token_id = pass.token().id;
  }
  return Status::success();
}

Status Pipeline::check_plan(Passage& passage, auth::TokenPass& pass, proxy::ExchangePlan& plan) {
  if (!pass.token().models.empty() || pass.has_budget()) {
    GEMINATE_TRY(const std::string model, proxy::asked_model(passage.request, plan));
    constexpr std::string_view kPrefix = "models/";
    passage.model = model.substr(model.starts_with(kPrefix) ? kPrefix.size() : 0);
    // A token may use a model by either name that its administrator knows; what is refused is what was asked.
    if (!model.empty() && (plan.alias.empty() || !pass.check_model(model).ok()))
      GEMINATE_CHECK_OK(pass.check_model(plan.alias.empty() ? model : plan.alias));
    // Where the body alone names it, what the request costs is told from there.
    if (plan.model.empty()) plan.model = passage.model;
  }
  passage.model = plan.model;
  proxy::fit_estimate(plan, pass.token());
  auto reserved = pass.reserve(plan.estimated_tokens, exchanges_.loop.now());
  note_limits(passage, pass);
  return reserved;
}

void Pipeline::note_limits(Passage& passage, const auth::TokenPass& pass) const {
  const Now now = exchanges_.loop.now();
  if (passage.dialect == proxy::Dialect::Openai) {
    passage.limit_fields = rate_limit_fields(pass.standing(now));
  } else if (passage.dialect == proxy::Dialect::Anthropic) {
    passage.limit_fields =
        anthropic_id_field(passage.id) + anthropic_rate_limit_fields(pass.standing(now), now.wall);
  }
}

template <class Plan>
void Pipeline::translate(Passage& passage, auth::TokenPass&& pass, Plan plan) {
  const Now now = exchanges_.loop.now();
  const std::string alias = proxy::exchange_alias(*services_.aliases.read(), passage.request);
  const proxy::TranslationContext context{passage.id, now, pass.token().id, services_.signatures, alias};
  auto planned = plan(passage.request, context);
  if (planned.ok()) planned->alias = alias;
  proxy(passage, std::move(pass), std::move(planned));
}

void Pipeline::dispatch_translated(Passage& passage, auth::TokenPass&& pass) {
  proxy::ResponseStore& store = *services_.responses;
  switch (passage.route->action) {
    case RouteAction::Messages:
      return translate(passage, std::move(pass), proxy::plan_messages);
    case RouteAction::CountTokens:
      return translate(passage, std::move(pass), proxy::plan_count_tokens);
    case RouteAction::Responses:
      return translate(passage, std::move(pass), [&store](const auto& request, const auto& context) {
        return proxy::plan_responses(request, context, store);
      });
    case RouteAction::InputTokens:
      return translate(passage, std::move(pass), [&store](const auto& request, const auto& context) {
        return proxy::plan_input_tokens(request, context, store);
      });
    case RouteAction::Embeddings:
      return translate(passage, std::move(pass), proxy::plan_embeddings);
    default:
      return translate(passage, std::move(pass), proxy::plan_chat_completions);
  }
}

void Pipeline::dispatch(Passage& passage, auth::TokenPass&& pass) {
  switch (passage.route->action) {
    case RouteAction::NativeGemini:
      return pass_on(passage, std::move(pass), proxy::Dialect::Gemini, passage.request.target());
    case RouteAction::Playground:
      return pass_on(passage, std::move(pass), proxy::Dialect::Gemini,
                     passage.request.target().substr(api::kPlaygroundRoot.size()));
    case RouteAction::OpenaiPassthrough:
      return pass_on(passage, std::move(pass), proxy::Dialect::Openai, passage.request.target());
    case RouteAction::ListModels:
      return proxy(passage, std::move(pass), proxy::plan_model_list(services_.aliases.read()));
    case RouteAction::GetModel: {
      auto plan = proxy::plan_model(*services_.aliases.read(),
                                    passage.request.path().substr(std::string_view("/v1/models/").size()));
      return proxy(passage, std::move(pass), std::move(plan));
    }
    case RouteAction::ChatCompletions:
    case RouteAction::Messages:
    case RouteAction::CountTokens:
    case RouteAction::Responses:
    case RouteAction::InputTokens:
    case RouteAction::Embeddings:
      return dispatch_translated(passage, std::move(pass));
    case RouteAction::StoredResponse:
      return answer_stored(passage, pass);
    case RouteAction::ManagementApi:
      return management_.dispatch(std::move(passage.request), passage.sink, passage.caller);
    case RouteAction::LiveFeed:
      return listen(passage);
    case RouteAction::Metrics:
      return answer(passage, 200, "text/plain; version=0.0.4; charset=utf-8", services_.render_metrics());
    case RouteAction::OpenApi:
      return answer(passage, 200, "application/json; charset=utf-8", services_.openapi);
    case RouteAction::ConsolePage:
    case RouteAction::ConsoleFile:
      if (!console_.serve(passage.request, passage.sink, passage.id)) {
        refuse(passage, {ErrorCode::NotFound, "there is nothing at this path", {}, {}, {}});
      }
      return;
    case RouteAction::ToConsole:
      return answer(passage, 303, "text/plain; charset=utf-8", {}, "location: /manage/keys\r\n");
  }
}

void Pipeline::pass_on(Passage& passage, auth::TokenPass&& pass, proxy::Dialect dialect,
                       std::string_view target) {
  auto plan = proxy::plan_native_by_alias(*services_.aliases.read(), passage.request, dialect, target);
  if (plan.ok() && passage.upload) proxy::bind_upload(*plan, *passage.upload);
  proxy(passage, std::move(pass), std::move(plan));
}

void Pipeline::answer_stored(const Passage& passage, const auth::TokenPass& pass) {
  const auto body =
      proxy::stored_response(passage.request, pass.token().id, *services_.responses, exchanges_.loop.now());
  if (!body.ok()) return refuse(passage, body.error());
  answer(passage, 200, "application/json; charset=utf-8", *body, passage.limit_fields + cors_fields(passage));
}

void Pipeline::listen(const Passage& passage) {
  if (passage.request.method() == "HEAD") return answer(passage, 200, "text/event-stream; charset=utf-8", {});
  auto begun = LiveListener::begin(services_.live, metrics_, passage.sink, passage.id,
                                   services_.access.still_in(passage.request));
  if (!begun.ok()) return refuse(passage, begun.error());
  metrics_.requests(observe::Dialect::Management, observe::StatusClass::Success);
}

void Pipeline::proxy(Passage& passage, auth::TokenPass&& pass, Result<proxy::ExchangePlan>&& plan) {
  if (!plan.ok()) return refuse(passage, plan.error());
  // A translated request may name files as well.
  if (plan->body) proxy::track_resources(*plan, *plan->body);
  if (auto allowed = check_plan(passage, pass, *plan); !allowed.ok()) return refuse(passage, allowed.error());
  plan->further_fields = passage.limit_fields + cors_fields(passage);
  proxy::Exchange::begin(exchanges_, std::move(passage.request), passage.sink, std::move(pass),
                         std::move(passage.id), std::move(plan).value());
}

void Pipeline::answer(const Passage& passage, std::uint16_t status, std::string_view content_type,
                      std::string_view body, std::string extra) {
  metrics_.requests(static_cast<observe::Dialect>(passage.dialect), observe::status_class(status));
  http::ResponseHead head;
  head.status = status;
  head.content_type = content_type;
  head.extra = std::move(extra);
  head.extra.append("x-request-id: ").append(passage.id).append("\r\n");
  passage.sink.send(head, body);
}

std::string Pipeline::cors_fields(const Passage& passage) const {
  if (cors_origins_.empty()) return {};
  // Only client surfaces are for other origins' pages; management never is, whatever dialect it speaks.
  if (passage.route != nullptr && passage.route->access != RouteAccess::Client) return {};
  const auto origin = passage.request.header("origin");
  if (!origin) return {};
  const bool is_allowed = std::any_of(cors_origins_.begin(), cors_origins_.end(), [&](const auto& allowed) {
    return allowed == "*" || allowed == *origin;
  });
  if (!is_allowed) return {};
  return "access-control-allow-origin: " + std::string(*origin) +
         "\r\naccess-control-expose-headers: x-request-id, request-id, retry-after, retry-after-ms, " +
         kUploadFieldNames + std::string(proxy::kContextField) + ", " + kRateLimitFieldNames +
         "\r\nvary: origin\r\n";
}

bool Pipeline::answer_preflight(const Passage& passage) {
  const auto& request = passage.request;
  if (request.method() != "OPTIONS" || !request.header("access-control-request-method")) return false;
  auto fields = passage.dialect == proxy::Dialect::Management ? std::string{} : cors_fields(passage);
  if (fields.empty()) return false;
  fields.append(
      "access-control-allow-methods: GET, POST, PUT, PATCH, DELETE\r\naccess-control-max-age: 600\r\n");
  if (const auto wanted = request.header("access-control-request-headers")) {
    fields.append("access-control-allow-headers: ").append(*wanted).append("\r\n");
  }
  answer(passage, 204, {}, {}, std::move(fields));
  return true;
}

std::string Pipeline::framing_error_body(std::string_view target, const http::FramingFault& fault) {
  metrics_.framing_errors();
  const auto path = target.substr(0, target.find('?'));
  return proxy::error_body(dialect_of_path(path), {fault.code, fault.message, {}, {}, {}});
}

}  // namespace geminate::app
