#pragma once

#include "cli/command.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mino::cli {

/// What the user typed for one command, checked against its row of the table. Names are long names
/// without dashes; asking for a name that the command does not have is a bug and ends the program.
class ParsedArgs {
 public:
  /// Keeps a reference: `command` is a row of the table.
  explicit ParsedArgs(const CommandSpec& command) : command_(&command) {}

  /// Whether a flag was given.
  [[nodiscard]] bool flag(std::string_view name) const;
  /// Of a negatable flag: true for `--x`, false for `--no-x`, nothing when neither was given.
  [[nodiscard]] std::optional<bool> tristate(std::string_view name) const;
  [[nodiscard]] std::optional<std::string> value(std::string_view name) const;
  /// Of an option whose kind is kUnsigned32.
  [[nodiscard]] std::optional<std::uint32_t> number(std::string_view name) const;
  /// Of a repeatable option, in the order given.
  [[nodiscard]] std::vector<std::string> values(std::string_view name) const;

  [[nodiscard]] const CommandSpec& command() const { return *command_; }

  std::vector<std::string> positionals;
  /// What followed the first `--`, unparsed. Nothing when there was no `--` or nothing behind it.
  std::optional<std::vector<std::string>> command_after_dashes;

  /// For the parser and for tests of commands.
  void add_flag(std::string_view name) { occurrences_[std::string(name)].emplace_back("true"); }
  void add_negated_flag(std::string_view name) {
    occurrences_[std::string(name)].emplace_back("false");
  }
  void add_value(std::string_view name, std::string value) {
    occurrences_[std::string(name)].push_back(std::move(value));
  }

 private:
  [[nodiscard]] const std::vector<std::string>& occurrences(std::string_view name) const;

  const CommandSpec* command_;
  std::map<std::string, std::vector<std::string>, std::less<>> occurrences_;
};

/// The options of section "Global options" of every help page.
struct GlobalOptions {
  int verbosity = 0;  ///< 0: warnings, 1: info, 2 and more: debug
  bool quiet = false;
  std::optional<std::string> config_path;  ///< `--config`, else MINO_CONFIG
  bool no_local = false;                   ///< do not look for .mino.toml
  bool trust_local = false;                ///< `--trust-local` or MINO_TRUST_LOCAL
};

}  // namespace mino::cli
