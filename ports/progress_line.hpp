#pragma once

#include <string_view>

namespace mino {

/// One line on stderr that says how something long goes. On a terminal it is replaced in place;
/// elsewhere each text is a line. Silent where nothing is to be said. Never fails.
class ProgressLine {
 public:
  ProgressLine() = default;
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  virtual ~ProgressLine() = default;

  /// Shows the text, cut to the width of the terminal. The same text again shows nothing new.
  virtual void show(std::string_view text) = 0;
  /// Shows the text behind what show() showed last, on a terminal only.
  virtual void detail(std::string_view text) = 0;
  /// Takes the line off a terminal, so that other text can follow.
  virtual void clear() = 0;
};

}  // namespace mino
