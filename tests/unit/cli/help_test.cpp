#include "cli/help.hpp"

#include "cli/parse.hpp"
#include "cli/render/text.hpp"
#include "tests/fakes/fake_environment.hpp"
#include "tests/unit/cli/golden.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace mino::cli {
namespace {

std::vector<const CommandSpec*> shown_commands() {
  std::vector<const CommandSpec*> commands = {&root_command()};
  for (const CommandSpec& command : command_table()) {
    if (!command.hidden) commands.push_back(&command);
  }
  return commands;
}

TEST(Help, IsAsRecorded) {
  for (const CommandSpec* command : shown_commands()) {
    std::string name = command_line_of(*command);
    for (char& each : name) each = each == ' ' ? '-' : each;
    testing_support::expect_golden("help/" + name + ".txt",
                                   render_help(*command, Colour::kNever, 100));
  }
}

TEST(Help, SaysWhatMinoIs) {
  EXPECT_NE(render_help(root_command(), Colour::kNever, 80).find("Secure AI agent sandbox"),
            std::string::npos);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = text.find('\n', start);
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

TEST(Help, FitsTheTerminal) {
  for (const CommandSpec* command : shown_commands()) {
    for (const int width : {60, 80, 100, 300}) {
      bool in_examples = false;
      for (const std::string& line : lines_of(render_help(*command, Colour::kNever, width))) {
        // What is to be typed is not broken.
        if (line == "Examples:") in_examples = true;
        if (line.starts_with("Usage:")) continue;
        if (line.empty()) in_examples = false;
        EXPECT_TRUE(in_examples ||
                    visible_width(line) <= static_cast<std::size_t>(std::min(width, 100)))
            << width << ": " << line;
        EXPECT_TRUE(line.empty() || line.back() != ' ') << line;
      }
    }
  }
}

TEST(Help, ColourChangesNothingElse) {
  for (const CommandSpec* command : shown_commands()) {
    const std::string plain = render_help(*command, Colour::kNever, 80);
    std::string painted_help = render_help(*command, Colour::kAlways, 80);
    EXPECT_NE(plain, painted_help);
    std::string stripped;
    for (std::size_t i = 0; i < painted_help.size(); ++i) {
      if (painted_help[i] == '\x1b') {
        i = painted_help.find('m', i);
      } else {
        stripped += painted_help[i];
      }
    }
    EXPECT_EQ(stripped, plain);
  }
}

TEST(Help, HidesWhatIsHidden) {
  EXPECT_EQ(render_help(*find_command("cache", "gc"), Colour::kNever, 100).find("--auto"),
            std::string::npos);
  EXPECT_EQ(render_help(root_command(), Colour::kNever, 100).find("\n  man"), std::string::npos);
}

// The words of an example as a shell would split them; examples use double quotes and redirections
// only.
std::vector<std::string> shell_words(std::string_view command) {
  std::vector<std::string> words(1);
  bool quoted = false;
  for (const char each : command) {
    if (each == '>') break;
    if (each == '"') {
      quoted = !quoted;
    } else if (each == ' ' && !quoted) {
      if (!words.back().empty()) words.emplace_back();
    } else {
      words.back() += each;
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

TEST(CommandTable, EveryExampleParses) {
  const fakes::FakeEnvironment environment;
  for (const CommandSpec* command : shown_commands()) {
    for (const ExampleSpec& example : command->examples) {
      if (!example.command.starts_with("mino")) continue;
      std::vector<std::string> words = shell_words(example.command);
      words.erase(words.begin());
      const Result<Invocation> result = parse(words, environment);
      EXPECT_TRUE(result.ok()) << example.command << ": "
                               << (result.ok() ? "" : result.error().text());
    }
  }
}

TEST(CommandTable, IsConsistent) {
  for (const CommandSpec* command : shown_commands()) {
    std::set<std::string> names;
    std::set<char> letters;
    const auto check = [&](const OptionSpec& option) {
      EXPECT_TRUE(names.insert(std::string(option.name)).second)
          << command->name << " --" << option.name;
      if (option.negatable) {
        EXPECT_TRUE(names.insert("no-" + std::string(option.name)).second) << option.name;
        EXPECT_FALSE(option.takes_value()) << option.name;
      }
      if (option.short_name != 0) {
        EXPECT_TRUE(letters.insert(option.short_name).second)
            << command->name << " -" << option.short_name;
      }
      EXPECT_FALSE(option.help.empty()) << option.name;
      EXPECT_FALSE(option.help.ends_with('.')) << option.name;
    };
    for (const OptionSpec& option : command->options) check(option);
    for (const OptionSpec& option : global_options()) check(option);
    for (const OptionSpec& option : command->options) {
      for (const std::string_view other : option.conflicts_with)
        EXPECT_TRUE(names.contains(std::string(other))) << other;
      EXPECT_TRUE(option.needs.empty() || names.contains(std::string(option.needs)))
          << option.needs;
    }
    EXPECT_TRUE(command->parent.empty() || find_command("", command->parent) != nullptr)
        << command->parent;
    if (!command->default_subcommand.empty()) {
      EXPECT_NE(find_command(command->name, command->default_subcommand), nullptr) << command->name;
    }
  }
}

}  // namespace
}  // namespace mino::cli
