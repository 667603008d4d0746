#pragma once

#include <optional>
#include <vector>

#include "ports/detacher.hpp"

namespace mino::fakes {

/// Plays the supervisor, or the caller that was told an exit code.
class FakeDetacher final : public Detacher {
 public:
  [[nodiscard]] Result<std::optional<int>> detach() override {
    ++detached;
    return caller_code;
  }
  void report(int exit_code) override { reports.push_back(exit_code); }

  std::optional<int> caller_code{};  ///< set: detach() returns in the caller
  int detached = 0;                  ///< how often detach() was called
  std::vector<int> reports{};
};

}  // namespace mino::fakes
