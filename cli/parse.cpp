#include "cli/parse.hpp"

#include "cli/help.hpp"
#include "cli/option_parser.hpp"
#include "cli/render/text.hpp"
#include "cli/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

namespace mino::cli {
namespace {

using Words = std::vector<std::string>;

Error usage(std::string text, std::string hint) {
  Error error(ErrorCode::kUsage, std::move(text));
  error.set_hint(std::move(hint));
  return error;
}

std::string help_hint(const CommandSpec& command) {
  return fmt::format("{} --help", command_line_of(command));
}

bool is_option(std::string_view word) { return word.size() > 1 && word.front() == '-'; }

const OptionSpec* global_option(std::string_view long_name, char short_name) {
  for (const OptionSpec& option : global_options()) {
    if (option.name == long_name || (short_name != 0 && option.short_name == short_name))
      return &option;
  }
  return nullptr;
}

// Whether the word after `word` is the value of a global option that `word` ends with: `--config`,
// `-c`, `-vc`.
bool value_follows(std::string_view word) {
  if (word.starts_with("--")) {
    const OptionSpec* option = global_option(word.substr(2), 0);
    return option != nullptr && option->takes_value();
  }
  for (std::size_t i = 1; i < word.size(); ++i) {
    const OptionSpec* option = global_option({}, word[i]);
    if (option != nullptr && option->takes_value()) return i + 1 == word.size();
  }
  return false;
}

// Index of the first word from `start` that is neither an option nor the value of a global one;
// words.size() if none.
std::size_t first_plain_word(const Words& words, std::size_t start) {
  for (std::size_t i = start; i < words.size(); ++i) {
    if (!is_option(words[i])) return i;
    if (value_follows(words[i])) ++i;
  }
  return words.size();
}

Error unknown_command(std::string_view parent, std::string_view typed) {
  std::vector<std::string_view> names;
  for (const CommandSpec& each : command_table()) {
    if (each.parent == parent && !each.hidden) names.push_back(each.name);
  }
  const std::string prefix = parent.empty() ? std::string() : fmt::format("{} ", parent);
  const std::string_view suggestion = nearest(typed, names);
  const std::string full = suggestion.empty() ? std::string() : prefix + std::string(suggestion);
  return usage(
      fmt::format("unknown command '{}{}'{}", prefix, printable(typed), did_you_mean(full)),
      parent.empty() ? "mino --help" : fmt::format("mino {} --help", parent));
}

std::vector<const OptionSpec*> options_of(const CommandSpec& command) {
  std::vector<const OptionSpec*> options;
  for (const OptionSpec& option : command.options) options.push_back(&option);
  for (const OptionSpec& option : global_options()) options.push_back(&option);
  return options;
}

struct Located {
  const CommandSpec* command;  // a group when it has no default and no subcommand was named
  ParsedWords before;          // what stands before the command: global options
  Words after;                 // words behind it, without the name of a subcommand
};

// An option's error, with where its options are explained.
Error with_hint(Error error, const CommandSpec& command) {
  const std::string& text = error.message();
  const bool unknown =
      text.starts_with("unknown option") && text.find("did you mean") == std::string::npos;
  if (unknown && command.after_dashes == AfterDashes::kCommand) {
    return error.set_hint(
        fmt::format("options of the command in the box go behind '--': {}", usage_line(command)));
  }
  return error.set_hint(help_hint(command));
}

Result<Located> locate(const Words& words) {
  const std::size_t at = first_plain_word(words, 0);
  const auto offset = [&](std::size_t index) {
    return words.begin() + static_cast<std::ptrdiff_t>(index);
  };
  Result<ParsedWords> before =
      parse_words(Words(words.begin(), offset(at)), options_of(root_command()));
  if (!before) return with_hint(std::move(before).error(), root_command());
  Located located{&root_command(), std::move(*before), {}};
  if (at == words.size()) return located;
  const CommandSpec* command = find_command("", words[at]);
  if (command == nullptr) return unknown_command("", words[at]);
  located.command = command;
  located.after.assign(offset(at + 1), words.end());
  if (!is_group(*command)) return located;

  const std::size_t sub = first_plain_word(located.after, 0);
  const bool named = sub != located.after.size();
  if (!named && command->default_subcommand.empty()) return located;
  const std::string name = named ? located.after[sub] : std::string(command->default_subcommand);
  located.command = find_command(command->name, name);
  if (located.command == nullptr) return unknown_command(command->name, name);
  if (named) located.after.erase(located.after.begin() + static_cast<std::ptrdiff_t>(sub));
  return located;
}

bool is_simple_word(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("-_./:=@%+,").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

Error missing_subcommand(const CommandSpec& group) {
  std::vector<std::string_view> names;
  for (const CommandSpec& each : command_table())
    if (each.parent == group.name && !each.hidden) names.push_back(each.name);
  return usage(fmt::format("missing command: expected {}", spoken_list(names)), help_hint(group));
}

// `mino run claude` is what people type first; say what they must type instead.
Error surplus_words(const CommandSpec& command, const Words& positionals, std::size_t accepted) {
  const std::string text =
      fmt::format("unexpected argument '{}'", printable(positionals[accepted]));
  if (command.after_dashes != AfterDashes::kCommand) return usage(text, help_hint(command));
  std::string hint = command_line_of(command);
  for (std::size_t i = 0; i < positionals.size(); ++i) {
    if (i == accepted) hint += " --";
    if (!is_simple_word(positionals[i]))
      return usage(text + ": a command goes behind '--'", usage_line(command));
    hint += " " + positionals[i];
  }
  return usage(text + ": a command goes behind '--'", hint);
}

Result<void> check_positionals(const CommandSpec& command, const Words& positionals) {
  std::size_t accepted = 0;
  for (const PositionalSpec& spec : command.positionals) {
    const bool many = spec.arity == Arity::kOneOrMore || spec.arity == Arity::kAny;
    const bool required = spec.arity == Arity::kRequired || spec.arity == Arity::kOneOrMore;
    const std::size_t left = positionals.size() - accepted;
    if (required && left == 0)
      return usage(fmt::format("missing argument {}", notation(spec)), help_hint(command));
    const std::size_t taken = many ? left : std::min<std::size_t>(left, 1);
    for (std::size_t i = accepted; i < accepted + taken; ++i) {
      const std::string& value = positionals[i];
      if (spec.choices.empty() ||
          std::find(spec.choices.begin(), spec.choices.end(), value) != spec.choices.end())
        continue;
      return usage(
          fmt::format("invalid value '{}' for {}: expected {}{}", printable(value), spec.name,
                      spoken_list(spec.choices), did_you_mean(nearest(value, spec.choices))),
          help_hint(command));
    }
    accepted += taken;
  }
  if (accepted < positionals.size()) return surplus_words(command, positionals, accepted);
  return {};
}

Result<bool> truth_of_variable(std::string_view variable, std::string value) {
  std::transform(value.begin(), value.end(), value.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::array<std::string_view, 4> kTrue = {"1", "true", "yes", "on"};
  constexpr std::array<std::string_view, 5> kFalse = {"", "0", "false", "no", "off"};
  if (std::find(kTrue.begin(), kTrue.end(), value) != kTrue.end()) return true;
  if (std::find(kFalse.begin(), kFalse.end(), value) != kFalse.end()) return false;
  return usage(
      fmt::format("invalid value '{}' of {}: expected 1, true, yes, on or 0, false, no, off",
                  printable(value), variable),
      fmt::format("unset {}", variable));
}

Result<GlobalOptions> global_options_of(const std::vector<Occurrence>& occurrences,
                                        const Environment& environment) {
  GlobalOptions global;
  for (const Occurrence& each : occurrences) {
    const std::string_view name = each.option->name;
    if (name == "verbose") ++global.verbosity;
    if (name == "quiet") global.quiet = true;
    if (name == "config") global.config_path = each.value;
    if (name == "no-local") global.no_local = true;
    if (name == "trust-local") global.trust_local = true;
  }
  if (!global.config_path) {
    std::optional<std::string> path = environment.get("MINO_CONFIG");
    if (path && !path->empty()) global.config_path = std::move(path);
  }
  if (!global.trust_local) {
    MINO_ASSIGN(
        global.trust_local,
        truth_of_variable("MINO_TRUST_LOCAL", environment.get("MINO_TRUST_LOCAL").value_or("")));
  }
  return global;
}

bool given(const std::vector<Occurrence>& occurrences, std::string_view name) {
  return std::any_of(occurrences.begin(), occurrences.end(),
                     [&](const Occurrence& each) { return each.option->name == name; });
}

ParsedArgs collect(const CommandSpec& command, const std::vector<Occurrence>& occurrences) {
  ParsedArgs args(command);
  for (const Occurrence& each : occurrences) {
    const bool own = std::any_of(command.options.begin(), command.options.end(),
                                 [&](const OptionSpec& option) { return &option == each.option; });
    if (!own) continue;
    switch (each.form) {
      case Form::kFlag:
        args.add_flag(each.option->name);
        break;
      case Form::kNegatedFlag:
        args.add_negated_flag(each.option->name);
        break;
      case Form::kValue:
        args.add_value(each.option->name, each.value);
        break;
    }
  }
  return args;
}

// `mino help config set`.
Result<Invocation> help_for(const Words& path) {
  const CommandSpec* command = &root_command();
  for (const std::string& word : path) {
    if (!command->parent.empty()) {
      return usage(fmt::format("unexpected argument '{}'", printable(word)), "mino help --help");
    }
    const CommandSpec* next = find_command(command->name, word);
    if (next == nullptr) return unknown_command(command->name, word);
    command = next;
  }
  return Invocation{Action::kShowHelp, ParsedArgs(*command), {}};
}

// What `--help` behind a group's name is about: the group when no subcommand was named.
const CommandSpec& subject_of_help(const CommandSpec& command, const Words& words) {
  if (command.parent.empty() || std::find(words.begin(), words.end(), command.name) != words.end())
    return command;
  return *find_command("", command.parent);
}

// Everything that was typed, checked unless only help or the version is wanted.
Result<ParsedWords> parse_located(Located located) {
  const std::vector<const OptionSpec*> options = options_of(*located.command);
  Result<ParsedWords> after = parse_words(located.after, options);
  if (!after) return with_hint(std::move(after).error(), *located.command);
  ParsedWords all = std::move(located.before);
  std::move(after->options.begin(), after->options.end(), std::back_inserter(all.options));
  all.positionals = std::move(after->positionals);
  if (given(all.options, "help") || given(all.options, "version")) return all;
  if (Result<void> checked = check_occurrences(all.options, options); !checked) {
    return with_hint(std::move(checked).error(), *located.command);
  }
  return all;
}

}  // namespace

Result<Invocation> parse(std::span<const std::string> arguments, const Environment& environment) {
  const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  const Words words(arguments.begin(), dashes);
  std::optional<Words> behind;
  if (dashes != arguments.end()) behind.emplace(dashes + 1, arguments.end());

  MINO_ASSIGN(Located located, locate(words));
  const CommandSpec& command = *located.command;
  MINO_ASSIGN(ParsedWords parsed, parse_located(std::move(located)));
  if (given(parsed.options, "help")) {
    return Invocation{Action::kShowHelp, ParsedArgs(subject_of_help(command, words)), {}};
  }
  if (given(parsed.options, "version"))
    return Invocation{Action::kShowVersion, ParsedArgs(command), {}};
  if (&command == &root_command()) {
    if (behind) return usage("no command of mino before '--'", "mino run -- COMMAND");
    return Invocation{Action::kShowHelp, ParsedArgs(command), {}};
  }
  if (is_group(command)) return missing_subcommand(command);

  ParsedArgs args = collect(command, parsed.options);
  args.positionals = std::move(parsed.positionals);
  if (behind && command.after_dashes == AfterDashes::kPositionals) {
    std::move(behind->begin(), behind->end(), std::back_inserter(args.positionals));
  } else if (behind && !behind->empty()) {
    args.command_after_dashes = std::move(behind);
  }
  MINO_TRY(check_positionals(command, args.positionals));
  if (command.name == "help") return help_for(args.positionals);
  MINO_ASSIGN(GlobalOptions global, global_options_of(parsed.options, environment));
  return Invocation{Action::kRunCommand, std::move(args), std::move(global)};
}

}  // namespace mino::cli
