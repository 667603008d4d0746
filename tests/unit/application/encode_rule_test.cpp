#include "application/encode_rule.hpp"

#include <gtest/gtest.h>

#include "tests/fakes/fake_domain_name_encoder.hpp"

namespace mino::application {
namespace {

TEST(EncodeRule, LeavesAsciiAsItIs) {
  const fakes::FakeDomainNameEncoder names;
  for (const char* text :
       {"github.com:443", " GitHub.com:443", "*.a.example:*", "[::1]:80", "", ":"})
    EXPECT_EQ(encode_rule(names, text).value(), text);
}

TEST(EncodeRule, EncodesTheHostAlone) {
  const fakes::FakeDomainNameEncoder names;
  EXPECT_EQ(encode_rule(names, "b\u00fccher.example:443").value(), "xn--bcher-kva.example:443");
  EXPECT_EQ(encode_rule(names, " *.b\u00fccher.example:*").value(), "*.xn--bcher-kva.example:*");
  EXPECT_EQ(encode_rule(names, "b\u00fccher.example").value(), "xn--bcher-kva.example");
}

TEST(EncodeRule, RefusesWhatIsNoName) {
  const fakes::FakeDomainNameEncoder names;
  for (const char* text : {"\xff.example:443", "\u00fc:443", "\uff11\uff10.0.0.1:443"}) {
    const auto encoded = encode_rule(names, text);
    ASSERT_FALSE(encoded.ok()) << text;
    EXPECT_EQ(encoded.error().code(), ErrorCode::kUsage);
    EXPECT_EQ(encoded.error().text().find('\xff'), std::string::npos);
  }
}

}  // namespace
}  // namespace mino::application
