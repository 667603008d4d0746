#include "cli/suggest.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace mino::cli {
namespace {

TEST(EditDistance, CountsEachKindOfSlip) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("list", "lst"), 1U);
  EXPECT_EQ(edit_distance("list", "listt"), 1U);
  EXPECT_EQ(edit_distance("list", "lost"), 1U);
  EXPECT_EQ(edit_distance("list", "lsit"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(Nearest, NamesTheCloseOneOnly) {
  constexpr std::array<std::string_view, 4> kCandidates = {"run", "list", "logs", "completions"};
  EXPECT_EQ(nearest("lst", kCandidates), "list");
  EXPECT_EQ(nearest("rnu", kCandidates), "run");
  EXPECT_EQ(nearest("complteions", kCandidates), "completions");
  EXPECT_EQ(nearest("frobnicate", kCandidates), "");
  EXPECT_EQ(nearest("", kCandidates), "");
  EXPECT_EQ(nearest("xyz", kCandidates), "");
  EXPECT_EQ(nearest(std::string(100'000, 'l'), kCandidates), "");
}

}  // namespace
}  // namespace mino::cli
