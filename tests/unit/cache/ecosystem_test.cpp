#include "domain/cache/ecosystem.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace mino {
namespace {

TEST(Ecosystem, EachHasALockfileAPlaceAndAVariableBelowIt) {
  std::set<std::string_view> names;
  std::set<std::string_view> places;
  for (const Ecosystem& ecosystem : ecosystems()) {
    EXPECT_TRUE(names.insert(ecosystem.name).second);
    EXPECT_TRUE(places.insert(ecosystem.directory).second);
    EXPECT_FALSE(ecosystem.lockfiles.empty());
    EXPECT_EQ(ecosystem.directory, std::string("/cache/") + std::string(ecosystem.name));
    ASSERT_FALSE(ecosystem.variables.empty());
    EXPECT_TRUE(ecosystem.variables.front().value.starts_with(ecosystem.directory));
  }
  EXPECT_EQ(names, (std::set<std::string_view>{"npm", "yarn", "pnpm", "cargo", "pip", "poetry",
                                               "uv", "go"}));
}

TEST(Ecosystem, OneVariableNeverMeansTwoPlaces) {
  std::map<std::string_view, std::string_view> values;
  for (const Ecosystem& ecosystem : ecosystems()) {
    for (const CacheVariable& variable : ecosystem.variables)
      EXPECT_EQ(values.emplace(variable.name, variable.value).first->second, variable.value);
  }
}

TEST(Ecosystem, EveryPlaceOfAVariableIsThereFromTheStart) {
  const auto is_there = [](std::string_view value) {
    const std::string_view below = value.substr(kCacheRoot.size() + 1);
    return std::ranges::find(cache_directories(), below.substr(0, below.find('/'))) !=
           cache_directories().end();
  };
  for (const Ecosystem& ecosystem : ecosystems()) {
    EXPECT_TRUE(is_there(ecosystem.directory)) << ecosystem.name;
    for (const CacheVariable& variable : ecosystem.variables)
      EXPECT_TRUE(is_there(variable.value)) << variable.name;
  }
  EXPECT_TRUE(is_there(general_cache_variable().value));
}

TEST(CacheName, ReadsWhatItWrites) {
  for (const CacheName& name :
       {CacheName{"npm", "0123456789ab", ""}, CacheName{"project", "ffffffffffff", "00112233"}}) {
    EXPECT_EQ(parse_cache_name(to_string(name)), name);
  }
  EXPECT_EQ(to_string(CacheName{"go", "0123456789ab", "00112233"}),
            "mino-cache-go-0123456789ab-00112233");
}

TEST(CacheName, IsNoneOfWhatOnlyLooksLikeIt) {
  for (const char* text :
       {"", "mino-cachex", "mino-cache-", "mino-cache-foo", "mino-cache-npm",
        "mino-cache-npm-0123456789a", "mino-cache-npm-0123456789abc", "mino-cache-npm-0123456789AB",
        "mino-cache-npm-0123456789ab-", "mino-cache-npm-0123456789ab-0011223",
        "mino-cache-npm-0123456789ab-001122334", "mino-cache-npm-0123456789ab-0011223g",
        "mino-cache-npm-0123456789ab/..", "mino-cache-nix-0123456789ab",
        "my-mino-cache-npm-0123456789ab", "mino-cache-npm-0123456789ab-00112233-1"}) {
    EXPECT_FALSE(parse_cache_name(text).has_value()) << text;
  }
}

TEST(HomeVolumeName, HasTwelveDigits) {
  EXPECT_TRUE(is_home_volume_name("mino-home-0123456789ab"));
  for (const char* text : {"mino-home-", "mino-home-mine", "mino-home-0123456789abc",
                           "x-mino-home-0123456789ab", "mino-home-0123456789ab-1"})
    EXPECT_FALSE(is_home_volume_name(text)) << text;
}

}  // namespace
}  // namespace mino
