#include "cli/completions/completions.hpp"

#include "cli/completions/model.hpp"

#include <fmt/format.h>

namespace mino::cli {
namespace {

constexpr std::string_view kFrame = R"script(# PowerShell completion for mino

using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'mino' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # What every command offers: pairs of a word and its description.
    $words = @{
@WORDS@    }

    # What follows an option of a command.
    $values = @{
@VALUES@    }

    # What a command takes as positional arguments.
    $positionals = @{
@POSITIONALS@    }

    $path = ''
    $pending = ''
    foreach ($element in ($commandAst.CommandElements | Select-Object -Skip 1)) {
        if ($element.Extent.EndOffset -ge $cursorPosition -and $wordToComplete -ne '') { break }
        $word = $element.ToString()
        if ($word -eq '--') { return }
        if ($pending -ne '') { $pending = ''; continue }
        if ($word.StartsWith('-')) {
            if ($values.ContainsKey("$path $word")) { $pending = "$path $word" }
            continue
        }
        $next = "$path $word".Trim()
        if ($words.ContainsKey($next)) { $path = $next }
    }

    if ($pending -ne '') {
        $offered = & $values[$pending] | ForEach-Object { ,@($_, $_) }
    } elseif (-not $wordToComplete.StartsWith('-') -and $positionals.ContainsKey($path)) {
        $offered = & $positionals[$path] | ForEach-Object { ,@($_, $_) }
    } else {
        $offered = $words[$path]
    }
    $offered | Where-Object { $_[0] -clike "$wordToComplete*" } | ForEach-Object {
        [CompletionResult]::new($_[0], $_[0], [CompletionResultType]::ParameterValue, $_[1])
    }
}
)script";

std::string quoted(std::string_view text) { return "'" + replaced(text, "'", "''") + "'"; }

template <typename Words>
std::string quoted_list(const Words& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + quoted(word);
  return out;
}

// A script block that puts the candidates; empty when there are none to offer and PowerShell's own
// files are right.
std::string block(Completion completion, std::span<const std::string_view> choices,
                  std::span<const ConfigKey> keys) {
  if (!choices.empty()) return fmt::format("{{ {} }}", quoted_list(choices));
  switch (completion) {
    case Completion::kNone:
      return "{ }";
    case Completion::kFile:
    case Completion::kDirectory:
      return "{ Get-ChildItem -Path \"$wordToComplete*\" -Name }";
    case Completion::kRunningSession:
      return "{ mino list -f plain 2>$null }";
    case Completion::kAnySession:
      return "{ mino list --all -f plain 2>$null }";
    case Completion::kImage:
      return "{ 'host'; podman images --format '{{.Repository}}:{{.Tag}}' 2>$null }";
    case Completion::kConfigKey: {
      std::vector<std::string_view> paths;
      for (const ConfigKey& key : keys) paths.push_back(key.path);
      return fmt::format("{{ {} }}", quoted_list(paths));
    }
    case Completion::kCommandName: {
      std::vector<std::string> names;
      for (const CommandModel& model : completion_model()) {
        if (!model.path.empty() && model.command->parent.empty()) names.push_back(model.path);
      }
      return fmt::format("{{ {} }}", quoted_list(names));
    }
  }
  return {};
}

}  // namespace

std::string powershell_completion(std::span<const ConfigKey> keys) {
  std::string words, values, positionals;
  for (const CommandModel& model : completion_model()) {
    words += fmt::format("        {} = @(\n", quoted(model.path));
    for (const CommandSpec* child : model.children)
      words += fmt::format("            ,@('{}', {})\n", child->name, quoted(child->summary));
    for (const OptionSpelling& spelling : spellings(model)) {
      words +=
          fmt::format("            ,@('{}', {})\n", spelling.text, quoted(spelling.option->help));
      if (!spelling.option->takes_value()) continue;
      values += fmt::format("        '{} {}' = {}\n", model.path, spelling.text,
                            block(spelling.option->completion, spelling.option->choices, keys));
    }
    words += "        )\n";
    for (const PositionalSpec& positional : model.command->positionals) {
      if (positional.completion == Completion::kNone && positional.choices.empty()) continue;
      positionals += fmt::format("        {} = {}\n", quoted(model.path),
                                 block(positional.completion, positional.choices, keys));
      break;
    }
  }
  std::string script = replaced(kFrame, "@WORDS@", words);
  script = replaced(script, "@VALUES@", values);
  return replaced(script, "@POSITIONALS@", positionals);
}

}  // namespace mino::cli
