#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "adapters/toml/toml_config_editor.hpp"
#include "adapters/toml/toml_config_source.hpp"
#include "domain/config/layers.hpp"
#include "tests/support/test_paths.hpp"

namespace mino::toml {
namespace {

using ::testing::HasSubstr;

struct EditCase {
  std::string name;
  std::vector<std::string> path;
  ConfigValue value;
};

std::string slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

class TomlEditGolden : public ::testing::TestWithParam<EditCase> {};

TEST_P(TomlEditGolden, ChangesOnlyWhatWasAskedFor) {
  const std::string stem =
      std::string(testing_support::golden_directory()) + "/toml/" + GetParam().name;
  const auto document = TomlConfigSource().parse("f.toml", slurp(stem + ".before.toml"));
  ASSERT_TRUE(document.ok()) << document.error().text();
  const auto edited = TomlConfigEditor().set(*document, GetParam().path, GetParam().value);
  ASSERT_TRUE(edited.ok()) << edited.error().text();
  if (std::getenv("MINO_UPDATE_GOLDEN") != nullptr)
    std::ofstream(stem + ".after.toml", std::ios::binary) << *edited;
  EXPECT_EQ(*edited, slurp(stem + ".after.toml"));
  const auto again = TomlConfigSource().parse("f.toml", *edited);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*TomlConfigEditor().set(*again, GetParam().path, GetParam().value), *edited)
      << "a second time changes nothing";
}

std::string edit_case_name(const ::testing::TestParamInfo<EditCase>& tested) {
  return tested.param.name;
}

const std::vector<std::string> kImage{"container", "image"};
const std::vector<std::string> kPids{"container", "pids"};
const std::vector<std::string> kVolumes{"container", "volumes"};
const std::vector<std::string> kEnvB{"container", "env", "B"};
const std::string kNew = "new:1";

INSTANTIATE_TEST_SUITE_P(
    All, TomlEditGolden,
    ::testing::Values(
        EditCase{"replace_string", kImage, kNew}, EditCase{"keep_literal_quotes", kImage, kNew},
        EditCase{"literal_cannot_hold_quote", kImage, std::string("it's")},
        EditCase{"multi_line_string", kImage, kNew}, EditCase{"crlf", kPids, std::int64_t{5}},
        EditCase{"crlf_new_table", kImage, kNew},
        EditCase{"byte_order_mark", kPids, std::int64_t{5}},
        EditCase{"no_final_newline", kImage, kNew},
        EditCase{"no_final_newline_insert", kPids, std::int64_t{5}},
        EditCase{"no_final_newline_new_table", {"session", "shell"}, std::string("/bin/sh")},
        EditCase{"dotted_keys", kEnvB, std::string("2")},
        EditCase{"dotted_keys_insert", kImage, kNew},
        EditCase{"dotted_below_header", kEnvB, std::string("2")},
        EditCase{"implicit_table", {"credentials", "delivery"}, std::string("broker")},
        EditCase{"super_table_after", {"credentials", "delivery"}, std::string("broker")},
        EditCase{"sub_table_new", {"credentials", "github", "host"}, std::string("git.example")},
        EditCase{"arrays_of_tables", kPids, std::int64_t{5}},
        EditCase{"array_with_comments", kVolumes,
                 ConfigList{"/src:/src", "/data:/data:ro", "/new:/new"}},
        EditCase{"array_remove", kVolumes, ConfigList{"/c:/c", "/b:/b"}},
        EditCase{"array_close_on_last_line", kVolumes, ConfigList{"/a:/a", "/b:/b", "/c:/c"}},
        EditCase{"array_flat", kVolumes, ConfigList{"/b:/b", "/c:/c", "/a:/a"}},
        EditCase{"array_mixed_lines", kVolumes, ConfigList{"/a:/a", "/d:/d"}},
        EditCase{"array_empty_tall", kVolumes, ConfigList{"/a:/a"}},
        EditCase{"inline_table", kEnvB, std::string("2")},
        EditCase{"inline_table_insert", kPids, std::int64_t{5}},
        EditCase{"inline_table_empty", kImage, kNew},
        EditCase{"inline_env", {"container", "env"}, ConfigTable{{"B", "3"}, {"C d", "\"x\""}}},
        EditCase{"inline_nested_new", kEnvB, std::string("2")},
        EditCase{"quoted_keys", {"container", "env", "A"}, std::string("2")},
        EditCase{"table_entry", kEnvB, std::string("2")},
        EditCase{"table_entry_new", kEnvB, std::string("2")},
        EditCase{"table_value_new", {"container", "env"}, ConfigTable{{"A", "1"}}},
        EditCase{"empty_header", kImage, kNew},
        EditCase{"commented_template", kPids, std::int64_t{5}},
        EditCase{"empty_file", kImage, kNew}, EditCase{"only_comments", kImage, kNew},
        EditCase{"string_with_brackets", kPids, std::int64_t{5}},
        EditCase{"indented", {"container", "network"}, std::string("none")},
        EditCase{"utf8", kImage, std::string("é")}),
    edit_case_name);

Result<std::string> edit(const std::string& text, const std::vector<std::string>& path,
                         const ConfigValue& value) {
  return TomlConfigEditor().set(*TomlConfigSource().parse("f.toml", text), path, value);
}

TEST(TomlEditor, ATableOfItsOwnIsNotReplacedAsAWhole) {
  const auto result =
      edit("[container.env]\nA = \"1\"\n", {"container", "env"}, ConfigTable{{"B", "2"}});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message(),
            "f.toml: container.env is a table of its own and cannot be replaced as a whole");
  EXPECT_THAT(result.error().hint(), HasSubstr("mino config set container.env.NAME VALUE"));
  EXPECT_FALSE(
      edit("container.env.A = \"1\"\n", {"container", "env"}, ConfigTable{{"B", "2"}}).ok());
}

