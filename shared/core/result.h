#pragma once

#include <utility>
#include <variant>

#include "shared/core/error.h"

namespace geminate {

/// A value or an Error. No exception crosses a function that returns one.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// Only when ok().
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// Only when !ok().
  Error& error() & { return std::get<1>(state_); }
  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

struct Nothing {};

/// For functions that only succeed or fail: `return Status::success();`.
template <>
class [[nodiscard]] Result<void> : public Result<Nothing> {
 public:
  Result() : Result<Nothing>(Nothing{}) {}
  Result(Error error) : Result<Nothing>(std::move(error)) {}
  static Result success() { return {}; }
};

using Status = Result<void>;

}  // namespace geminate

#define GEMINATE_CONCAT_INNER(a, b) a##b
#define GEMINATE_CONCAT(a, b) GEMINATE_CONCAT_INNER(a, b)

/// `GEMINATE_TRY(auto x, f());` binds the value or returns the error.
#define GEMINATE_TRY(declaration, expression) \
  GEMINATE_TRY_NAMED(GEMINATE_CONCAT(geminate_try_, __LINE__), declaration, expression)
#define GEMINATE_TRY_NAMED(name, declaration, expression) \
  auto name = (expression);                               \
  if (!name.ok()) return std::move(name).error();         \
  declaration = std::move(name).value()

/// `GEMINATE_CHECK_OK(f());` returns the error, if any.
#define GEMINATE_CHECK_OK(expression)                                     \
  do {                                                                    \
    auto geminate_status = (expression);                                  \
    if (!geminate_status.ok()) return std::move(geminate_status).error(); \
  } while (false)
