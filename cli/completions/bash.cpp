#include "cli/completions/completions.hpp"

#include "cli/completions/model.hpp"

#include <fmt/format.h>

namespace mino::cli {
namespace {

// The state machine: which command the words so far name, and whether the current word is an
// option's value. Bash splits
// `--network=none` at the `=`, and its own word list is used so that the bash-completion package is
// not needed.
constexpr std::string_view kFrame =
    R"script(# bash completion for mino                                    -*- shell-script -*-

_mino_offer() {
    local current=$1 word
    shift
    for word in "$@"; do
        [[ $word == "$current"* ]] && COMPREPLY+=("$word")
    done
}

_mino_offer_lines() {
    local current=$1 line
    while IFS= read -r line; do
        [[ -n $line && $line == "$current"* ]] && COMPREPLY+=("$line")
    done
}

_mino_offer_files() {
    local line
    while IFS= read -r line; do
        COMPREPLY+=("$line")
    done < <(compgen "$1" -- "$2")
    compopt -o filenames 2>/dev/null
}

_mino_offer_command() {
    local first=$1 current=${COMP_WORDS[COMP_CWORD]} line
    if declare -F _command_offset >/dev/null; then
        _command_offset "$first"
    elif (( COMP_CWORD == first )); then
        while IFS= read -r line; do
            COMPREPLY+=("$line")
        done < <(compgen -c -- "$current" | sort -u)
    else
        _mino_offer_files -f "$current"
    fi
}

_mino_takes_value() {
    case "$1 $2" in
@VALUE_OPTIONS@        return 0 ;;
    esac
    return 1
}

_mino_path_after() {
    case "$1:$2" in
@TRANSITIONS@    *) return 1 ;;
    esac
}

_mino_offer_value() {
    local current=$3
    case "$1 $2" in
@VALUES@    esac
}

_mino_offer_option() {
    local current=$2
    case "$1" in
@OPTIONS@    esac
}

_mino_offer_positional() {
    local current=$3 key=$4
    case "$1:$2" in
@POSITIONALS@    esac
}

_mino() {
    local current=${COMP_WORDS[COMP_CWORD]} path='' option='' last='' next word i
    local -i positionals=0
    COMPREPLY=()
    for (( i = 1; i < COMP_CWORD; i++ )); do
        word=${COMP_WORDS[i]}
        if [[ $word == -- ]]; then
            case $path in
            @COMMAND_PATHS@) _mino_offer_command $(( i + 1 )) ;;
            esac
            return
        elif [[ $word == --* && ${COMP_WORDS[i + 1]} == = ]]; then
            (( i + 1 == COMP_CWORD )) && current='' option=$word
            (( i + 2 == COMP_CWORD )) && option=$word
            (( i += 2 ))
        elif [[ $word == -?* ]]; then
            if _mino_takes_value "$path" "$word"; then
                (( i + 1 == COMP_CWORD )) && option=$word
                (( i += 1 ))
            fi
        elif next=$(_mino_path_after "$path" "$word"); then
            path=$next
        else
            last=$word
            positionals+=1
        fi
    done
    if [[ -n $option ]]; then
        _mino_offer_value "$path" "$option" "$current"
    elif [[ $current == -* ]]; then
        _mino_offer_option "$path" "$current"
    else
        _mino_offer_positional "$path" "$positionals" "$current" "$last"
    fi
}

complete -F _mino mino
)script";

std::string offer(Completion completion, std::span<const std::string_view> choices,
                  std::span<const ConfigKey> keys) {
  if (!choices.empty()) return fmt::format("_mino_offer \"$current\" {}", fmt::join(choices, " "));
  switch (completion) {
    case Completion::kNone:
      return {};
    case Completion::kFile:
      return "_mino_offer_files -f \"$current\"";
    case Completion::kDirectory:
      return "_mino_offer_files -d \"$current\"";
    case Completion::kRunningSession:
      return "_mino_offer_lines \"$current\" < <(mino list -f plain 2>/dev/null)";
    case Completion::kAnySession:
      return "_mino_offer_lines \"$current\" < <(mino list --all -f plain 2>/dev/null)";
    case Completion::kImage:
      return "_mino_offer_lines \"$current\" < <(echo host; podman images --format "
             "'{{.Repository}}:{{.Tag}}' 2>/dev/null)";
    case Completion::kConfigKey: {
      std::string words;
      for (const ConfigKey& key : keys) words += fmt::format(" {}", key.path);
      return "_mino_offer \"$current\"" + words;
    }
    case Completion::kCommandName: {
      std::string words;
      for (const CommandModel& model : completion_model()) {
        if (!model.path.empty() && model.command->parent.empty())
          words += fmt::format(" {}", model.path);
      }
      return "_mino_offer \"$current\"" + words;
    }
  }
  return {};
}

