#include "domain/network/ip_address.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mino {
namespace {

IpAddress address(std::string_view text) { return IpAddress::parse(text).value(); }
IpNetwork network(std::string_view text) { return IpNetwork::parse(text).value(); }

TEST(IpAddress, TextIsCanonical) {
  const struct {
    const char* text;
    const char* canonical;
  } cases[] = {
      {"0.0.0.0", "0.0.0.0"},
      {"255.255.255.255", "255.255.255.255"},
      {"140.82.121.3", "140.82.121.3"},
      {"::", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"0:0:0:0:0:0:0:1", "::1"},
      {"2001:DB8::00A1", "2001:db8::a1"},
      {"2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
      // RFC 5952 section 4.2.2: one group alone is not shortened.
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      // Section 4.2.3: the longest run, the first of two that are equally long.
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
      {"1:0:0:2:0:0:0:0", "1:0:0:2::"},
      {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
      {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
      {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
      {"::ffff:1.2.3.4", "::ffff:1.2.3.4"},
      {"::FFFF:102:304", "::ffff:1.2.3.4"},
      {"::1.2.3.4", "::102:304"},
      {"64:ff9b::1.2.3.4", "64:ff9b::102:304"},
      {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
  };
  for (const auto& [text, canonical] : cases) {
    const std::optional<IpAddress> parsed = IpAddress::parse(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->to_string(), canonical) << text;
    EXPECT_EQ(IpAddress::parse(parsed->to_string()), parsed) << text;
  }
}

TEST(IpAddress, RefusesWhatIsNone) {
  using namespace std::string_literals;
  const std::string cases[] = {"",
                               " ",
                               "1",
                               "1.2.3",
                               "1.2.3.4.5",
                               "1.2.3.4.",
                               ".1.2.3.4",
                               "1..2.3",
                               "256.1.1.1",
                               "1.2.3.1000",
                               "01.2.3.4",
                               "1.2.3.00",
                               "0x7f.0.0.1",
                               "0x7f000001",
                               "017700000001",
                               "2130706433",
                               "127.1",
                               "127.0.1",
                               "+1.2.3.4",
                               "-1.2.3.4",
                               "1.2.3.4 ",
                               " 1.2.3.4",
                               "1.2.3.4\0"s,
                               "1.2.3.4%eth0",
                               "1,2,3,4",
                               ":",
                               ":::",
                               "1:",
                               ":1",
                               "1:2:3:4:5:6:7",
                               "1:2:3:4:5:6:7:8:9",
                               "1:2:3:4:5:6:7:8::",
                               "::1:2:3:4:5:6:7:8",
                               "1::2::3",
                               "12345::",
                               "g::",
                               "::1%lo",
                               "fe80::1%25eth0",
                               "[::1]",
                               "::1/128",
                               "::ffff:1.2.3",
                               "::ffff:01.2.3.4",
                               "::1.2.3.4:5",
                               "1.2.3.4::",
                               "1:2:3:4:5:6:7:1.2.3.4",
                               "::ffff:0x7f.0.0.1",
                               "::-1",
                               "::+1",
                               "\xEF\xBC\x91.2.3.4"};
  for (const std::string& text : cases) EXPECT_FALSE(IpAddress::parse(text)) << text;
}

TEST(IpAddress, BytesGoInAndOut) {
  const IpAddress v4 = IpAddress::from_v4({192, 0, 2, 1});
  EXPECT_TRUE(v4.is_v4());
  EXPECT_EQ(v4.v4_bytes(), (IpAddress::V4Bytes{192, 0, 2, 1}));
  EXPECT_EQ(v4.v6_bytes(),
            (IpAddress::V6Bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 0, 2, 1}));
  const IpAddress mapped = IpAddress::from_v6(v4.v6_bytes());
  EXPECT_FALSE(mapped.is_v4());
  EXPECT_NE(mapped, v4) << "a mapped address stays what it is spelled as";
  EXPECT_EQ(mapped, address("::ffff:192.0.2.1"));
}

TEST(IpNetwork, TextIsCanonical) {
  const struct {
    const char* text;
    const char* canonical;
  } cases[] = {{"10.0.0.0/8", "10.0.0.0/8"},
               {"0.0.0.0/0", "0.0.0.0/0"},
               {"10.1.2.3", "10.1.2.3"},
               {"10.1.2.3/32", "10.1.2.3"},
               {"2001:DB8:0::/32", "2001:db8::/32"},
               {"::/0", "::/0"},
               {"::1/128", "::1"},
               {"::ffff:10.0.0.0/104", "::ffff:10.0.0.0/104"},
               {"128.0.0.0/1", "128.0.0.0/1"},
               {"fe80::/10", "fe80::/10"}};
  for (const auto& [text, canonical] : cases) {
    const std::optional<IpNetwork> parsed = IpNetwork::parse(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->to_string(), canonical);
    EXPECT_EQ(IpNetwork::parse(parsed->to_string()), parsed) << text;
  }
}

TEST(IpNetwork, RefusesWhatIsNone) {
  for (const char* text : {"",
                           "/8",
                           "10.0.0.0/",
                           "10.0.0.0/33",
                           "10.0.0.0/-1",
                           "10.0.0.0/+8",
                           "10.0.0.0/08",
                           "10.0.0.0/8/8",
                           "10.0.0.0 /8",
                           "10.0.0.0/ 8",
                           "10.0.0.1/8",
                           "10.0.0.0/7.",
                           "11.0.0.0/7",
                           "::/129",
                           "::1/127",
                           "2001:db8::/31x",
                           "2001:db8::/16",
                           "10/8",
                           "10.0.0.0/255.0.0.0",
                           "10.0.0.0/1000"})
    EXPECT_FALSE(IpNetwork::parse(text)) << text;
}

TEST(IpNetwork, HoldsItsAddressesAndNoOthers) {
  const struct {
    const char* block;
    const char* inside;
    const char* outside;
  } cases[] = {
      {"10.0.0.0/8", "10.255.255.255", "11.0.0.0"},
      {"172.16.0.0/12", "172.31.255.255", "172.32.0.0"},
      {"192.168.4.0/22", "192.168.7.255", "192.168.8.0"},
      {"1.2.3.4", "1.2.3.4", "1.2.3.5"},
      {"0.0.0.0/0", "255.255.255.255", "::1"},
      {"0.0.0.0/0", "0.0.0.0", "::ffff:1.2.3.4"},
      {"::/0", "ffff::", "1.2.3.4"},
      {"::ffff:0.0.0.0/96", "::ffff:1.2.3.4", "1.2.3.4"},
      {"fe80::/10", "febf:ffff::1", "fec0::"},
      {"2001:db8::/32", "2001:db8:ffff::", "2001:db9::"},
      {"2001:db8::1", "2001:db8::1", "2001:db8::2"},
  };
  for (const auto& [block, inside, outside] : cases) {
    EXPECT_TRUE(network(block).contains(address(inside))) << block;
    EXPECT_FALSE(network(block).contains(address(outside))) << block << " " << outside;
  }
}

TEST(IpNetwork, HoldsBlocksAsAWhole) {
  EXPECT_TRUE(network("10.0.0.0/8").contains(network("10.0.0.0/8")));
  EXPECT_TRUE(network("10.0.0.0/8").contains(network("10.4.0.0/16")));
  EXPECT_FALSE(network("10.4.0.0/16").contains(network("10.0.0.0/8")));
  EXPECT_FALSE(network("0.0.0.0/0").contains(network("::/0")));
}

TEST(IpNetwork, KnowsABlockOfOne) {
  EXPECT_TRUE(network("1.2.3.4").is_single());
  EXPECT_TRUE(network("::1").is_single());
  EXPECT_FALSE(network("1.2.3.4/31").is_single());
  EXPECT_FALSE(network("::/32").is_single());
  EXPECT_EQ(IpNetwork::of(address("::1")), network("::1/128"));
}

}  // namespace
}  // namespace mino
