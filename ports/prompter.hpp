#pragma once

#include <cstddef>
#include <string>
#include <vector>

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
  /// The same with more answers than two: the index of the one that was chosen. `options` is not
  /// empty and `fallback` is an index of it.
  [[nodiscard]] virtual Result<std::size_t> choose(const std::string& question,
                                                   const std::vector<std::string>& options,
                                                   std::size_t fallback) = 0;
  /// The same where several may be chosen: their indices, ascending, at least one.
  [[nodiscard]] virtual Result<std::vector<std::size_t>> choose_several(
      const std::string& question, const std::vector<std::string>& options,
      std::size_t fallback) = 0;
};

}  // namespace mino
