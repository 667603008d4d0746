#include "cli/completions/completions.hpp"

#include "cli/completions/model.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mino::cli {
namespace {

constexpr std::string_view kFrame = R"script(#compdef mino
# zsh completion for mino

_mino_running_sessions() {
    local -a names=(${(f)"$(_call_program sessions mino list -f plain 2>/dev/null)"})
    compadd "$@" -a names
}

_mino_sessions() {
    local -a names=(${(f)"$(_call_program sessions mino list --all -f plain 2>/dev/null)"})
    compadd "$@" -a names
}

_mino_images() {
    local -a names=(host ${(f)"$(_call_program images podman images --format '{{.Repository}}:{{.Tag}}' 2>/dev/null)"})
    compadd "$@" -a names
}

_mino_config_keys() {
    local -a names=(@CONFIG_KEYS@)
    compadd "$@" -a names
}

_mino_config_values() {
    case $line[1] in
@CONFIG_VALUES@    esac
}

@COMMAND_LISTS@
_mino_subcommand() {
    case $1 in
@COMMANDS@    esac
}

_mino() {
    local curcontext=$curcontext state line
    typeset -A opt_args
    local -i dashes=${words[(ie)--]}
    if (( dashes < CURRENT )); then
        words=("${(@)words[dashes + 1, -1]}")
        (( CURRENT -= dashes ))
        _normal
        return
    fi
    _mino_subcommand ''
}

if [[ $funcstack[1] == _mino ]]; then
    _mino "$@"
else
    compdef _mino mino
fi
)script";

// For a description in [...] inside single quotes.
std::string description(std::string_view text) {
  std::string out;
  for (const char each : text) {
    if (each == '[' || each == ']' || each == ':' || each == '\\') out += '\\';
    out += each;
  }
  return replaced(out, "'", "'\\''");
}

std::string action(Completion completion, std::span<const std::string_view> choices) {
  if (!choices.empty()) return fmt::format("({})", fmt::join(choices, " "));
  switch (completion) {
    case Completion::kNone:
      return " ";
    case Completion::kFile:
      return "_files";
    case Completion::kDirectory:
      return "_files -/";
    case Completion::kRunningSession:
      return "_mino_running_sessions";
    case Completion::kAnySession:
      return "_mino_sessions";
    case Completion::kImage:
      return "_mino_images";
    case Completion::kConfigKey:
      return "_mino_config_keys";
    case Completion::kCommandName:
      return "_mino_commands";
  }
  return " ";
}

bool conflicts(const OptionSpec& option, const OptionSpec& other) {
  const auto& named = option.conflicts_with;
  return std::find(named.begin(), named.end(), other.name) != named.end();
}

// What may not be given beside an option: itself unless it repeats, its opposite, and what the
// table excludes.
std::string exclusions(const CommandModel& model, const OptionSpec& option) {
  std::vector<std::string> words;
  if (!option.repeatable) words = spellings(option);
  for (const OptionSpec* other : model.options) {
    if (!conflicts(option, *other) && !conflicts(*other, option)) continue;
    const std::vector<std::string> excluded = spellings(*other);
    words.insert(words.end(), excluded.begin(), excluded.end());
  }
  return words.empty() ? std::string() : fmt::format("({})", fmt::join(words, " "));
}

std::string option_specs(const CommandModel& model) {
  std::string out;
  for (const OptionSpelling& spelling : spellings(model)) {
    const OptionSpec& option = *spelling.option;
    std::string spec = exclusions(model, option);
    if (option.repeatable) spec += "*";
    spec += spelling.text;
    if (option.takes_value()) spec += spelling.text.starts_with("--") ? "=" : "+";
    spec += fmt::format("[{}]", description(option.help));
    if (option.takes_value())
      spec += fmt::format(":{}:{}", description(option.value_name),
                          action(option.completion, option.choices));
    out += fmt::format("            '{}' \\\n", spec);
  }
  return out;
}

std::string positional_specs(const CommandModel& model) {
  std::string out;
  std::size_t index = 1;
  for (const PositionalSpec& positional : model.command->positionals) {
    const bool many = positional.arity == Arity::kOneOrMore || positional.arity == Arity::kAny;
    const bool optional = positional.arity == Arity::kOptional;
    // The second positional of `config set` depends on the first.
    const std::string offered = model.path == "config set" && index == 2
                                    ? "_mino_config_values"
                                    : action(positional.completion, positional.choices);
    const std::string place = many ? "*" : fmt::format("{}", index);
    out += fmt::format("            '{}:{}{}:{}' \\\n", place, optional ? ":" : "",
                       description(positional.name), offered);
    ++index;
  }
  return out;
}

std::string list_name(const CommandModel& model) {
  return model.path.empty() ? "_mino_commands" : fmt::format("_mino_{}_commands", model.path);
}

std::string command_list(const CommandModel& model) {
  std::string out = list_name(model) + "() {\n    local -a commands=(\n";
  for (const CommandSpec* child : model.children) {
    out += fmt::format("        '{}:{}'\n", child->name,
                       replaced(replaced(child->summary, ":", "\\:"), "'", "'\\''"));
  }
  return out + "    )\n    _describe -t commands 'mino command' commands\n}\n";
}

std::string command_case(const CommandModel& model) {
  std::string out =
      fmt::format("    '{}')\n        _arguments -s -S -C \\\n{}", model.path, option_specs(model));
  if (model.children.empty()) {
    out += positional_specs(model);
    out.resize(out.size() - 3);
    return out + "\n        ;;\n";
  }
  out += fmt::format("            '1: :{}' '*::argument:->arguments'\n", list_name(model));
  const std::string prefix = model.path.empty() ? "" : model.path + " ";
  out += fmt::format(
      "        [[ $state == arguments ]] && _mino_subcommand \"{}$line[1]\"\n        ;;\n", prefix);
  return out;
}

}  // namespace

std::string zsh_completion(std::span<const ConfigKey> keys) {
  std::string key_words, key_values, lists, commands;
  for (const ConfigKey& key : keys) {
    key_words += (key_words.empty() ? "" : " ") + std::string(key.path);
    const std::vector<std::string_view> known = known_values(key);
    if (!known.empty())
      key_values += fmt::format("    {}) compadd \"$@\" {} ;;\n", key.path, fmt::join(known, " "));
  }
  for (const CommandModel& model : completion_model()) {
    if (!model.children.empty()) lists += command_list(model) + "\n";
    commands += command_case(model);
  }
  std::string script = replaced(kFrame, "@CONFIG_KEYS@", key_words);
  script = replaced(script, "@CONFIG_VALUES@", key_values);
  script = replaced(script, "@COMMAND_LISTS@\n", lists);
  return replaced(script, "@COMMANDS@", commands);
}

}  // namespace mino::cli
