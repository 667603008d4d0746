#include "adapters/gateway/name_pool.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "domain/network/egress_policy.hpp"

namespace mino::gateway {
namespace {

HostName name(const std::string& text) { return HostName::parse(text).value(); }
HostName numbered(std::size_t number) { return name("n" + std::to_string(number) + ".example"); }
IpAddress address(std::string_view text) { return IpAddress::parse(text).value(); }

TEST(NamePool, FirstNameComesBehindTheResolversBlock) {
  NamePool pool;
  const auto first = pool.addresses_of(name("github.com"), NamePool::Pool::kAllowed);
  ASSERT_TRUE(first);
  EXPECT_EQ("198.18.1.0", first->v4.to_string());
  EXPECT_EQ("fd6d:696e:6f00::100", first->v6.to_string());
  EXPECT_EQ(name("github.com"), pool.name_of(first->v4));
  EXPECT_EQ(name("github.com"), pool.name_of(first->v6));
}

TEST(NamePool, ANameKeepsItsAddresses) {
  NamePool pool;
  const auto first = pool.addresses_of(name("a.example"), NamePool::Pool::kDenied);
  const auto other = pool.addresses_of(name("b.example"), NamePool::Pool::kAllowed);
  EXPECT_NE(first, other);
  EXPECT_EQ(first, pool.addresses_of(name("a.example"), NamePool::Pool::kDenied));
  EXPECT_EQ(first, pool.addresses_of(name("a.example"), NamePool::Pool::kAllowed));
  EXPECT_EQ(first, pool.addresses_of(name("a.example"), NamePool::Pool::kDenied));
}

TEST(NamePool, KnowsNoNameOfAddressesItDidNotHandOut) {
  NamePool pool;
  ASSERT_TRUE(pool.addresses_of(name("a.example"), NamePool::Pool::kAllowed));
  for (const std::string_view text :
       {"198.18.0.0", "198.18.0.1", "198.18.0.255", "198.18.1.1", "198.19.1.0", "198.20.1.0",
        "8.8.8.8", "fd6d:696e:6f00::", "fd6d:696e:6f00::1", "fd6d:696e:6f00::101",
        "fd6d:696e:6f00:1::100", "fd6d:696e:6f00::1:0:100", "fd6d:696e:6f00::100:100",
        "fd6d:696e:6f01::100", "::100", "::ffff:198.18.1.0"}) {
    EXPECT_EQ(std::nullopt, pool.name_of(address(text))) << text;
  }
}

TEST(NamePool, DeniedNamesLeaveRoomForAllowedOnes) {
  NamePool pool;
  std::set<IpAddress> seen;
  for (std::size_t i = 0; i < NamePool::kMaxDeniedNames; ++i) {
    const auto addresses = pool.addresses_of(numbered(i), NamePool::Pool::kDenied);
    ASSERT_TRUE(addresses);
    seen.insert(addresses->v4);
  }
  EXPECT_FALSE(pool.addresses_of(name("one-more.example"), NamePool::Pool::kDenied));
  EXPECT_TRUE(pool.addresses_of(numbered(0), NamePool::Pool::kDenied)) << "a known name";
  for (std::size_t i = NamePool::kMaxDeniedNames; i < NamePool::kMaxNames; ++i) {
    const auto addresses = pool.addresses_of(numbered(i), NamePool::Pool::kAllowed);
    ASSERT_TRUE(addresses);
    seen.insert(addresses->v4);
    ASSERT_EQ(numbered(i), pool.name_of(addresses->v6));
    ASSERT_TRUE(synthetic_v4().contains(addresses->v4));
    ASSERT_TRUE(synthetic_v6().contains(addresses->v6));
  }
  EXPECT_EQ(NamePool::kMaxNames, seen.size());
  EXPECT_FALSE(pool.addresses_of(name("one-more.example"), NamePool::Pool::kAllowed));
  EXPECT_EQ(numbered(5),
            pool.name_of(pool.addresses_of(numbered(5), NamePool::Pool::kAllowed)->v4));
}

TEST(NamePool, ANameThatIsAllowedLaterMakesRoomForADeniedOne) {
  NamePool pool;
  for (std::size_t i = 0; i < NamePool::kMaxDeniedNames; ++i) {
    ASSERT_TRUE(pool.addresses_of(numbered(i), NamePool::Pool::kDenied));
  }
  ASSERT_TRUE(pool.addresses_of(numbered(7), NamePool::Pool::kAllowed));
  ASSERT_TRUE(pool.addresses_of(numbered(7), NamePool::Pool::kAllowed));
  EXPECT_TRUE(pool.addresses_of(name("a.example"), NamePool::Pool::kDenied));
  EXPECT_FALSE(pool.addresses_of(name("b.example"), NamePool::Pool::kDenied));
}

}  // namespace
}  // namespace mino::gateway
