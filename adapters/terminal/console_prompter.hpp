#pragma once

#include "ports/environment.hpp"
#include "ports/prompter.hpp"

#include <string>
#include <vector>

namespace mino::terminal {

/// Asks on stderr and reads a line from stdin, whose terminal stays in its line mode. While it
/// waits, Ctrl-C is an answer, whether the signal was blocked or not; how it was handled before is
/// restored.
class ConsolePrompter final : public Prompter {
 public:
  /// Borrows `environment`.
  explicit ConsolePrompter(const Environment& environment) : environment_(environment) {}

  [[nodiscard]] bool interactive() const override;
  [[nodiscard]] Result<Answer> confirm(const std::string& question, Answer fallback) override;
  /// Numbers the options from 1.
  [[nodiscard]] Result<std::size_t> choose(const std::string& question,
                                           const std::vector<std::string>& options,
                                           std::size_t fallback) override;
  /// Takes numbers by blanks or commas.
  [[nodiscard]] Result<std::vector<std::size_t>> choose_several(
      const std::string& question, const std::vector<std::string>& options,
      std::size_t fallback) override;

 private:
  const Environment& environment_;
};

}  // namespace mino::terminal
