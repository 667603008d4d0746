#include <gtest/gtest.h>

#include <string>

#include "domain/network/ip_address.hpp"

namespace mino {
namespace {

std::optional<std::string_view> why(std::string_view text) {
  return why_not_public(IpAddress::parse(text).value());
}

TEST(WhyNotPublic, EachBlockOfTheRegistriesFromItsFirstAddressToItsLast) {
  const struct {
    const char* before;  ///< a public neighbour, or empty
    const char* first;
    const char* last;
    const char* after;
    const char* what;
  } cases[] = {
      {"", "0.0.0.0", "0.255.255.255", "1.0.0.0", "an unspecified address"},
      {"9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0", "a private address"},
      {"100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0",
       "an address behind a carrier's NAT"},
      {"126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0", "a loopback address"},
      {"169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0", "a link-local address"},
      {"172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0", "a private address"},
      {"191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0",
       "an address reserved for a protocol"},
      {"192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0", "a documentation address"},
      {"192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0",
       "an address reserved for a protocol"},
      {"192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0", "a private address"},
      {"198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0", "a benchmarking address"},
      {"198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0",
       "a documentation address"},
      {"203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0", "a documentation address"},
      {"223.255.255.255", "224.0.0.0", "239.255.255.255", "", "a multicast address"},
      {"", "240.0.0.0", "255.255.255.254", "", "a reserved address"},
      {"", "255.255.255.255", "255.255.255.255", "", "the broadcast address"},
      {"", "::", "::", "", "an unspecified address"},
      {"", "::1", "::1", "", "a loopback address"},
      {"", "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "",
       "an address of a local translator"},
      {"", "100::", "100::1:ffff:ffff:ffff:ffff", "", "a discard-only address"},
      {"", "2001:1::", "2001:1:ffff:ffff:ffff:ffff:ffff:ffff", "",
       "an address reserved for a protocol"},
      {"", "2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff", "", "a benchmarking address"},
      {"", "2001:10::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
       "2001:200::", "an address reserved for a protocol"},
      {"2001:db7:ffff::", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
       "2001:db9::", "a documentation address"},
      {"3ffe:ffff::", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
       "3fff:1000::", "a documentation address"},
      {"", "5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", "a segment routing address"},
      {"", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", "a private address"},
      {"", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", "a link-local address"},
      {"", "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", "a private address"},
      {"", "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", "a multicast address"},
      {"3fff:ffff::", "4000::", "4fff::", "", "a reserved address"},
  };
  for (const auto& [before, first, last, after, what] : cases) {
    EXPECT_EQ(why(first), what) << first;
    EXPECT_EQ(why(last), what) << last;
    for (const std::string neighbour : {before, after}) {
      if (neighbour.empty()) continue;
      EXPECT_EQ(why(neighbour), std::nullopt) << neighbour;
    }
  }
}

TEST(WhyNotPublic, AddressesOfTheInternetAre) {
  for (const char* text :
       {"1.1.1.1", "8.8.8.8", "140.82.121.3", "223.255.255.254", "2606:4700:4700::1111",
        "2a00:1450:4001:81c::200e", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
        "2002:808:808::1", "2606:4700::5efe:8.8.8.8"})
    EXPECT_EQ(why(text), std::nullopt) << text;
}

TEST(WhyNotPublic, MetadataServicesAreNamed) {
  for (const char* text : {"169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192",
                           "168.63.129.16", "fd00:ec2::254", "fd20:ce::254"})
    EXPECT_EQ(why(text), "a metadata address") << text;
}

TEST(WhyNotPublic, ABlockIsWhatAllOfItIs) {
  const struct {
    const char* block;
    std::optional<std::string_view> what;
  } cases[] = {
      {"10.0.0.0/8", "a private address"},
      {"10.4.0.0/16", "a private address"},
      {"10.1.2.3/32", "a private address"},
      {"127.0.0.0/8", "a loopback address"},
      {"169.254.0.0/16", "a link-local address"},
      {"fd00::/8", "a private address"},
      {"::ffff:10.0.0.0/104", "a private address"},
      {"64:ff9b::10.0.0.0/104", "a private address"},
      {"2002:a00::/24", "a private address"},
      {"2002:7f00:1::/48", "a loopback address"},
      {"2001::a00:0/112", std::nullopt},
      {"4000::/16", "a reserved address"},
      // Each holds public addresses too, though it begins with one that is not.
      {"0.0.0.0/0", std::nullopt},
      {"0.0.0.0/7", std::nullopt},
      {"10.0.0.0/7", std::nullopt},
      {"192.168.0.0/15", std::nullopt},
      {"::/0", std::nullopt},
      {"::/3", std::nullopt},
      {"::/96", std::nullopt},
      {"2001::/16", std::nullopt},
      {"2002::/16", std::nullopt},
      {"::ffff:0.0.0.0/96", std::nullopt},
      {"8.8.8.0/24", std::nullopt},
  };
  for (const auto& [block, what] : cases)
    EXPECT_EQ(why_not_public(IpNetwork::parse(block).value()), what) << block;
}

TEST(EmbeddedV4, IsFoundInEachOfItsHidingPlaces) {
  const struct {
    const char* address;
    const char* inner;
  } cases[] = {
      {"::ffff:169.254.169.254", "169.254.169.254"},
      {"::169.254.169.254", "169.254.169.254"},
      {"::ffff:0:169.254.169.254", "169.254.169.254"},
      {"64:ff9b::169.254.169.254", "169.254.169.254"},
      {"64:ff9b:1:a9fe:a9:fe00::", "169.254.169.254"},
      {"64:ff9b:1::169.254.169.254", "169.254.169.254"},
      {"2002:a9fe:a9fe::1", "169.254.169.254"},
      {"2001:0:808:808:0:0:5601:5601", "169.254.169.254"},
      {"2606:4700::5efe:169.254.169.254", "169.254.169.254"},
      {"fe80::200:5efe:169.254.169.254", "169.254.169.254"},
  };
  for (const auto& [text, inner] : cases) {
    const IpAddress address = IpAddress::parse(text).value();
    EXPECT_EQ(embedded_v4(address), IpAddress::parse(inner)) << text;
    EXPECT_TRUE(why_not_public(address)) << text;
  }
  for (const char* text : {"1.2.3.4", "2606:4700::1", "2003::1.2.3.4", "64:ff9b:0:0:1::1.2.3.4"})
    EXPECT_EQ(embedded_v4(IpAddress::parse(text).value()), std::nullopt) << text;
}

TEST(WhyNotPublic, TeredoIsWhatItsServerAndItsClientAre) {
  EXPECT_EQ(why("2001:0:808:808:0:0:f7f7:f7f7"), std::nullopt);
  EXPECT_EQ(why("2001:0:a00:1:0:0:f7f7:f7f7"), "a private address");
  EXPECT_EQ(why("2001:0:808:808:0:0:f5ff:fffe"), "a private address");
}

TEST(IsHostItself, InWhateverSpelling) {
  for (const char* text : {"127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "::1",
                           "::", "::ffff:127.0.0.1", "::ffff:0.0.0.0", "::127.0.0.1", "::7f00:1",
                           "64:ff9b::127.0.0.1", "2002:7f00:1::", "::ffff:0:127.0.0.1"})
    EXPECT_TRUE(is_host_itself(IpAddress::parse(text).value())) << text;
  for (const char* text : {"128.0.0.1", "10.0.0.1", "169.254.169.254", "fd00::1", "8.8.8.8",
                           "::ffff:10.0.0.1", "2606:4700::1"})
    EXPECT_FALSE(is_host_itself(IpAddress::parse(text).value())) << text;
}

}  // namespace
}  // namespace mino
