#include "cli/completions/completions.hpp"

#include "cli/completions/model.hpp"

#include <fmt/format.h>

namespace mino::cli {
namespace {

constexpr std::string_view kFrame = R"script(# fish completion for mino

# The command that the words so far name ("config set"), and what follows it without options: the first line is the command,
# each further one a word. "--" as the first line: the command in the box has begun.
function __mino_words
    set -l words (commandline -opc)
    set -e words[1]
    set -l path ''
    set -l rest
    set -l skip 0
    for word in $words
        if test $skip = 1
            set skip 0
            continue
        end
        if test "$word" = --
            set path --
            set rest
            break
        end
        switch "$path $word"
@VALUE_OPTIONS@            case '* -?*'
@TRANSITIONS@            case '*'
                set -a rest $word
        end
    end
    printf '%s\n' "$path" $rest
end

function __mino_at
    set -l words (__mino_words)
    test "$words[1]" = "$argv[1]"
    and test (count $argv) -lt 2 -o (count $words) -eq (math 1 + "0$argv[2]")
end

function __mino_key_is
    set -l words (__mino_words)
    test "$words[1]" = 'config set' -a (count $words) -eq 2 -a "$words[2]" = "$argv[1]"
end

function __mino_box_command
    set -l words (commandline -opc)
    set -l dashes (contains -i -- -- $words)
    set -l behind $words[(math $dashes + 1)..-1]
    complete -C (string join ' ' -- (string escape -- $behind) (commandline -ct))
end

function __mino_images
    echo host
    command podman images --format '{{.Repository}}:{{.Tag}}' 2>/dev/null
end

complete -c mino -f
complete -c mino -n '__mino_at --' -a '(__mino_box_command)'
)script";

std::string quoted(std::string_view text) {
  return "'" + replaced(replaced(text, "\\", "\\\\"), "'", "\\'") + "'";
}

// The candidates as `complete -a` takes them, or nothing.
std::string candidates(Completion completion, std::span<const std::string_view> choices,
                       std::span<const ConfigKey> keys) {
  if (!choices.empty()) return fmt::format("{}", fmt::join(choices, " "));
  switch (completion) {
    case Completion::kNone:
    case Completion::kFile:
    case Completion::kCommandName:
      return {};
    case Completion::kDirectory:
      return "(__fish_complete_directories)";
    case Completion::kRunningSession:
      return "(command mino list -f plain 2>/dev/null)";
    case Completion::kAnySession:
      return "(command mino list --all -f plain 2>/dev/null)";
    case Completion::kImage:
      return "(__mino_images)";
    case Completion::kConfigKey: {
      std::string words;
      for (const ConfigKey& key : keys) words += (words.empty() ? "" : " ") + std::string(key.path);
      return words;
    }
  }
  return {};
}

std::string option_line(const CommandModel& model, const OptionSpec& option, bool global,
                        std::span<const ConfigKey> keys) {
  const std::string condition =
      global ? "'not __mino_at --'" : quoted(fmt::format("__mino_at {}", quoted(model.path)));
  const auto line = [&](std::string_view names) {
    std::string out = fmt::format("complete -c mino -n {}{}", condition, names);
    if (option.takes_value()) {
      const std::string offered = candidates(option.completion, option.choices, keys);
      out += option.completion == Completion::kFile ? " -r -F" : " -x";
      if (!offered.empty()) out += " -a " + quoted(offered);
    }
    return out + fmt::format(" -d {}\n", quoted(option.help));
  };
  std::string names = option.short_name != 0 ? fmt::format(" -s {}", option.short_name) : "";
  std::string out = line(names + fmt::format(" -l {}", option.name));
  if (option.negatable) out += line(fmt::format(" -l no-{}", option.name));
  return out;
}

std::string positional_lines(const CommandModel& model, std::span<const ConfigKey> keys) {
  std::string out;
  for (const CommandSpec* child : model.children) {
    out += fmt::format("complete -c mino -n {} -a {} -d {}\n",
                       quoted(fmt::format("__mino_at {} 0", quoted(model.path))), child->name,
                       quoted(child->summary));
  }
  std::size_t index = 0;
  for (const PositionalSpec& positional : model.command->positionals) {
    const bool many = positional.arity == Arity::kOneOrMore;
    std::string condition = fmt::format("__mino_at {}", quoted(model.path));
    if (!many) condition += fmt::format(" {}", index);
    if (positional.completion == Completion::kCommandName) {
      for (const CommandModel& other : completion_model()) {
        if (other.path.empty() || !other.command->parent.empty()) continue;
        out += fmt::format("complete -c mino -n {} -a {} -d {}\n", quoted(condition), other.path,
                           quoted(other.command->summary));
      }
    } else if (positional.completion == Completion::kFile) {
      out += fmt::format("complete -c mino -n {} -F\n", quoted(condition));
    } else if (const std::string offered =
                   candidates(positional.completion, positional.choices, keys);
               !offered.empty()) {
      out += fmt::format("complete -c mino -n {} -a {}\n", quoted(condition), quoted(offered));
    }
    ++index;
  }
  return out;
}

bool is_global(const OptionSpec* option) {
  return option >= global_options().data() &&
         option < global_options().data() + global_options().size();
}

}  // namespace

std::string fish_completion(std::span<const ConfigKey> keys) {
  std::string value_options, transitions, lines;
  for (const CommandModel& model : completion_model()) {
    const bool root = model.path.empty();
    for (const OptionSpec* option : model.options) {
      if (is_global(option) != root) continue;
      lines += option_line(model, *option, root, keys);
      if (!option->takes_value()) continue;
      value_options += "            case";
      for (const std::string& spelling : spellings(*option)) {
        value_options +=
            root ? fmt::format(" '* {}'", spelling) : fmt::format(" '{} {}'", model.path, spelling);
      }
      value_options += "\n                set skip 1\n";
    }
    for (const CommandSpec* child : model.children) {
      const std::string path =
          root ? std::string(child->name) : fmt::format("{} {}", model.path, child->name);
      transitions += fmt::format("            case '{} {}'\n                set path '{}'\n",
                                 model.path, child->name, path);
    }
    lines += positional_lines(model, keys);
  }
  for (const ConfigKey& key : keys) {
    const std::vector<std::string_view> known = known_values(key);
    if (known.empty()) continue;
    lines += fmt::format("complete -c mino -n '__mino_key_is {}' -a '{}'\n", key.path,
                         fmt::join(known, " "));
  }
  std::string script = replaced(kFrame, "@VALUE_OPTIONS@", value_options);
  return replaced(script, "@TRANSITIONS@", transitions) + lines;
}

}  // namespace mino::cli
