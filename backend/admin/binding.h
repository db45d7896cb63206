#pragma once

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "backend/http/management_types.h"
#include "shared/api/endpoints.h"
#include "shared/codec/codec.h"
#include "shared/core/caller.h"
#include "shared/core/result.h"

namespace geminate::admin {

/// Runs a task on the management thread, soon.
using RunInBackground = std::function<void(std::function<void()>)>;

/// An error as a management answer.
http::ManagementAnswer error_answer(const Error& error);

/// Whether the request says that its body is JSON. A page of another origin cannot send that without asking
/// first.
Status check_json_body(const http::HttpRequest& request);

/// `{id}` of the path as a number; NotFound when it is none.
Result<std::int64_t> id_of(const http::ManagementRequest& request);

template <class Answer>
http::ManagementAnswer answer_of(std::uint16_t success, const Result<Answer>& result) {
  if (!result.ok()) return error_answer(result.error());
  http::ManagementAnswer answer;
  answer.status = success;
  if constexpr (!std::is_same_v<Answer, NoBody>) answer.body = codec::to_json(*result);
  return answer;
}

template <class Request>
Result<Request> decode(const http::HttpRequest& request) {
  if constexpr (std::is_same_v<Request, NoBody>) {
    return NoBody{};
  } else {
    GEMINATE_CHECK_OK(check_json_body(request));
    return codec::from_json<Request>(request.body());
  }
}

/// What waits for the management thread.
template <class Request>
struct BackgroundJob {
  http::ManagementReply reply;
  Request body;
  std::int64_t id;
  Caller caller;
};

/// A handler that decodes on the worker, works on the management thread and answers from there. `work` is
/// `Result<Endpoint::Answer>(Endpoint::Request, std::int64_t id, const Caller&)`, or without the caller where
/// nothing is changed; id is 0 where the path has none.
template <class Request, class Answer, class Work>
http::ManagementHandler in_background(RunInBackground run, const api::Endpoint<Request, Answer>& endpoint,
                                      Work work) {
  const bool has_id = endpoint.path.find("{id}") != std::string_view::npos;
  const auto success = endpoint.success;
  return [run = std::move(run), work = std::move(work), has_id, success](
             const http::ManagementRequest& request, http::ManagementReply reply) {
    auto body = decode<Request>(request.request);
    if (!body.ok()) return reply(error_answer(body.error()));
    auto id = has_id ? id_of(request) : Result<std::int64_t>(0);
    if (!id.ok()) return reply(error_answer(id.error()));
    // std::function wants to be copied, replies and bodies do not.
    auto job = std::make_shared<BackgroundJob<Request>>(
        BackgroundJob<Request>{std::move(reply), std::move(body).value(), *id, request.caller});
    run([job, work, success] {
      if constexpr (std::is_invocable_v<Work, Request, std::int64_t, const Caller&>) {
        job->reply(answer_of<Answer>(success, work(std::move(job->body), job->id, job->caller)));
      } else {
        job->reply(answer_of<Answer>(success, work(std::move(job->body), job->id)));
      }
    });
  };
}

}  // namespace geminate::admin
