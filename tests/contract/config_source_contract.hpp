#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ports/config_source.hpp"

namespace mino::contract {

struct ConfigSourceCase {
  std::string name;
  std::function<std::unique_ptr<ConfigSource>()> make;
};

/// What every ConfigSource does with lines of the form `a.b = VALUE`.
class ConfigSourceContract : public ::testing::TestWithParam<ConfigSourceCase> {
 protected:
  Result<ConfigDocument> parse(const std::string& text) { return source_->parse("f.toml", text); }

 private:
  std::unique_ptr<ConfigSource> source_ = GetParam().make();
};

inline std::string case_name(const ::testing::TestParamInfo<ConfigSourceCase>& info) {
  return info.param.name;
}

TEST_P(ConfigSourceContract, AnEmptyTextHasNoEntries) {
  const auto document = parse("");
  ASSERT_TRUE(document.ok());
  EXPECT_TRUE(document->entries.empty());
  EXPECT_EQ(document->file, "f.toml");
}

TEST_P(ConfigSourceContract, KeepsTheBytes) {
  const std::string text = "# a comment\na.b = 1\n";
  EXPECT_EQ(parse(text)->bytes, text);
}

TEST_P(ConfigSourceContract, ReadsEachTypeAndItsPlace) {
  const auto document = parse(
      "a.yes = true\n\na.no = false\na.n = -12\na.t = \"x y\"\na.b.l = [\"p\", \"q\"]\na.e = []\n");
  ASSERT_TRUE(document.ok()) << document.error().text();
  const std::vector<DocumentEntry>& entries = document->entries;
  ASSERT_EQ(entries.size(), 6U);
  EXPECT_EQ(entries[0].value, DocumentValue{true});
  EXPECT_EQ(entries[0].path, (std::vector<std::string>{"a", "yes"}));
  EXPECT_EQ(entries[1].value, DocumentValue{false});
  EXPECT_EQ(entries[1].line, 3U);
  EXPECT_EQ(entries[1].column, 1U);
  EXPECT_EQ(entries[2].value, DocumentValue{std::int64_t{-12}});
  EXPECT_EQ(entries[3].value, DocumentValue{std::string("x y")});
  EXPECT_EQ(entries[4].path, (std::vector<std::string>{"a", "b", "l"}));
  EXPECT_EQ(entries[4].value,
            (DocumentValue{DocumentValue::Array{{std::string("p")}, {std::string("q")}}}));
  EXPECT_EQ(entries[5].value, DocumentValue{DocumentValue::Array{}});
}

TEST_P(ConfigSourceContract, AWrongLineIsAnErrorWithItsPlace) {
  const auto document = parse("a.b = 1\nnonsense\n");
  ASSERT_FALSE(document.ok());
  EXPECT_EQ(document.error().code(), ErrorCode::kConfig);
  EXPECT_TRUE(document.error().message().starts_with("f.toml:2:")) << document.error().message();
}

TEST_P(ConfigSourceContract, RefusesATextThatIsTooLong) {
  std::string text(ConfigSource::kMaxBytes + 1, '#');
  EXPECT_FALSE(parse(text).ok());
  text.pop_back();
  EXPECT_TRUE(parse(text).ok());
}

}  // namespace mino::contract
