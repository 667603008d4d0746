// Boxes with an allow-list whose allowed names have unusual answers: what is private is not
// reached, and nothing that a name server says stops the rest of the box.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "integration/support/little_internet.hpp"

namespace mino::integration {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Names whose answers are private, by themselves or by an alias.
constexpr const char* kInward[] = {"loopback", "loopback6", "private",
                                   "metadata", "mapped",    "inward"};
constexpr char kInwardRules[] =
    "loopback.example:80,loopback6.example:80,private.example:80,metadata.example:80,"
    "mapped.example:80,inward.example:80";

class LittleInternetAnswers : public LittleInternet {
 protected:
  void SetUp() override {
    LittleInternet::SetUp();
    if (!IsSkipped() && !HasFatalFailure()) open_internet();
  }
};

TEST_F(LittleInternetAnswers, PrivateOnesAreRefusedAndNothingArrives) {
  const auto result =
      run_script(kInwardRules,
                 "for name in loopback loopback6 private metadata mapped inward; do curl -sS "
                 "http://$name.example/; done");
  EXPECT_EQ(count_of(result.out, "\"error\":\"forbidden\""), 6) << result.out << result.err;
  for (const char* name : kInward)
    EXPECT_NE(audit_line("egress.denied", std::string(name) + ".example"), "") << name;
  for (const char* name : {"private", "metadata", "mapped", "inward"})
    EXPECT_THAT(audit_line("egress.denied", std::string(name) + ".example"),
                HasSubstr("private-address"));
  EXPECT_THAT(audit(), Not(HasSubstr("egress.opened")));
  for (const char* place : {"loopback:80", "loopback6:80", "private:80", "metadata:80"})
    EXPECT_EQ(connections(place), 0) << place;
  EXPECT_THAT(arrivals(), HasSubstr("private.example")) << "the answer was asked for";
}

TEST_F(LittleInternetAnswers, PrivateOnesAreReachedWhenThatIsAllowed) {
  const auto result = run(script({"--network-allow", kInwardRules, "--network-allow-private"},
                                 "for name in private mapped inward; do curl -sS "
                                 "http://$name.example/; done; curl -sS http://loopback.example/"));
  EXPECT_EQ(count_of(result.out, "this is private\n"), 3) << result.out << result.err;
  EXPECT_EQ(connections("private:80"), 3);
  EXPECT_EQ(connections("loopback:80"), 0) << "the machine itself is no private network";
}

TEST_F(LittleInternetAnswers, OfMixedOnesOnlyThePublicIsTried) {
  const auto result = run_script("mixed.example:80", "curl -sS http://mixed.example/");
  EXPECT_EQ(result.out, "this is web\n") << result.err;
  EXPECT_EQ(connections("private:80"), 0);
}

TEST_F(LittleInternetAnswers, ANameThatTurnsInwardIsFollowedNoFurther) {
  const auto result = run_script(
      "rebinding.example:80",
      "curl -sS http://rebinding.example/; i=0; while [ $i -lt 100 ]; do i=$((i+1)); curl -sS "
      "http://rebinding.example/ >answer; grep -q forbidden answer && break; sleep 0.1; "
      "done; cat answer");
  EXPECT_THAT(result.out, HasSubstr("this is web\n")) << result.err;
  EXPECT_THAT(result.out, HasSubstr("\"error\":\"forbidden\""));
  EXPECT_THAT(audit_line("egress.denied", "rebinding.example"), HasSubstr("127.0.0.1"));
  EXPECT_EQ(connections("loopback:80"), 0);
}

TEST_F(LittleInternetAnswers, AliasesAreFollowed) {
  const auto result = run_script("alias.example:443", "curl -sS https://alias.example/");
  EXPECT_EQ(result.out, "this is web\n") << result.err;
}

TEST_F(LittleInternetAnswers, AliasesThatGoRoundAreAFailureOfTheirOwn) {
  const auto result = run_script("loop.example:80,web.example:80",
                                 "curl -sS http://loop.example/; curl -sS http://web.example/");
  EXPECT_THAT(result.out, HasSubstr("this is web\n")) << result.err;
  EXPECT_NE(audit_line("egress.failed", "loop.example"), "") << audit();
}

TEST_F(LittleInternetAnswers, OfAThousandTheFirstOnesAreTried) {
  const auto result =
      run_script("many.example:8080,many.example:81,web.example:80",
                 "curl -sS http://many.example:81/; curl -sS http://many.example:8080/; curl -sS "
                 "http://web.example/");
  EXPECT_THAT(result.out, HasSubstr("this is many\n")) << result.err;
  EXPECT_THAT(result.out, HasSubstr("this is web\n"));
  EXPECT_EQ(connections("many:8080"), 1);
  EXPECT_THAT(audit_line("egress.failed", "many.example"), HasSubstr("refused"));
}

TEST_F(LittleInternetAnswers, OneThatNeverComesIsWaitedForOnlySoLong) {
  const auto result =
      run_script("silent.example:80,web.example:80",
                 "curl -sS --max-time 60 http://silent.example/ >silent 2>&1 & curl -sS "
                 "http://web.example/; wait; cat silent");
  EXPECT_FALSE(result.timed_out);
  EXPECT_THAT(result.out, HasSubstr("this is web\n")) << result.err;
  EXPECT_THAT(result.out, Not(HasSubstr("timed out"))) << "the gateway gives up before the client";
  EXPECT_NE(audit_line("egress.failed", "silent.example"), "") << audit();
}

TEST_F(LittleInternetAnswers, ANameWithoutIpv4IsReached) {
  if (slurp("/proc/net/if_inet6").find("26062800022000010000000000000016") == std::string::npos)
    GTEST_SKIP() << "this machine has no IPv6";
  const auto result = run_script("v6.example:443", "curl -sS https://v6.example/");
  EXPECT_EQ(result.out, "this is v6\n") << result.err;
  EXPECT_EQ(connections("v6:443"), 1);
  EXPECT_THAT(audit_line("egress.opened", "v6.example"), HasSubstr("2606:2800:220:1::16"));
}

TEST_F(LittleInternetAnswers, ANameThatIsNotThereIsAFailureOfItsOwn) {
  const auto result = run_script("missing.example:80", "curl -sS http://missing.example/; echo $?");
  EXPECT_THAT(result.out, Not(HasSubstr("this is")));
  EXPECT_NE(audit_line("egress.failed", "missing.example"), "") << audit();
}

}  // namespace
}  // namespace mino::integration
