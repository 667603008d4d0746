#include "domain/layer/layer_name.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mino {
namespace {

TEST(LayerName, AcceptsWhatCanNameADirectoryAndNothingElse) {
  for (const char* name : {"go", "my-tools", "_x", "Go2", "a"})
    EXPECT_TRUE(check_layer_name(name).ok()) << name;
  for (const std::string& name :
       {std::string(), std::string("-x"), std::string("a/b"), std::string(".."), std::string("a.b"),
        std::string("a b"), std::string("a\nb"), std::string("a:b"), std::string("\xC3\xBC"),
        std::string("a\0b", 3), std::string(65, 'a')}) {
    const Result<void> checked = check_layer_name(name);
    ASSERT_FALSE(checked.ok()) << name;
    EXPECT_EQ(checked.error().code(), ErrorCode::kUsage);
    EXPECT_EQ(checked.error().text().find('\n'), std::string::npos);
  }
}

TEST(LayerName, EverydayWordsStandForLayers) {
  const struct {
    const char* word;
    const char* layer;
  } rows[] = {{"ts", "typescript"}, {"node", "typescript"}, {"typescript", "typescript"},
              {"cargo", "rust"},    {"rust", "rust"},       {"py", "python"},
              {"python", "python"}};
  for (const auto& [word, layer] : rows) {
    EXPECT_TRUE(is_layer_alias(word));
    EXPECT_EQ(layer_of_alias(word), layer);
  }
  EXPECT_FALSE(is_layer_alias("base"));
  EXPECT_FALSE(is_layer_alias("fedora"));
  EXPECT_EQ(layer_of_alias("go"), "go");
}

}  // namespace
}  // namespace mino
