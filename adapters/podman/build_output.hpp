#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace mino::podman {

/// `STEP 3/7: RUN make`, as `podman build` announces a step.
struct BuildStepLine {
  std::size_t number = 0;
  std::size_t count = 0;
  std::string_view instruction;
};
[[nodiscard]] std::optional<BuildStepLine> parse_step_line(std::string_view line);

/// The last lines of a build's output, for its failure.
class LastLines {
 public:
  static constexpr std::size_t kMost = 20;
  void add(std::string_view line);
  /// Without podman's own last words, one a line, each after two blanks; control characters are
  /// made visible.
  [[nodiscard]] std::string text() const;
  /// What podman says went wrong, without the step that it repeats; empty when it said nothing.
  [[nodiscard]] const std::string& error() const { return error_; }
  [[nodiscard]] bool mentions_full_disk() const;

 private:
  std::deque<std::string> lines_;
  std::string error_;
};

}  // namespace mino::podman
