#include "domain/config/template.hpp"

#include <string_view>

#include "domain/config/schema.hpp"

namespace mino {
namespace {

constexpr std::string_view kUserHeader =
    "# mino's configuration. Each key stands here with its default, or with an example when it has "
    "none:\n"
    "# take away the # to set it. \"mino config set KEY VALUE\" edits this file and keeps the rest "
    "of it;\n"
    "# \"mino config show\" prints every value and where it comes from.\n";

constexpr std::string_view kProjectHeader =
    "# mino's configuration for this project. Each key stands here with its default, or with an\n"
    "# example when it has none: take away the # to set it. Keys that widen what the agent may\n"
    "# reach take effect for somebody else only after \"mino trust\".\n";

std::string_view section_of(std::string_view path) { return path.substr(0, path.rfind('.')); }

std::string value_text(const ConfigKey& key) {
  const std::optional<ConfigValue> value = default_value(key);
  const bool shown = value.has_value() && (key.example.empty() || key.is_scalar());
  return shown ? to_toml(*value) : std::string(key.example);
}

std::string choices_text(const ConfigKey& key) {
  std::string text;
  for (const std::string_view choice : key.choices)
    text += (text.empty() ? "" : ", ") + std::string(choice);
  return text.empty() ? text : " (" + text + ")";
}

}  // namespace

std::string config_template(TemplateKind kind) {
  std::string text(kind == TemplateKind::kUser ? kUserHeader : kProjectHeader);
  std::string_view section;
  for (const ConfigKey& key : config_schema()) {
    if (key.effect == Effect::kIgnored) continue;
    if (kind == TemplateKind::kProject && key.scope == KeyScope::kUser) continue;
    if (section != section_of(key.path)) {
      section = section_of(key.path);
      text += "\n[" + std::string(section) + "]\n";
    }
    text += "# " + std::string(key.doc) + choices_text(key);
    text += key.effect == Effect::kLater ? " [no effect in this version]\n" : "\n";
    text +=
        "# " + std::string(key.path.substr(section.size() + 1)) + " = " + value_text(key) + "\n";
  }
  return text;
}

}  // namespace mino
