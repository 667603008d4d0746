#include "cli/man.hpp"

#include "cli/command.hpp"
#include "cli/help.hpp"
#include "cli/version.hpp"

#include <fmt/format.h>

namespace mino::cli {
namespace {

// Text for a line of its own: no macro at its start, no hyphenation of options, backslashes as
// themselves.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char each : text) {
    if (each == '\\') {
      out += "\\e";
    } else if (each == '-') {
      out += "\\-";
    } else {
      out += each;
    }
  }
  if (out.starts_with('.') || out.starts_with('\'')) out.insert(0, "\\&");
  return out;
}

std::string title(std::string_view name, int section) {
  return fmt::format(".TH {} {} \"\" \"mino {}\" \"mino manual\"\n.nh\n", name, section, version());
}

std::string tagged(std::string_view tag, std::string_view text) {
  return fmt::format(".TP\n.B {}\n{}\n", escaped(tag), escaped(text));
}

std::string options(std::span<const OptionSpec> specs) {
  std::string out;
  for (const OptionSpec& option : specs) {
    if (option.hidden) continue;
    std::string tag = notation(option);
    tag.erase(0, tag.find_first_not_of(' '));
    std::string text(option.help);
    if (!option.env.empty()) text += fmt::format(" [env: {}]", option.env);
    out += tagged(tag, text);
  }
  return out;
}

std::string examples(std::span<const ExampleSpec> specs) {
  std::string out;
  for (const ExampleSpec& example : specs) {
    out += fmt::format(".PP\n{}:\n.PP\n.nf\n.RS\n{}\n.RE\n.fi\n", escaped(example.meaning),
                       escaped(example.command));
  }
  return out;
}

std::string command_section(const CommandSpec& command) {
  std::string out = fmt::format(".SS \"{}\"\n", escaped(usage_line(command)));
  out += escaped(command.description.empty() ? command.summary : command.description) + "\n";
  for (const PositionalSpec& positional : command.positionals)
    out += tagged(notation(positional), positional.help);
  return out + options(command.options) + examples(command.examples);
}

std::string value_notes(const ConfigKey& key) {
  std::string notes = fmt::format("{}.", describe(key.type));
  if (notes.front() >= 'a' && notes.front() <= 'z')
    notes.front() = static_cast<char>(notes.front() - 'a' + 'A');
  if (!key.choices.empty()) notes += fmt::format(" One of {}.", fmt::join(key.choices, ", "));
  if (key.default_text)
    notes += key.default_text->empty() ? " Default: empty."
                                       : fmt::format(" Default: {}.", *key.default_text);
  if (key.is_scalar()) notes += fmt::format(" Environment: {}.", environment_variable(key));
  if (key.effect == Effect::kLater) notes += " Has no effect yet.";
  if (key.effect == Effect::kIgnored)
    notes += " Has no effect; kept for files of earlier versions.";
  return notes;
}

}  // namespace

std::string command_man_page() {
  const CommandSpec& root = root_command();
  std::string out =
      title("MINO", 1) + ".SH NAME\nmino \\- secure AI agent sandbox\n.SH SYNOPSIS\n.B mino\n";
  out += escaped("[OPTIONS] <COMMAND>") + "\n.SH DESCRIPTION\n" + escaped(root.description) + "\n";
  out += examples(root.examples);
  out += ".SH GLOBAL OPTIONS\nAccepted before and after the command.\n" +
         options(global_options()) + ".SH COMMANDS\n";
  for (const CommandSpec& command : command_table()) {
    if (!command.hidden) out += command_section(command);
  }
  out += ".SH EXIT STATUS\n";
  out += tagged("0", "Success.") + tagged("1", "Failure, or a declined question.") +
         tagged("2", "The command line is wrong.");
  out += tagged("125", "run, exec: the command in the box was not started.");
  out += tagged("126, 127", "run, exec: the command is not executable, or not found.");
  out += tagged("128+N", "run, exec: the command was ended by signal N.");
  out += "Otherwise run and exec end with the code of the command.\n";
  out += ".SH SEE ALSO\n.BR mino\\-config (5),\n.BR podman (1)\n";
  return out;
}

std::string config_man_page(std::span<const ConfigKey> keys) {
  std::string out = title("MINO-CONFIG", 5) +
                    ".SH NAME\nmino\\-config \\- configuration of mino\n.SH DESCRIPTION\n";
  out += escaped(
             "TOML files: the user's config.toml (\"mino config path\" says where) and a project's "
             ".mino.toml. A value is taken "
             "from, in rising order: its default, the user's file, the project's file, the "
             "environment, the command line. What a "
             "project's file may widen takes effect only after \"mino trust\".") +
         "\n.SH KEYS\n";
  for (const ConfigKey& key : keys) {
    out += fmt::format(".TP\n.B {}\n{}.\n{}\n", escaped(key.path), escaped(key.doc),
                       escaped(value_notes(key)));
  }
  return out + ".SH SEE ALSO\n.BR mino (1)\n";
}

}  // namespace mino::cli
