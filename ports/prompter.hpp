#pragma once

#include <string>

#include "domain/result.hpp"

namespace mino {

enum class Answer { kYes, kNo };

/// Questions to the person at the terminal.
class Prompter {
 public:
  Prompter() = default;
  Prompter(const Prompter&) = delete;
  Prompter& operator=(const Prompter&) = delete;
  virtual ~Prompter() = default;

  /// Whether somebody can answer: stdin and stderr are terminals and no CI variable is set.
  [[nodiscard]] virtual bool interactive() const = 0;
  /// Asks on stderr and waits for a line. An empty line or end of input is `fallback`. Blocks until
  /// answered; kDeclined on Ctrl-C. Must not be called when not interactive().
  [[nodiscard]] virtual Result<Answer> confirm(const std::string& question, Answer fallback) = 0;
};

}  // namespace mino