TEST(TomlEditor, AnImpossibleEditIsAnErrorAndNotAWrongFile) {
  EXPECT_FALSE(edit("container = 1\n", {"container", "image"}, std::string("x")).ok());
  EXPECT_FALSE(
      edit("[[container]]\nimage = \"a\"\n", {"container", "image"}, std::string("x")).ok());
}

TEST(TomlEditor, EveryKeyOfTheSchemaCanBeSetInAnEmptyFileAndBesideItsNeighbours) {
  std::string text;
  std::string_view section;
  std::size_t set = 0;
  for (const ConfigKey& key : config_schema()) {
    // Sections are set apart, which is quicker.
    if (section != key.path.substr(0, key.path.find('.'))) text.clear();
    section = key.path.substr(0, key.path.find('.'));
    std::vector<std::string> path;
    for (std::string_view rest = key.path;;) {
      const std::size_t dot = rest.find('.');
      path.emplace_back(rest.substr(0, dot));
      if (dot == std::string_view::npos) break;
      rest.remove_prefix(dot + 1);
    }
    ConfigValue value = default_value(key).value_or(ConfigValue(std::string("dev")));
    if (key.type == ValueType::kStringTable) value = ConfigTable{{"A", "1"}};
    if (key.type == ValueType::kStringList) value = ConfigList{"a", "b"};
    const auto result = edit(text, path, value);
    ASSERT_TRUE(result.ok()) << key.path << ": " << result.error().text();
    text = *result;
    ++set;
  }
  EXPECT_EQ(set, config_schema().size());
}

std::string error_of(const std::string& text) {
  const auto document = TomlConfigSource().parse("f.toml", text);
  EXPECT_FALSE(document.ok()) << text.substr(0, 80);
  return document.ok() ? std::string() : document.error().message();
}

TEST(TomlSource, SyntaxErrorsHaveTheirPlace) {
  EXPECT_THAT(error_of("a = 1\nb = [1,\n"), HasSubstr("f.toml:3:1: value having invalid format"));
  EXPECT_THAT(error_of("\xEF\xBB\xBFx = \n"), HasSubstr("f.toml:1:1: missing value"));
  EXPECT_THAT(error_of("a = 1\na = 2\n"), HasSubstr("f.toml:2:"));
  EXPECT_THAT(error_of("[a]\n[a]\n"), HasSubstr("already exists"));
  for (const char* text :
       {"x = \"\xff\"\n", "'a\xc0\x80' = 1\n", "x =\"\xed\xa0\x80\"", "# \xf5\n", "x =\"\xe2\x82"})
    EXPECT_THAT(error_of(text), HasSubstr(": not UTF-8")) << text;
  EXPECT_EQ(error_of("x = 1\nyy = \"\xff\"\n"), "f.toml:2:7: not UTF-8");
}

TEST(TomlSource, DeepNestingIsAnErrorAndNotACrash) {
  for (const std::string& text :
       {"x = " + std::string(100'000, '['), "x = " + std::string(65, '[') + std::string(65, ']'),
        "x = [\"\"\"a\"\"\"\", " + std::string(100'000, '['),
        "x = ['''a'''', " + std::string(100'000, '['),
        "x = [1, # \"\n" + std::string(100'000, '[')}) {
    EXPECT_THAT(error_of(text), HasSubstr("nested deeper than 64 levels")) << text.substr(0, 40);
  }
  std::string keys = "a";
  std::string tables = "x = ";
  for (int i = 0; i < 20'000; ++i) {
    keys += ".a";
    tables += "{a=";
  }
  EXPECT_THAT(error_of(keys + " = 1"), HasSubstr("nested deeper"));
  EXPECT_THAT(error_of("[" + keys + "]"), HasSubstr("nested deeper"));
  EXPECT_THAT(error_of("x = {" + keys + " = 1}"), HasSubstr("nested deeper"));
  EXPECT_THAT(error_of(tables), HasSubstr("nested deeper"));
  EXPECT_TRUE(TomlConfigSource()
                  .parse("f.toml", "x = " + std::string(64, '[') + std::string(64, ']'))
                  .ok());
}

TEST(TomlSource, TooManyValuesAreAnError) {
  std::string lines;
  std::string array = "x = [";
  std::string table = "x = {";
  for (int i = 0; i < 2100; ++i) {
    lines += "k" + std::to_string(i) + "=1\n";
    array += "1,";
    table += "k" + std::to_string(i) + "=1,";
  }
  for (const std::string& text : {lines, array + "]", table + "z=1}"})
    EXPECT_THAT(error_of(text), HasSubstr("more than 2048 values"));
}

TEST(TomlSource, FindsPlacesUnderHeadersInInlineTablesAndBehindAByteOrderMark) {
  const auto document = TomlConfigSource().parse(
      "f.toml", "\xEF\xBB\xBFq.r = 1\r\n[a.b]\r\n  c = { d = 1 }\r\n[[e]]\r\nf = 1\r\n");
  ASSERT_TRUE(document.ok()) << document.error().text();
  ASSERT_EQ(document->entries.size(), 3U);
  EXPECT_EQ(document->entries[0].line, 1U);
  EXPECT_EQ(document->entries[0].column, 1U);
  EXPECT_EQ(document->entries[1].path, (std::vector<std::string>{"a", "b", "c", "d"}));
  EXPECT_EQ(document->entries[1].line, 3U);
  EXPECT_EQ(document->entries[1].column, 3U);
  EXPECT_EQ(document->entries[2].path, std::vector<std::string>{"e"});
  EXPECT_EQ(document->entries[2].line, 4U);
}

}  // namespace
}  // namespace mino::toml
