#pragma once

#include "ports/progress_line.hpp"

#include <string>

namespace mino::terminal {

enum class ProgressStyle {
  kSilent,
  kLines,    ///< each text is a line
  kInPlace,  ///< one line that is replaced
};

/// In place where stderr is a terminal that can do it; `terminal_type` is the value of TERM.
[[nodiscard]] ProgressStyle progress_style_for(const std::string& terminal_type);

/// ProgressLine on a descriptor.
class ConsoleProgress final : public ProgressLine {
 public:
  /// `descriptor` is borrowed.
  ConsoleProgress(int descriptor, ProgressStyle style) : descriptor_(descriptor), style_(style) {}

  void show(std::string_view text) override;
  void detail(std::string_view text) override;
  void clear() override;

 private:
  void draw(std::string_view detail);

  int descriptor_;
  ProgressStyle style_;
  std::string text_;
  bool drawn_ = false;
};

}  // namespace mino::terminal
