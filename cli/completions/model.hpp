#pragma once

#include "cli/command.hpp"
#include "domain/config/schema.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mino::cli {

/// One spelling of an option: "--name", "-n", "--no-tty".
struct OptionSpelling {
  std::string text;
  const OptionSpec* option;
};

/// A command as the generators need it.
struct CommandModel {
  std::string path;  ///< "", "run", "config", "config set"
  const CommandSpec* command;
  std::vector<const CommandSpec*> children;
  std::vector<const OptionSpec*> options;  ///< own and global ones, without hidden ones
};

/// mino itself first, then every command that is not hidden.
[[nodiscard]] std::vector<CommandModel> completion_model();

/// All spellings, long ones first.
[[nodiscard]] std::vector<OptionSpelling> spellings(const CommandModel& model);
/// Of one option.
[[nodiscard]] std::vector<std::string> spellings(const OptionSpec& option);

/// Values that a shell can offer for a key: choices, or true and false. Empty for any other.
[[nodiscard]] std::vector<std::string_view> known_values(const ConfigKey& key);

/// `text` with every `from` replaced.
[[nodiscard]] std::string replaced(std::string_view text, std::string_view from,
                                   std::string_view to);

}  // namespace mino::cli
