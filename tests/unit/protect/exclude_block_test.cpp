#include "domain/protect/exclude_block.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mino {
namespace {

TEST(ExcludeBlock, ComesLastAndGoesWithoutATrace) {
  for (const std::string text : {"", "*.o\n", "# a comment\n\n*.o\n"}) {
    const std::string with = with_exclude_block(text, {"/.envrc", "/.mcp.json"});
    EXPECT_TRUE(with.starts_with(text));
    EXPECT_NE(with.find("\n/.envrc\n/.mcp.json\n"), std::string::npos) << with;
    EXPECT_EQ(with_exclude_block(with, {}), text);
  }
}

TEST(ExcludeBlock, IsReplacedNotRepeated) {
  const std::string once = with_exclude_block("*.o\n", {"/a"});
  EXPECT_EQ(with_exclude_block(once, {"/a"}), once);
  EXPECT_EQ(with_exclude_block(once, {"/b"}), with_exclude_block("*.o\n", {"/b"}));
}

TEST(ExcludeBlock, LeavesWhatAUserWroteBehindIt) {
  const std::string with = with_exclude_block("*.o\n", {"/a"}) + "*.log\n";
  EXPECT_EQ(with_exclude_block(with, {}), "*.o\n*.log\n");
}

TEST(ExcludeBlock, DoesNotGlueItselfToALastLineWithoutAnEnd) {
  const std::string with = with_exclude_block("*.o", {"/a"});
  EXPECT_TRUE(with.starts_with("*.o\n# mino")) << with;
}

TEST(ExcludeBlock, TouchesNothingWhenItsEndIsMissing) {
  const std::string with = with_exclude_block("*.o\n", {"/a"});
  const std::string torn = with.substr(0, with.size() - 12);
  EXPECT_EQ(with_exclude_block(torn, {}), torn);
}

TEST(ExcludePattern, MatchesOneFileLiterally) {
  EXPECT_EQ(exclude_pattern(".envrc"), "/.envrc");
  EXPECT_EQ(exclude_pattern("a b/[x]*?\\.envrc"), "/a\\ b/\\[x]\\*\\?\\\\.envrc");
}

}  // namespace
}  // namespace mino
