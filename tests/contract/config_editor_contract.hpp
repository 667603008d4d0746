#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "ports/config_editor.hpp"
#include "ports/config_source.hpp"

namespace mino::contract {

struct ConfigEditorCase {
  std::string name;
  std::function<std::unique_ptr<ConfigSource>()> make_source;
  std::function<std::unique_ptr<ConfigEditor>()> make_editor;
};

/// What every ConfigEditor does with texts of lines of the form `a.b = VALUE`.
class ConfigEditorContract : public ::testing::TestWithParam<ConfigEditorCase> {
 protected:
  std::string set(const std::string& text, const std::vector<std::string>& path,
                  const ConfigValue& value) {
    const auto document = source_->parse("f.toml", text);
    EXPECT_TRUE(document.ok());
    auto result = editor_->set(*document, path, value);
    EXPECT_TRUE(result.ok()) << result.error().text();
    return result.ok() ? std::move(result).value() : std::string();
  }
  ConfigDocument read(const std::string& text) { return source_->parse("f.toml", text).value(); }

 private:
  std::unique_ptr<ConfigSource> source_ = GetParam().make_source();
  std::unique_ptr<ConfigEditor> editor_ = GetParam().make_editor();
};

inline std::string editor_case_name(const ::testing::TestParamInfo<ConfigEditorCase>& info) {
  return info.param.name;
}

TEST_P(ConfigEditorContract, ReplacesAValueAndNothingElse) {
  const std::string text = "# above\na.x = 1\na.y = \"old\"\n# below\n";
  EXPECT_EQ(set(text, {"a", "y"}, std::string("new")),
            "# above\na.x = 1\na.y = \"new\"\n# below\n");
  EXPECT_EQ(set(text, {"a", "x"}, std::int64_t{22}), "# above\na.x = 22\na.y = \"old\"\n# below\n");
}

TEST_P(ConfigEditorContract, LeavesAValueThatIsThereAlready) {
  const std::string text = "a.y = \"same\"\n";
  EXPECT_EQ(set(text, {"a", "y"}, std::string("same")), text);
}

TEST_P(ConfigEditorContract, AddsAMissingKey) {
  const ConfigDocument document = read(set("a.x = 1\n", {"a", "list"}, ConfigList{"p", "q"}));
  ASSERT_EQ(document.entries.size(), 2U);
  EXPECT_EQ(document.entries[0].path, (std::vector<std::string>{"a", "x"}));
  EXPECT_EQ(document.entries[1].path, (std::vector<std::string>{"a", "list"}));
  EXPECT_EQ(document.entries[1].value,
            (DocumentValue{DocumentValue::Array{{std::string("p")}, {std::string("q")}}}));
}

}  // namespace mino::contract
