#pragma once

#include "cli/command.hpp"
#include "domain/result.hpp"

#include <string>
#include <vector>

namespace mino::cli {

enum class Form { kFlag, kNegatedFlag, kValue };

/// One option as it was typed.
struct Occurrence {
  const OptionSpec* option;
  Form form;
  std::string value;  ///< of kValue
};

struct ParsedWords {
  std::vector<Occurrence> options;
  std::vector<std::string> positionals;
};

/// Options and positionals in `words`, which hold no "--". Long names must be whole; `--x=v`, `--x
/// v`, `-x v`, `-xv` and clusters of short flags are understood; a value that begins with a dash
/// must be joined to its option. kUsage errors carry no hint.
[[nodiscard]] Result<ParsedWords> parse_words(const std::vector<std::string>& words,
                                              const std::vector<const OptionSpec*>& options);

/// Refuses options given more often than they may be, values that are none of the choices or not of
/// their kind, and combinations that the table excludes.
[[nodiscard]] Result<void> check_occurrences(const std::vector<Occurrence>& occurrences,
                                             const std::vector<const OptionSpec*>& options);

/// "bridge, host or none".
[[nodiscard]] std::string spoken_list(std::span<const std::string_view> choices);
/// "; did you mean 'x'?", or nothing when `suggestion` is empty.
[[nodiscard]] std::string did_you_mean(std::string_view suggestion);

}  // namespace mino::cli
