#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "adapters/gateway/dial_address.hpp"
#include "adapters/gateway/dial_service.hpp"

namespace mino::gateway {
namespace {

std::vector<IpAddress> addresses(const std::vector<std::string_view>& texts) {
  std::vector<IpAddress> result;
  result.reserve(texts.size());
  for (const std::string_view text : texts) result.push_back(IpAddress::parse(text).value());
  return result;
}

TEST(DialTargets, KeepsOnlyThePublicOnesOfAMixedAnswer) {
  const DialTargets targets =
      choose_targets(addresses({"10.0.0.1", "8.8.8.8", "::1", "2001:4860:4860::8888",
                                "169.254.169.254", "64:ff9b::a00:1"}),
                     PrivateAnswers::kRefused, 16);
  EXPECT_EQ(targets.allowed, addresses({"8.8.8.8", "2001:4860:4860::8888"}));
  EXPECT_EQ(targets.refused, IpAddress::parse("10.0.0.1"));
}

TEST(DialTargets, KeepsAllWhenPrivateAnswersAreAllowed) {
  const DialTargets targets =
      choose_targets(addresses({"10.0.0.1", "8.8.8.8"}), PrivateAnswers::kAllowed, 16);
  EXPECT_EQ(targets.allowed, addresses({"10.0.0.1", "8.8.8.8"}));
  EXPECT_FALSE(targets.refused);
}

TEST(DialTargets, TakesNoMoreThanTheLimit) {
  EXPECT_EQ(choose_targets(addresses({"10.0.0.1", "8.8.8.8", "8.8.4.4", "1.1.1.1"}),
                           PrivateAnswers::kRefused, 2)
                .allowed,
            addresses({"8.8.8.8", "8.8.4.4"}));
}

TEST(DialTargets, TakeTurnsByFamilyStartingWithTheFirst) {
  EXPECT_EQ(interleaved(addresses({"2001:db8::1", "2001:db8::2", "2001:db8::3", "1.1.1.1"})),
            addresses({"2001:db8::1", "1.1.1.1", "2001:db8::2", "2001:db8::3"}));
  EXPECT_EQ(interleaved(addresses({"1.1.1.1", "1.1.1.2", "2001:db8::1"})),
            addresses({"1.1.1.1", "2001:db8::1", "1.1.1.2"}));
  EXPECT_TRUE(interleaved({}).empty());
}

TEST(DialTargets, KnowTheAddressBehindAMappedOne) {
  EXPECT_EQ(unmapped(IpAddress::parse("::ffff:1.2.3.4").value()), IpAddress::parse("1.2.3.4"));
  EXPECT_EQ(unmapped(IpAddress::parse("2001:db8::1").value()), IpAddress::parse("2001:db8::1"));
}

TEST(DialTargets, LetADestinationBePrivateButNotTheHostItself) {
  EXPECT_FALSE(is_never_dialled(IpAddress::parse("10.0.0.1").value()));
  EXPECT_FALSE(is_never_dialled(IpAddress::parse("fd00::1").value()));
  EXPECT_FALSE(is_never_dialled(IpAddress::parse("8.8.8.8").value()));
  EXPECT_TRUE(is_never_dialled(IpAddress::parse("127.1.2.3").value()));
  EXPECT_TRUE(is_never_dialled(IpAddress::parse("::ffff:0.0.0.0").value()));
  EXPECT_TRUE(is_never_dialled(IpAddress::parse("2002:7f00:1::").value()));
}

}  // namespace
}  // namespace mino::gateway
