#include "cli/completions/model.hpp"

#include <fmt/format.h>

namespace mino::cli {

std::vector<CommandModel> completion_model() {
  std::vector<CommandModel> models;
  const auto add = [&](const CommandSpec& command) {
    CommandModel model{{}, &command, {}, {}};
    model.path = command.parent.empty() ? std::string(command.name)
                                        : fmt::format("{} {}", command.parent, command.name);
    if (command.parent.empty()) {
      for (const CommandSpec& each : command_table()) {
        if (each.parent == command.name && !each.hidden) model.children.push_back(&each);
      }
    }
    for (const OptionSpec& option : command.options) {
      if (!option.hidden) model.options.push_back(&option);
    }
    for (const OptionSpec& option : global_options()) model.options.push_back(&option);
    models.push_back(std::move(model));
  };
  add(root_command());
  for (const CommandSpec& command : command_table()) {
    if (!command.hidden) add(command);
  }
  return models;
}

std::vector<std::string> spellings(const OptionSpec& option) {
  std::vector<std::string> out = {fmt::format("--{}", option.name)};
  if (option.negatable) out.push_back(fmt::format("--no-{}", option.name));
  if (option.short_name != 0) out.push_back(fmt::format("-{}", option.short_name));
  return out;
}

std::vector<OptionSpelling> spellings(const CommandModel& model) {
  std::vector<OptionSpelling> long_ones;
  std::vector<OptionSpelling> short_ones;
  for (const OptionSpec* option : model.options) {
    for (std::string& text : spellings(*option)) {
      (text.starts_with("--") ? long_ones : short_ones).push_back({std::move(text), option});
    }
  }
  long_ones.insert(long_ones.end(), short_ones.begin(), short_ones.end());
  return long_ones;
}

std::vector<std::string_view> known_values(const ConfigKey& key) {
  if (key.type == ValueType::kBoolean) return {"true", "false"};
  return {key.choices.begin(), key.choices.end()};
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  for (;;) {
    const std::size_t at = text.find(from);
    out += text.substr(0, at);
    if (at == std::string_view::npos) return out;
    out += to;
    text.remove_prefix(at + from.size());
  }
}

}  // namespace mino::cli
