#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace mino::cli {

/// What a shell offers for a value or a positional.
enum class Completion {
  kNone,
  kFile,
  kDirectory,
  kRunningSession,
  kAnySession,
  kImage,
  kConfigKey,
  kCommandName
};

/// What the parser checks about a value before the command sees it.
enum class ValueKind { kText, kUnsigned32 };

/// One option of a command. All text is static: the table is built by the compiler.
struct OptionSpec {
  std::string_view name;             ///< long name without dashes
  char short_name = 0;               ///< 0: none
  std::string_view value_name = {};  ///< as shown in the help; empty for a flag
  std::string_view help = {};
  bool repeatable = false;    ///< may be given several times; the values are kept in order
  bool negatable = false;     ///< a flag `--x` with its opposite `--no-x`
  bool hidden = false;        ///< accepted, but neither in the help nor in completions
  bool may_be_empty = false;  ///< an empty value means something
  std::string_view env = {};  ///< the environment variable that stands for it
  std::span<const std::string_view> choices = {};
  std::span<const std::string_view> conflicts_with =
      {};                       ///< long names; named on one side is enough
  std::string_view needs = {};  ///< long name of an option without which this one makes no sense
  ValueKind kind = ValueKind::kText;
  Completion completion = Completion::kNone;

  [[nodiscard]] constexpr bool takes_value() const { return !value_name.empty(); }
};

enum class Arity { kRequired, kOptional, kOneOrMore, kAny };

struct PositionalSpec {
  std::string_view name;  ///< upper case, as shown
  Arity arity = Arity::kRequired;
  std::string_view help = {};
  std::span<const std::string_view> choices = {};
  Completion completion = Completion::kNone;
};

struct ExampleSpec {
  std::string_view command;
  std::string_view meaning;
};

/// What words after the first `--` are: more positionals, even when they begin with a dash, or the
/// command to run in a box.
enum class AfterDashes { kPositionals, kCommand };

struct CommandSpec {
  std::string_view name;          ///< the last word: "set" of `mino config set`
  std::string_view parent = {};   ///< name of the command it belongs to; empty for the top level
  std::string_view summary = {};  ///< one line for lists of commands
  std::string_view description = {};  ///< paragraphs for its own help; the summary when empty
  std::span<const PositionalSpec> positionals = {};
  std::span<const OptionSpec> options = {};
  AfterDashes after_dashes = AfterDashes::kPositionals;
  std::string_view default_subcommand = {};  ///< what a group does when no subcommand is named;
                                             ///< empty: that is an error
  std::span<const ExampleSpec> examples = {};
  bool hidden = false;
};

/// Every command there is, in the order of the help: parents before their subcommands.
[[nodiscard]] std::span<const CommandSpec> command_table();
/// The options that every command accepts, before and after its name.
[[nodiscard]] std::span<const OptionSpec> global_options();

/// mino itself: no name, no options of its own.
[[nodiscard]] const CommandSpec& root_command();

/// The command of that name below `parent` ("" for the top level), or null.
[[nodiscard]] const CommandSpec* find_command(std::string_view parent, std::string_view name);
/// Whether `command` has subcommands.
[[nodiscard]] bool is_group(const CommandSpec& command);

}  // namespace mino::cli
