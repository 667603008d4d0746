#include "domain/run/mount.hpp"

#include <gtest/gtest.h>

#include "domain/run/text.hpp"
#include "tests/unit/run/random_text.hpp"

namespace mino {
namespace {

constexpr int kTries = 20'000;

Mount parsed(std::string_view text) {
  Result<Mount> mount = parse_volume(text, "/home/ann", "/src/app");
  if (!mount.ok()) throw std::runtime_error(mount.error().text());
  return std::move(mount).value();
}

TEST(ParseVolume, UnderstandsEveryForm) {
  using enum MountKind;
  using enum MountAccess;
  using enum MountLabel;
  const struct {
    const char* text;
    Mount mount;
  } cases[] = {
      {"/data:/data", {kBind, "/data", "/data", kReadWrite, kKeep}},
      {"/data:/data:ro", {kBind, "/data", "/data", kReadOnly, kKeep}},
      {"/data:/data:rw", {kBind, "/data", "/data", kReadWrite, kKeep}},
      {"/data:/data:z", {kBind, "/data", "/data", kReadWrite, kShared}},
      {"/data:/data:ro,Z", {kBind, "/data", "/data", kReadOnly, kPrivate}},
      {"/data:/data:z,ro", {kBind, "/data", "/data", kReadOnly, kShared}},
      {"/a:b:c:/data", {kBind, "/a:b:c", "/data", kReadWrite, kKeep}},
      {"/a:/b:/c:ro", {kBind, "/a:/b", "/c", kReadOnly, kKeep}},
      {"/with space,\"and\" \xC3\xA9:/w",
       {kBind, "/with space,\"and\" \xC3\xA9", "/w", kReadWrite, kKeep}},
      {"~/data:/data", {kBind, "/home/ann/data", "/data", kReadWrite, kKeep}},
      {"~:/h", {kBind, "/home/ann", "/h", kReadWrite, kKeep}},
      {"./data:/data", {kBind, "/src/app/data", "/data", kReadWrite, kKeep}},
      {"../data:/data", {kBind, "/src/data", "/data", kReadWrite, kKeep}},
      {".:/data", {kBind, "/src/app", "/data", kReadWrite, kKeep}},
      {"/a//b/../c/:/d//e/", {kBind, "/a/c", "/d/e", kReadWrite, kKeep}},
      {"cache:/cache", {kVolume, "cache", "/cache", kReadWrite, kKeep}},
      {"my.cache_1-x:/cache:ro", {kVolume, "my.cache_1-x", "/cache", kReadOnly, kKeep}},
      {"/:/host:ro", {kBind, "/", "/host", kReadOnly, kKeep}},
  };
  for (const auto& [text, mount] : cases) EXPECT_EQ(parsed(text), mount) << text;
}

TEST(ParseVolume, RefusesEverythingElse) {
  const struct {
    std::string_view text;
    std::string_view why;
  } cases[] = {
      {"", "missing"},
      {"/data", "missing"},
      {":/data", "missing"},
      {"/data:data", "missing"},
      {"/data:", "missing"},
      {"/data:/data:x", "option \"x\""},
      {"/data:/data:", "option \"\""},
      {"/data:/data:ro,", "option \"\""},
      {"/data:/data:ro,rw", "option \"rw\""},
      {"/data:/data:z,Z", "option \"Z\""},
      {"/data:/data:ro:z", "option \"ro:z\""},
      {"data/set:/data", "neither a path nor the name"},
      {"-v:/data", "neither a path nor the name"},
      {"~bob/data:/data", "neither a path nor the name"},
      {"...:/data", "neither a path nor the name"},
      {"/da\nta:/data", "control character"},
      {"/data:/da\nta", "control character"},
      {std::string_view("/da\0ta:/data", 12), "control character"},
      {"/da\xC2\x85ta:/data", "control character"},
      {"/da\xFFta:/data", "not UTF-8"},
  };
  for (const auto& [text, why] : cases) {
    const Result<Mount> mount = parse_volume(text, "/home/ann", "/src/app");
    ASSERT_FALSE(mount.ok()) << text;
    EXPECT_EQ(mount.error().code(), ErrorCode::kUsage) << text;
    EXPECT_NE(mount.error().text().find(why), std::string::npos)
        << text << " -> " << mount.error().text();
    EXPECT_FALSE(mount.error().hint().empty()) << text;
  }
}

TEST(ParseVolume, ErrorsCannotDriveATerminal) {
  const Result<Mount> mount = parse_volume("/\x1B[2J:/data", "/home/ann", "/src/app");
  ASSERT_FALSE(mount.ok());
  EXPECT_EQ(mount.error().text().find('\x1B'), std::string::npos);
  EXPECT_NE(mount.error().text().find("\\x1b"), std::string::npos);
}

TEST(ParseVolume, WhateverItAcceptsCanBeMounted) {
  testing_support::RandomText texts(7);
  int accepted = 0;
  for (int at = 0; at < kTries; ++at) {
    const std::string text = texts.next();
    const Result<Mount> mount = parse_volume(text, "/home/ann", "/src/app");
    if (!mount.ok()) continue;
    ++accepted;
    EXPECT_TRUE(check_mountable(mount->source).ok() && check_mountable(mount->target).ok()) << text;
    EXPECT_EQ(normalize_path(mount->target), mount->target) << text;
    if (mount->kind == MountKind::kBind) {
      EXPECT_EQ(normalize_path(mount->source), mount->source) << text;
    } else {
      EXPECT_EQ(mount->source.find('/'), std::string::npos) << text;
    }
  }
  EXPECT_GT(accepted, kTries / 100);
}

TEST(ParseVolume, ReadsBackWhatItWouldBeWrittenAs) {
  testing_support::RandomText texts(11);
  for (int at = 0; at < kTries; ++at) {
    const Result<Mount> first = parse_volume(texts.next(), "/home/ann", "/src/app");
    // A `:/` in the target is where the text would be split instead.
    if (!first.ok() || first->target.find(':') != std::string::npos) continue;
    const std::string_view access = first->access == MountAccess::kReadOnly ? "ro" : "rw";
    std::string text = first->source + ":" + first->target + ":" + std::string(access);
    if (first->label != MountLabel::kKeep)
      text += first->label == MountLabel::kShared ? ",z" : ",Z";
    const Result<Mount> second = parse_volume(text, "/elsewhere", "/elsewhere");
    ASSERT_TRUE(second.ok()) << text;
    EXPECT_EQ(*second, *first) << text;
  }
}

TEST(CheckMountable, TakesPathsOfAnyScriptAndPunctuation) {
  for (const char* path :
       {"/", "/a b", "/a:b", "/a,b", "/a\"b", "/\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", "/a'b\\c"}) {
    EXPECT_TRUE(check_mountable(path).ok()) << path;
  }
}

TEST(CheckMountable, RefusesControlCharactersAndBrokenUtf8) {
  const std::string_view bad[] = {"/a\nb",
                                  "/a\rb",
                                  "/a\tb",
                                  "/a\x01",
                                  "/a\x7F",
                                  "/a\xC2\x80",
                                  std::string_view("/\0", 2),
                                  "/\x80",
                                  "/\xC0\xAF",
                                  "/\xC3",
                                  "/\xE0\x80\xAF",
                                  "/\xED\xA0\x80",
                                  "/\xF0\x80\x80\xAF",
                                  "/\xF4\x90\x80\x80",
                                  "/\xF5\x80\x80\x80"};
  for (const std::string_view path : bad) {
    const Result<void> checked = check_mountable(path);
    ASSERT_FALSE(checked.ok()) << visible_text(path);
    EXPECT_EQ(checked.error().code(), ErrorCode::kUsage);
    EXPECT_TRUE(check_mountable(checked.error().text()).ok())
        << "the message itself can be printed";
  }
}

TEST(NormalizePath, RemovesWhatSaysNothing) {
  const struct {
    const char* path;
    const char* normal;
  } cases[] = {{"/", "/"},
               {"//", "/"},
               {"/.", "/"},
               {"/..", "/"},
               {"/../..", "/"},
               {"/a/", "/a"},
               {"/a//b", "/a/b"},
               {"/a/./b", "/a/b"},
               {"/a/../b", "/b"},
               {"/a/b/..", "/a"},
               {"/../a", "/a"},
               {"/...", "/..."},
               {"/a/.b/..c", "/a/.b/..c"}};
  for (const auto& [path, normal] : cases) EXPECT_EQ(normalize_path(path), normal) << path;
}

TEST(NormalizePath, IsAbsoluteAndAFixedPointForAnyText) {
  testing_support::RandomText texts(3);
  for (int at = 0; at < kTries; ++at) {
    const std::string normal = normalize_path("/" + texts.next());
    EXPECT_TRUE(normal.starts_with('/'));
    EXPECT_EQ(normalize_path(normal), normal);
    EXPECT_EQ(normal.find("//"), std::string::npos);
    EXPECT_EQ((normal + "/").find("/../"), std::string::npos);
    EXPECT_EQ((normal + "/").find("/./"), std::string::npos);
    EXPECT_TRUE(normal == "/" || !normal.ends_with('/'));
  }
}

TEST(IsWithin, ComparesWholeNames) {
  EXPECT_TRUE(is_within("/a", "/a"));
  EXPECT_TRUE(is_within("/a/b/c", "/a"));
  EXPECT_TRUE(is_within("/a", "/"));
  EXPECT_TRUE(is_within("/", "/"));
  EXPECT_FALSE(is_within("/ab", "/a"));
  EXPECT_FALSE(is_within("/a", "/a/b"));
  EXPECT_FALSE(is_within("/", "/a"));
  EXPECT_FALSE(is_within("/home/developer2", "/home/developer"));
}

TEST(IsWithin, IsAPartialOrderThatHoldsForWhatIsAppended) {
  testing_support::RandomText texts(5);
  for (int at = 0; at < kTries; ++at) {
    const std::string a = normalize_path("/" + texts.next());
    const std::string b = normalize_path("/" + texts.next());
    EXPECT_TRUE(is_within(a, a));
    EXPECT_TRUE(is_within(a, "/"));
    EXPECT_TRUE(is_within(normalize_path(a + "/x"), a));
    EXPECT_FALSE(is_within(a, normalize_path(a + "/x")));
    EXPECT_EQ(is_within(a, b) && is_within(b, a), a == b);
  }
}

TEST(AbsolutePath, TakesRelativePathsFromTheDirectory) {
  EXPECT_EQ(absolute_path("/a/../b", "/home/ann", "/src"), "/b");
  EXPECT_EQ(absolute_path("b/c", "/home/ann", "/src"), "/src/b/c");
  EXPECT_EQ(absolute_path("", "/home/ann", "/src"), "/src");
  EXPECT_EQ(absolute_path("..", "/home/ann", "/src"), "/");
  EXPECT_EQ(absolute_path("~", "/home/ann", "/src"), "/home/ann");
  EXPECT_EQ(absolute_path("~/bin", "/home/ann", "/src"), "/home/ann/bin");
  EXPECT_EQ(absolute_path("~bob", "/home/ann", "/src"), "/src/~bob");
}

TEST(ShellWord, QuotesOnlyWhatAShellWouldRead) {
  EXPECT_EQ(shell_word("make"), "make");
  EXPECT_EQ(shell_word("--a=b:c,d/e@f+1%"), "--a=b:c,d/e@f+1%");
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("a b"), "'a b'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word("$(x)"), "'$(x)'");
  EXPECT_EQ(shell_word("a\nb"), "'a\\x0ab'");
}

TEST(VisibleText, KeepsWordsAndShowsTheRestAsBytes) {
  EXPECT_EQ(visible_text("\xC3\xA9t\xC3\xA9"), "\xC3\xA9t\xC3\xA9");
  EXPECT_EQ(visible_text("a\x1B[0m\x7F"), "a\\x1b[0m\\x7f");
  EXPECT_EQ(visible_text("\xFF\xC2\x9B\xC3"), "\\xff\\xc2\\x9b\\xc3");
  testing_support::RandomText texts(13);
  for (int at = 0; at < kTries; ++at) EXPECT_TRUE(check_mountable(visible_text(texts.next())).ok());
}

}  // namespace
}  // namespace mino
