#include "domain/session/session_name.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <string>
#include <vector>

namespace mino {
namespace {

TEST(SessionName, AcceptsNames) {
  for (const std::string& name :
       std::vector<std::string>{"a", "7", "A.b_c-d", "fix-bug.2", std::string(63, 'x')}) {
    const Result<SessionName> parsed = SessionName::parse(name);
    ASSERT_TRUE(parsed.ok()) << name;
    EXPECT_EQ(parsed->str(), name);
  }
}

TEST(SessionName, RefusesWhatCouldBeAPathOrAnOption) {
  for (const std::string_view name :
       {"", ".", "..", ".hidden", "-x", "_x", "a/b", "a b", "a\n", "\xc3\xa4"}) {
    const Result<SessionName> parsed = SessionName::parse(name);
    ASSERT_FALSE(parsed.ok()) << name;
    EXPECT_EQ(parsed.error().code(), ErrorCode::kUsage);
  }
  EXPECT_FALSE(SessionName::parse(std::string_view("a\0b", 3)).ok());
  EXPECT_FALSE(SessionName::parse(std::string(64, 'x')).ok());
}

TEST(SessionName, GeneratesWordsByLowBitsAndDigitsByHighOnes) {
  EXPECT_EQ(SessionName::generate(0).str(), "agile-acorn-0000");
  EXPECT_EQ(SessionName::generate(0x1A2B'0000'0000'0000U).str(), "agile-acorn-1a2b");
  EXPECT_EQ(SessionName::generate(1).str(), "amber-acorn-0000");
  EXPECT_EQ(SessionName::generate(64).str(), "agile-alder-0000");
  EXPECT_EQ(SessionName::generate(std::numeric_limits<std::uint64_t>::max()).str(),
            "witty-willow-ffff");
}

TEST(SessionName, GeneratesValidNamesThatDiffer) {
  std::set<std::string> names;
  for (std::uint64_t low = 0; low < 4096; ++low) {
    const SessionName name = SessionName::generate(low);
    EXPECT_TRUE(SessionName::parse(name.str()).ok()) << name.str();
    names.insert(name.str());
  }
  EXPECT_EQ(names.size(), 4096U);
}

}  // namespace
}  // namespace mino
