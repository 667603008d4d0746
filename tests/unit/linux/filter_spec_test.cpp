#include "domain/network/filter_spec.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace mino {
namespace {

TEST(FilterSpec, ReadsWhatItsOwnerWrites) {
  const auto spec = parse_filter_spec(
      "resolver 10.0.2.3\nallow 140.82.121.3 443\nallow 10.0.0.0/8 *\nallow 2001:db8::/32 65535\n");
  ASSERT_TRUE(spec.ok()) << spec.error().text();
  ASSERT_EQ(spec->resolvers.size(), 1U);
  EXPECT_EQ(spec->resolvers[0].to_string(), "10.0.2.3");
  ASSERT_EQ(spec->allowed.size(), 3U);
  EXPECT_EQ(spec->allowed[0].network.to_string(), "140.82.121.3");
  EXPECT_EQ(spec->allowed[0].port, 443);
  EXPECT_EQ(spec->allowed[1].network.to_string(), "10.0.0.0/8");
  EXPECT_EQ(spec->allowed[1].port, std::nullopt);
  EXPECT_EQ(spec->allowed[2].port, 65535);
  const auto again = parse_filter_spec(to_text(*spec));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*again, *spec);
}

TEST(FilterSpec, NothingAllowsNothing) {
  const auto spec = parse_filter_spec("");
  ASSERT_TRUE(spec.ok());
  EXPECT_EQ(*spec, FilterSpec{});
}

class BadFilterSpec : public ::testing::TestWithParam<std::string_view> {};

TEST_P(BadFilterSpec, IsRefusedWithItsLine) {
  const std::string text = "resolver 1.1.1.1\n" + std::string(GetParam());
  const auto spec = parse_filter_spec(text);
  ASSERT_FALSE(spec.ok()) << text;
  EXPECT_EQ(spec.error().code(), ErrorCode::kCorrupt);
  EXPECT_TRUE(spec.error().message().starts_with("line 2: ")) << spec.error().message();
}

INSTANTIATE_TEST_SUITE_P(
    Lines, BadFilterSpec,
    ::testing::Values("\n", "allow\n", "allow 1.2.3.4\n", "allow 1.2.3.4 \n", "allow 1.2.3.4 0\n",
                      "allow 1.2.3.4 65536\n", "allow 1.2.3.4 0443\n", "allow 1.2.3.4 +443\n",
                      "allow 1.2.3.4 443 \n", "allow 1.2.3.4  443\n", " allow 1.2.3.4 443\n",
                      "allow 1.2.3.4 443\r\n", "allow 1.2.3.4 443", "allow 1.2.3.4 **\n",
                      "allow 1.2.3.4/8 443\n", "allow 010.1.1.1 443\n", "allow example.com 443\n",
                      "allow [::1] 443\n", "allow fe80::1%lo 443\n", "ALLOW 1.2.3.4 443\n",
                      "deny 1.2.3.4 443\n", "resolver\n", "resolver 10.0.0.0/8\n",
                      "resolver 1.1.1.1 53\n", std::string_view("allow 1.2.3.4\0 443\n", 19)));

TEST(FilterSpec, HasBounds) {
  std::string text;
  for (std::size_t i = 0; i < FilterSpec::kMaxAllowed; ++i) text += "allow 1.2.3.4 443\n";
  const auto full = parse_filter_spec(text);
  ASSERT_TRUE(full.ok());
  EXPECT_EQ(full->allowed.size(), FilterSpec::kMaxAllowed);
  EXPECT_FALSE(parse_filter_spec(text + "allow 1.2.3.4 443\n").ok());

  std::string resolvers;
  for (std::size_t i = 0; i < FilterSpec::kMaxResolvers; ++i) resolvers += "resolver ::1\n";
  EXPECT_TRUE(parse_filter_spec(resolvers).ok());
  EXPECT_FALSE(parse_filter_spec(resolvers + "resolver ::1\n").ok());

  EXPECT_FALSE(parse_filter_spec(std::string(FilterSpec::kMaxBytes + 1, '\n')).ok());
}

}  // namespace
}  // namespace mino
