#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "domain/check.hpp"
#include "domain/error.hpp"

namespace mino {

/// A value or the Error that kept it from being made. Absent is not failed: that is
/// Result<std::optional<T>>.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {
  }  // NOLINT(google-explicit-constructor): return values convert
  Result(Error error)
      : state_(std::in_place_index<1>, std::move(error)) {
  }  // NOLINT(google-explicit-constructor): return values convert

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// Only when ok().
  [[nodiscard]] T& value() & {
    MINO_CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] const T& value() const& {
    MINO_CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] T&& value() && {
    MINO_CHECK(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// Only when not ok().
  [[nodiscard]] Error& error() & {
    MINO_CHECK(!ok());
    return *std::get_if<1>(&state_);
  }
  [[nodiscard]] const Error& error() const& {
    MINO_CHECK(!ok());
    return *std::get_if<1>(&state_);
  }
  [[nodiscard]] Error&& error() && {
    MINO_CHECK(!ok());
    return std::move(*std::get_if<1>(&state_));
  }

  /// This result with one more line of context if it failed.
  [[nodiscard]] Result with_context(std::string context) && {
    if (!ok()) error().add_context(std::move(context));
    return std::move(*this);
  }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error)
      : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor): return values convert

  [[nodiscard]] bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] Error& error() & {
    MINO_CHECK(!ok());
    return *error_;
  }
  [[nodiscard]] const Error& error() const& {
    MINO_CHECK(!ok());
    return *error_;
  }
  [[nodiscard]] Error&& error() && {
    MINO_CHECK(!ok());
    return std::move(*error_);
  }
  [[nodiscard]] Result with_context(std::string context) && {
    if (!ok()) error().add_context(std::move(context));
    return std::move(*this);
  }

 private:
  std::optional<Error> error_;
};

}  // namespace mino

#define MINO_CONCAT_INNER(a, b) a##b
#define MINO_CONCAT(a, b) MINO_CONCAT_INNER(a, b)
/// Returns the error of `expression` from the enclosing function, if it failed.
#define MINO_TRY(expression)                                        \
  do {                                                              \
    if (auto mino_try_result = (expression); !mino_try_result.ok()) \
      return std::move(mino_try_result).error();                    \
  } while (false)
/// `MINO_ASSIGN(auto x, f());` is `auto x = f()` with the error returned from the enclosing
/// function.
#define MINO_ASSIGN(target, expression)                            \
  auto MINO_CONCAT(mino_result_, __LINE__) = (expression);         \
  if (!MINO_CONCAT(mino_result_, __LINE__).ok())                   \
    return std::move(MINO_CONCAT(mino_result_, __LINE__)).error(); \
  target = std::move(MINO_CONCAT(mino_result_, __LINE__)).value()
