#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

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
  std::variant<T, Failure> state;
  std::uint64_t digest = 0;

  bool ok() const { return state.index() == 0; }
  const T& value() const { return std::get<0>(state); }
  T& value() { return std::get<0>(state); }
  const Failure& failure() const { return std::get<1>(state); }
};

template <class Answer>
using OnOutcome = std::function<void(Outcome<Answer>)>;

/// The management API, typed by endpoints.h: `client.call(api::kAddKey, draft, on_outcome)`.
/// Borrows its transport. Calls still on their way when it dies are aborted.
class ApiClient {
 public:
  explicit ApiClient(Transport& transport) : transport_(transport) {}
  ~ApiClient() { abort_all(); }
  ApiClient(const ApiClient&) = delete;
  ApiClient& operator=(const ApiClient&) = delete;

  template <class Request, class Answer>
  void call(const api::Endpoint<Request, Answer>& endpoint, const std::type_identity_t<Request>& body,
            std::type_identity_t<OnOutcome<Answer>> done) {
    send(endpoint, std::string(endpoint.path), body, std::move(done));
  }
  /// For paths with `{id}`.
  template <class Request, class Answer>
  void call(const api::Endpoint<Request, Answer>& endpoint, std::int64_t id,
            const std::type_identity_t<Request>& body, std::type_identity_t<OnOutcome<Answer>> done) {
    send(endpoint, path_with_id(endpoint.path, std::to_string(id)), body, std::move(done));
  }

  /// For paths whose `{id}` stands for a text.
  template <class Request, class Answer>
  void call(const api::Endpoint<Request, Answer>& endpoint, std::string_view id,
            const std::type_identity_t<Request>& body, std::type_identity_t<OnOutcome<Answer>> done) {
    send(endpoint, path_with_id(endpoint.path, percent_encoded(id)), body, std::move(done));
  }
  /// For a GET that takes a query: its fields stand in the address.
  template <class Query, class Answer>
  void ask(const api::Endpoint<Query, Answer>& endpoint, const std::type_identity_t<Query>& query,
           std::type_identity_t<OnOutcome<Answer>> done) {
    carry({endpoint.verb, std::string(endpoint.path) + query_text(query), {}},
          [success = endpoint.success, done = std::move(done)](const TransportAnswer& answer) {
            done(read<Answer>(answer, success));
          });
  }

  /// For an answer of lines: the first is the promised type, the rest is handed on as it came.
  template <class Query, class Answer>
  void ask_lines(const api::Endpoint<Query, Answer>& endpoint, const std::type_identity_t<Query>& query,
                 std::type_identity_t<std::function<void(Outcome<Answer>, std::string lines)>> done) {
    carry({endpoint.verb, std::string(endpoint.path) + query_text(query), {}},
          [success = endpoint.success, done = std::move(done)](TransportAnswer answer) {
            std::string lines = answer.status == success ? split_lines(answer.body) : std::string();
            done(read<Answer>(answer, success), std::move(lines));
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
    if (auto failure = failure_of(answer, success)) return {std::move(*failure), 0};
    if constexpr (std::is_same_v<Answer, NoBody>) {
      return {Answer{}, 0};
    } else {
      auto value = codec::from_json<Answer>(answer.body);
      if (!value.ok()) return {unreadable(answer, value.error().message), 0};
      return {std::move(value).value(), digest_of(answer.body)};
    }
  }

  template <class Request, class Answer>
  void send(const api::Endpoint<Request, Answer>& endpoint, std::string path, const Request& body,
            OnOutcome<Answer> done) {
    TransportRequest request{endpoint.verb, std::move(path), {}};
    if constexpr (!std::is_same_v<Request, NoBody>) request.body = codec::to_json(body);
    carry(std::move(request), [success = endpoint.success, done = std::move(done)](
                                  const TransportAnswer& answer) { done(read<Answer>(answer, success)); });
  }

  Transport& transport_;
  std::set<Transport::CallId> calls_;
};

}  // namespace geminate::ui