std::string arm(std::string_view pattern, std::string_view action) {
  return fmt::format("    {}) {} ;;\n", pattern, action);
}

// "run --name", for the first word a wildcard when the option is global.
std::string option_patterns(const CommandModel& model, const OptionSpec& option) {
  std::string patterns;
  for (const std::string& spelling : spellings(option)) {
    const std::string pattern = model.path.empty() ? fmt::format("*' {}'", spelling)
                                                   : fmt::format("'{} {}'", model.path, spelling);
    patterns += (patterns.empty() ? "" : " | ") + pattern;
  }
  return patterns;
}

std::string positional_arms(const CommandModel& model, std::span<const ConfigKey> keys) {
  std::string arms;
  std::string names;
  for (const CommandSpec* child : model.children) names += fmt::format(" {}", child->name);
  if (!names.empty())
    arms += arm(fmt::format("'{}:0'", model.path), "_mino_offer \"$current\"" + names);
  std::size_t index = 0;
  for (const PositionalSpec& positional : model.command->positionals) {
    const bool many = positional.arity == Arity::kOneOrMore || positional.arity == Arity::kAny;
    const std::string action = offer(positional.completion, positional.choices, keys);
    const std::string pattern = fmt::format("'{}:{}'", model.path, index);
    // The names of commands are for the first word only, which has no subcommand yet.
    const bool any_place = many && positional.completion != Completion::kCommandName;
    if (!action.empty())
      arms += arm(any_place ? fmt::format("'{}:'*", model.path) : pattern, action);
    ++index;
  }
  if (model.path == "config set") {
    std::string values;
    for (const ConfigKey& key : keys) {
      const std::vector<std::string_view> known = known_values(key);
      if (known.empty()) continue;
      values += fmt::format("\n        {}) _mino_offer \"$current\" {} ;;", key.path,
                            fmt::join(known, " "));
    }
    arms += arm("'config set:1'", fmt::format("case $key in{}\n        esac", values));
  }
  return arms;
}

}  // namespace

std::string bash_completion(std::span<const ConfigKey> keys) {
  std::string value_options, transitions, values, options, positionals, command_paths;
  for (const CommandModel& model : completion_model()) {
    const bool root = model.path.empty();
    for (const OptionSpec* option : model.options) {
      const bool global = option >= global_options().data() &&
                          option < global_options().data() + global_options().size();
      if (!option->takes_value() || global != root) continue;
      value_options +=
          (value_options.empty() ? "    " : " | \\\n    ") + option_patterns(model, *option);
      const std::string action = offer(option->completion, option->choices, keys);
      if (!action.empty()) values += arm(option_patterns(model, *option), action);
    }
    for (const CommandSpec* child : model.children) {
      const std::string path =
          root ? std::string(child->name) : fmt::format("{} {}", model.path, child->name);
      transitions +=
          arm(fmt::format("'{}:{}'", model.path, child->name), fmt::format("echo '{}'", path));
    }
    std::string words;
    for (const OptionSpelling& spelling : spellings(model)) words += " " + spelling.text;
    options += arm(fmt::format("'{}'", model.path), "_mino_offer \"$current\"" + words);
    positionals += positional_arms(model, keys);
    if (model.command->after_dashes == AfterDashes::kCommand)
      command_paths += (command_paths.empty() ? "" : " | ") + model.path;
  }
  std::string script(kFrame);
  script = replaced(script, "@VALUE_OPTIONS@", value_options + ")\n");
  script = replaced(script, "@TRANSITIONS@", transitions);
  script = replaced(script, "@VALUES@", values);
  script = replaced(script, "@OPTIONS@", options);
  script = replaced(script, "@POSITIONALS@", positionals);
  return replaced(script, "@COMMAND_PATHS@", command_paths);
}

}  // namespace mino::cli
