#include "domain/protect/protected_names.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace mino {
namespace {

TEST(ProtectLevel, IsWrittenAsItIsRead) {
  for (const ProtectLevel level : {ProtectLevel::kOff, ProtectLevel::kGit, ProtectLevel::kStrict})
    EXPECT_EQ(parse_protect_level(to_string(level)), level);
  EXPECT_EQ(parse_protect_level("Strict"), std::nullopt);
  EXPECT_EQ(parse_protect_level(""), std::nullopt);
}

TEST(ProtectedNames, AreEachNamedOnce) {
  for (const auto names : {protected_project_names(), protected_git_names()}) {
    std::set<std::string_view> seen;
    for (const ProtectedName& name : names) EXPECT_TRUE(seen.insert(name.name).second) << name.name;
  }
}

TEST(ProtectedNames, APlaceholderHasContentOnlyWhenItIsAFile) {
  for (const auto names : {protected_project_names(), protected_git_names()}) {
    for (const ProtectedName& name : names) {
      EXPECT_TRUE(name.kind == ProtectedKind::kFile || name.placeholder.empty()) << name.name;
    }
  }
}

TEST(LooksLike, IsTrueForWhatOtherFileSystemsTakeForTheSameName) {
  EXPECT_TRUE(looks_like(".GIT", ".git"));
  EXPECT_TRUE(looks_like(".gi\u200ct", ".git"));
  EXPECT_TRUE(looks_like("\ufeff.git", ".git"));
  EXPECT_TRUE(looks_like(".g\u206ait", ".git"));
  EXPECT_TRUE(looks_like(".Mcp.JSON", ".mcp.json"));
}

TEST(LooksLike, IsFalseForTheNameItselfAndForOthers) {
  EXPECT_FALSE(looks_like(".git", ".git"));
  EXPECT_FALSE(looks_like(".gitx", ".git"));
  EXPECT_FALSE(looks_like(".gi\u0442", ".git")) << "a Cyrillic letter is another name everywhere";
  EXPECT_FALSE(looks_like("\xe2\x80", "")) << "half a character";
  EXPECT_FALSE(looks_like("", ".git"));
}

}  // namespace
}  // namespace mino
