#include "domain/config/template.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "adapters/toml/toml_config_editor.hpp"
#include "adapters/toml/toml_config_source.hpp"
#include "domain/config/layers.hpp"

namespace mino {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// The lines `# key = value` without their sign.
std::string uncommented(const std::string& text) {
  std::istringstream lines(text);
  std::string result;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find(" = ");
    const bool is_key =
        line.starts_with("# ") && equals != std::string::npos && line.find(' ', 2) == equals;
    // The two ways to name destinations exclude each other.
    if (is_key && line.starts_with("# network_preset")) continue;
    result += (is_key ? line.substr(2) : line) + "\n";
  }
  return result;
}

TEST(ConfigTemplate, SetsNothing) {
  for (const TemplateKind kind : {TemplateKind::kUser, TemplateKind::kProject}) {
    const auto document = toml::TomlConfigSource().parse("f.toml", config_template(kind));
    ASSERT_TRUE(document.ok()) << document.error().text();
    const auto layer = layer_from_document(*document, OriginKind::kGlobalFile);
    ASSERT_TRUE(layer.ok()) << layer.error().text();
    EXPECT_TRUE(layer->empty());
  }
}

TEST(ConfigTemplate, EveryLineIsRightOnceItsSignIsTakenAway) {
  const auto document =
      toml::TomlConfigSource().parse("f.toml", uncommented(config_template(TemplateKind::kUser)));
  ASSERT_TRUE(document.ok()) << document.error().text();
  const auto layer = layer_from_document(*document, OriginKind::kGlobalFile);
  ASSERT_TRUE(layer.ok()) << layer.error().text();
  std::size_t expected = 0;
  for (const ConfigKey& key : config_schema()) {
    const bool left_out = key.effect == Effect::kIgnored || key.path.ends_with("network_preset");
    if (!left_out) ++expected;
  }
  EXPECT_EQ(layer->size(), expected);
}

TEST(ConfigTemplate, AProjectsHoldsOnlyWhatBelongsThere) {
  const std::string text = config_template(TemplateKind::kProject);
  EXPECT_THAT(text, HasSubstr("\n[container]\n"));
  EXPECT_THAT(text, HasSubstr("\n# image = \"fedora:43\"\n"));
  EXPECT_THAT(text,
              HasSubstr("# Network of the box (host, bridge, none)\n# network = \"bridge\"\n"));
  EXPECT_THAT(text, Not(HasSubstr("audit_log")));
  EXPECT_THAT(text, Not(HasSubstr("[vm]")));
  EXPECT_THAT(text, Not(HasSubstr("default_project_dir")));
}

TEST(ConfigTemplate, CanBeEdited) {
  const auto document =
      toml::TomlConfigSource().parse("f.toml", config_template(TemplateKind::kProject));
  const auto edited =
      toml::TomlConfigEditor().set(*document, {"container", "image"}, std::string("x"));
  ASSERT_TRUE(edited.ok()) << edited.error().text();
  EXPECT_THAT(*edited, HasSubstr("[container]\nimage = \"x\"\n"));
}

}  // namespace
}  // namespace mino
