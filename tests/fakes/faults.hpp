#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/error.hpp"

namespace mino::fakes {

/// Counts the calls of all decorators that share it and lets one of them fail.
class Faults {
 public:
  /// The n-th call from now on, counted from 1, fails; 0: none does.
  void fail_call(std::size_t n) {
    fail_at_ = n;
    calls_.clear();
  }
  /// Called at the head of each decorated method.
  [[nodiscard]] std::optional<Error> next(std::string call) {
    calls_.push_back(std::move(call));
    if (calls_.size() != fail_at_) return std::nullopt;
    return Error(ErrorCode::kInternal, "injected failure of " + calls_.back());
  }
  /// "port.method" of every call so far.
  [[nodiscard]] const std::vector<std::string>& calls() const { return calls_; }
  /// The call that failed; empty when none did.
  [[nodiscard]] std::string failed_call() const {
    return fail_at_ == 0 || fail_at_ > calls_.size() ? std::string() : calls_[fail_at_ - 1];
  }

 private:
  std::size_t fail_at_ = 0;
  std::vector<std::string> calls_;
};

}  // namespace mino::fakes
