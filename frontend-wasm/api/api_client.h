#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "frontend-wasm/api/failure.h"
#include "frontend-wasm/api/query_text.h"
#include "frontend-wasm/api/transport.h"
#include "shared/api/endpoints.h"
#include "shared/codec/codec.h"

namespace geminate::ui {

/// What a call brought: the promised type or why not. `digest` is of the answer's text, so that two equal
/// answers are seen to be equal without comparing their fields.
template <class T>
struct Outcome {
  T answer{};  // only when ok()
  std::optional<Failure> why;
  std::uint64_t digest = 0;

  bool ok() const { return !why; }
  const T& value() const { return answer; }
  T& value() { return answer; }
  const Failure& failure() const { return *why; }
};

/// The management API, typed by endpoints.h: `client.call(api::kAddKey, draft, on_outcome)`.
/// `done` takes an Outcome of the route's answer. Borrows its transport. Calls still on their way when it
/// dies are aborted.
class ApiClient {
 public:
  explicit ApiClient(Transport& transport) : transport_(transport) {}
  ~ApiClient() { abort_all(); }
  ApiClient(const ApiClient&) = delete;
  ApiClient& operator=(const ApiClient&) = delete;

  template <class Request, class Answer, class Done>
  void call(const api::Endpoint<Request, Answer>& endpoint, const std::type_identity_t<Request>& body,
            Done done) {
    send(endpoint, std::string(endpoint.path), body, std::move(done));
  }
  /// For paths with `{id}`.
  template <class Request, class Answer, class Done>
  void call(const api::Endpoint<Request, Answer>& endpoint, std::int64_t id,
            const std::type_identity_t<Request>& body, Done done) {
    send(endpoint, path_with_id(endpoint.path, std::to_string(id)), body, std::move(done));
  }

  /// For paths whose `{id}` stands for a text.
  template <class Request, class Answer, class Done>
  void call(const api::Endpoint<Request, Answer>& endpoint, std::string_view id,
            const std::type_identity_t<Request>& body, Done done) {
    send(endpoint, path_with_id(endpoint.path, percent_encoded(id)), body, std::move(done));
  }
  /// For a GET that takes a query: its fields stand in the address.
  template <class Query, class Answer, class Done>
  void ask(const api::Endpoint<Query, Answer>& endpoint, const std::type_identity_t<Query>& query,
           Done done) {
    carry({endpoint.verb, std::string(endpoint.path) + query_text(query), {}},
          reply<Answer>(endpoint.success, std::move(done)));
  }

  /// For an answer of lines: the first is the promised type, the rest is handed on as it came.
  /// `done` takes the Outcome and the rest.
  template <class Query, class Answer, class Done>
  void ask_lines(const api::Endpoint<Query, Answer>& endpoint, const std::type_identity_t<Query>& query,
                 Done done) {
    carry({endpoint.verb, std::string(endpoint.path) + query_text(query), {}},
          [success = endpoint.success, done = std::move(done)](TransportAnswer answer) {
            std::string lines = answer.status == success ? split_lines(answer.body) : std::string();
            done(read<Answer>(answer, success), std::move(lines));
          });
  }

  /// For an answer that is handed on as it came: `done` takes an Outcome of its text.
  template <class Query, class Answer, class Done>
  void ask_text(const api::Endpoint<Query, Answer>& endpoint, Done done) {
    carry({endpoint.verb, std::string(endpoint.path), {}},
          [success = endpoint.success, done = std::move(done)](TransportAnswer answer) {
            Outcome<std::string> outcome;
            outcome.why = failure_of(answer, success);
            outcome.answer = std::move(answer.body);
            done(std::move(outcome));
          });
  }

  std::size_t calls_on_their_way() const { return calls_.size(); }
  void abort_all();

 private:
  static std::string path_with_id(std::string_view pattern, std::string_view id);
  /// The answer's failure, if it is one: anything but the route's own success.
  static std::optional<Failure> failure_of(const TransportAnswer& answer, std::uint16_t success);
  static Failure unreadable(const TransportAnswer& answer, std::string why);
  /// Leaves the first line in `text` and gives back what follows it.
  static std::string split_lines(std::string& text);
  static std::uint64_t digest_of(std::string_view text);
  void carry(TransportRequest request, Transport::Done done);

  template <class Answer>
  static Outcome<Answer> read(const TransportAnswer& answer, std::uint16_t success) {
    Outcome<Answer> outcome;
    outcome.why = failure_of(answer, success);
    if constexpr (!std::is_same_v<Answer, NoBody>) {
      if (outcome.why) return outcome;
      if (auto error = codec::read_json(answer.body, outcome.answer))
        outcome.why = unreadable(answer, std::move(error->message));
      outcome.digest = digest_of(answer.body);
    }
    return outcome;
  }

  template <class Answer, class Done>
  static Transport::Done reply(std::uint16_t success, Done done) {
    return [success, done = std::move(done)](const TransportAnswer& answer) {
      done(read<Answer>(answer, success));
    };
  }

  template <class Request, class Answer, class Done>
  void send(const api::Endpoint<Request, Answer>& endpoint, std::string path, const Request& body,
            Done done) {
    TransportRequest request{endpoint.verb, std::move(path), {}};
    // What a GET asks for stands in its address (ask); called without a query it takes what is usual.
    if constexpr (!std::is_same_v<Request, NoBody>) {
      if (endpoint.verb != api::Verb::Get) request.body = codec::to_json(body);
    }
    carry(std::move(request), reply<Answer>(endpoint.success, std::move(done)));
  }

  Transport& transport_;
  std::set<Transport::CallId> calls_;
};

}  // namespace geminate::ui
