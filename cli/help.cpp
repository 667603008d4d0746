#include "cli/help.hpp"

#include "cli/render/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace mino::cli {
namespace {

constexpr std::size_t kIndent = 2;
// A wider left column would leave too little room for the text.
constexpr std::size_t kWidestLeft = 32;
constexpr int kNarrowest = 40;
constexpr int kWidest = 100;

struct Row {
  std::string left;
  std::string right;
};

struct Page {
  std::string text;
  Colour colour;
  std::size_t width;

  void heading(std::string_view title) {
    text += fmt::format("\n{}\n", painted(fmt::format("{}:", title), Paint::kBold, colour));
  }

  void paragraph(std::string_view words) {
    for (const std::string& line : wrapped(words, width)) text += line + "\n";
  }

  void rows(std::string_view title, const std::vector<Row>& rows) {
    if (rows.empty()) return;
    heading(title);
    std::size_t column = 0;
    for (const Row& row : rows) {
      const std::size_t left = visible_width(row.left);
      if (left <= kWidestLeft) column = std::max(column, left);
    }
    column += kIndent + 2;
    for (const Row& row : rows) {
      std::string line = std::string(kIndent, ' ') + painted(row.left, Paint::kCyan, colour);
      const std::size_t used = kIndent + visible_width(row.left);
      bool started = false;
      for (const std::string& part : wrapped(row.right, width - std::min(column, width - 20))) {
        if (started || used + 2 > column) {
          text += line + "\n";
          line = std::string(column, ' ');
        } else {
          line.append(column - used, ' ');
        }
        line += part;
        started = true;
      }
      text += line + "\n";
    }
  }
};

std::string braces(std::span<const std::string_view> choices) {
  return fmt::format("{{{}}}", fmt::join(choices, "|"));
}

std::vector<Row> option_rows(std::span<const OptionSpec> options) {
  std::vector<Row> rows;
  for (const OptionSpec& option : options) {
    if (option.hidden) continue;
    std::string right(option.help);
    if (!option.env.empty()) right += fmt::format(" [env: {}]", option.env);
    rows.push_back({notation(option), std::move(right)});
  }
  return rows;
}

std::vector<Row> command_rows(std::string_view parent) {
  std::vector<Row> rows;
  for (const CommandSpec& command : command_table()) {
    if (command.parent != parent || command.hidden) continue;
    rows.push_back({std::string(command.name), std::string(command.summary)});
  }
  return rows;
}

void examples(Page& page, std::span<const ExampleSpec> examples) {
  if (examples.empty()) return;
  page.heading("Examples");
  for (const ExampleSpec& example : examples) {
    page.text +=
        "  " + painted(fmt::format("# {}", example.meaning), Paint::kDim, page.colour) + "\n";
    page.text += fmt::format("  {}\n", example.command);
  }
}

}  // namespace

std::string notation(const PositionalSpec& positional) {
  std::string name(positional.name);
  switch (positional.arity) {
    case Arity::kRequired:
      return positional.choices.empty() ? "<" + name + ">" : braces(positional.choices);
    case Arity::kOptional:
      return "[" + name + "]";
    case Arity::kOneOrMore:
      return "<" + name + ">...";
    case Arity::kAny:
      return "[" + name + "]...";
  }
  return name;
}

std::string notation(const OptionSpec& option) {
  std::string out = option.short_name != 0 ? fmt::format("-{}, ", option.short_name) : "    ";
  out += fmt::format("--{}{}", option.negatable ? "[no-]" : "", option.name);
  if (option.takes_value()) {
    out += option.choices.empty() ? fmt::format(" <{}>", option.value_name)
                                  : " " + braces(option.choices);
  }
  if (option.takes_value() && option.repeatable) out += "...";
  return out;
}

std::string command_line_of(const CommandSpec& command) {
  std::string out = "mino";
  if (!command.parent.empty()) out += fmt::format(" {}", command.parent);
  if (!command.name.empty()) out += fmt::format(" {}", command.name);
  return out;
}

std::string usage_line(const CommandSpec& command) {
  std::string out = command_line_of(command) + " [OPTIONS]";
  if (command.name.empty()) return out + " <COMMAND>";
  if (is_group(command)) out += command.default_subcommand.empty() ? " <COMMAND>" : " [COMMAND]";
  for (const PositionalSpec& positional : command.positionals) out += " " + notation(positional);
  if (command.after_dashes == AfterDashes::kCommand) out += " [-- COMMAND...]";
  return out;
}

std::string render_help(const CommandSpec& command, Colour colour, int width) {
  Page page{{}, colour, static_cast<std::size_t>(std::clamp(width, kNarrowest, kWidest))};
  page.paragraph(command.description.empty() ? command.summary : command.description);
  page.text +=
      fmt::format("\n{} {}\n", painted("Usage:", Paint::kBold, colour), usage_line(command));
  examples(page, command.examples);

  std::vector<Row> arguments;
  for (const PositionalSpec& positional : command.positionals) {
    arguments.push_back({notation(positional), std::string(positional.help)});
  }
  page.rows("Arguments", arguments);
  if (command.name.empty() || is_group(command)) page.rows("Commands", command_rows(command.name));
  page.rows("Options", option_rows(command.options));
  page.rows(command.name.empty() ? "Options" : "Global options", option_rows(global_options()));
  if (command.name.empty())
    page.text += "\n\"mino help <COMMAND>\" shows the options of a command.\n";
  return page.text;
}

}  // namespace mino::cli
