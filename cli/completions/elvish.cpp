#include "cli/completions/completions.hpp"

#include "cli/completions/model.hpp"

#include <fmt/format.h>

namespace mino::cli {
namespace {

constexpr std::string_view kFrame = R"script(# elvish completion for mino

use path
use str

# What every command offers: pairs of a word and its description.
var mino-words = [
@WORDS@]

# What follows an option of a command: a function that puts the values.
var mino-values = [
@VALUES@]

# What a command takes as positional arguments.
var mino-positionals = [
@POSITIONALS@]

set edit:completion:arg-completer[mino] = {|@words|
    var path = ''
    var behind = $false
    var pending = ''
    for word $words[1..-1] {
        if $behind {
            continue
        } elif (not-eq $pending '') {
            set pending = ''
        } elif (eq $word '--') {
            set behind = $true
        } elif (str:has-prefix $word '-') {
            if (has-key $mino-values $path' '$word) {
                set pending = $path' '$word
            }
        } else {
            var next = (str:trim-left $path' '$word ' ')
            if (has-key $mino-words $next) {
                set path = $next
            }
        }
    }
    var current = $words[-1]
    if $behind {
        edit:complete-filename $current
    } elif (not-eq $pending '') {
        $mino-values[$pending] $current
    } elif (and (not (str:has-prefix $current '-')) (has-key $mino-positionals $path)) {
        $mino-positionals[$path] $current
    } else {
        for pair $mino-words[$path] {
            edit:complex-candidate $pair[0] &display=$pair[0]' '$pair[1]
        }
    }
}
)script";

std::string quoted(std::string_view text) { return "'" + replaced(text, "'", "''") + "'"; }

std::string function(Completion completion, std::span<const std::string_view> choices,
                     std::span<const ConfigKey> keys) {
  if (!choices.empty()) return fmt::format("{{|current| put {} }}", fmt::join(choices, " "));
  switch (completion) {
    case Completion::kNone:
      return "{|current| nop }";
    case Completion::kFile:
    case Completion::kDirectory:
      return "{|current| edit:complete-filename $current }";
    case Completion::kRunningSession:
      return "{|current| try { e:mino list -f plain 2>$path:dev-null | from-lines } catch e { nop "
             "} }";
    case Completion::kAnySession:
      return "{|current| try { e:mino list --all -f plain 2>$path:dev-null | from-lines } catch e "
             "{ nop } }";
    case Completion::kImage:
      return "{|current| put host; try { e:podman images --format '{{.Repository}}:{{.Tag}}' "
             "2>$path:dev-null | from-lines } "
             "catch e { nop } }";
    case Completion::kConfigKey: {
      std::string words;
      for (const ConfigKey& key : keys) words += fmt::format(" {}", key.path);
      return fmt::format("{{|current| put{} }}", words);
    }
    case Completion::kCommandName: {
      std::string words;
      for (const CommandModel& model : completion_model()) {
        if (!model.path.empty() && model.command->parent.empty())
          words += fmt::format(" {}", model.path);
      }
      return fmt::format("{{|current| put{} }}", words);
    }
  }
  return {};
}

}  // namespace

std::string elvish_completion(std::span<const ConfigKey> keys) {
  std::string words, values, positionals;
  for (const CommandModel& model : completion_model()) {
    words += fmt::format("    &{}=[\n", quoted(model.path));
    for (const CommandSpec* child : model.children)
      words += fmt::format("        [{} {}]\n", child->name, quoted(child->summary));
    for (const OptionSpelling& spelling : spellings(model)) {
      words += fmt::format("        [{} {}]\n", spelling.text, quoted(spelling.option->help));
      if (!spelling.option->takes_value()) continue;
      values += fmt::format("    &{}={}\n", quoted(fmt::format("{} {}", model.path, spelling.text)),
                            function(spelling.option->completion, spelling.option->choices, keys));
    }
    words += "    ]\n";
    // Positionals with nothing to offer leave the place to options.
    for (const PositionalSpec& positional : model.command->positionals) {
      if (positional.completion == Completion::kNone && positional.choices.empty()) continue;
      positionals += fmt::format("    &{}={}\n", quoted(model.path),
                                 function(positional.completion, positional.choices, keys));
      break;
    }
  }
  std::string script = replaced(kFrame, "@WORDS@", words);
  script = replaced(script, "@VALUES@", values);
  return replaced(script, "@POSITIONALS@", positionals);
}

}  // namespace mino::cli
