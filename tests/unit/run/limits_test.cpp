#include "domain/run/limits.hpp"

#include <gtest/gtest.h>

#include "tests/unit/run/run_inputs.hpp"

namespace mino {
namespace {

using testing_support::flag_origin;
using testing_support::set_config;

Config with(std::string_view key, ConfigValue value) {
  Config config;
  set_config(config, key, std::move(value), flag_origin("--x"));
  return config;
}

TEST(Limits, DefaultToProcessesOnly) {
  EXPECT_EQ(limits_of(Config()).value(),
            (Limits{.pids = 4096, .memory_bytes = std::nullopt, .cpus = std::nullopt}));
}

TEST(Limits, ReadSizesAndNumbers) {
  const struct {
    const char* text;
    std::int64_t bytes;
  } sizes[] = {{"512m", 536870912},
               {"2g", 2147483648},
               {"1048576", 1048576},
               {"64K", 65536},
               {"1T", 1099511627776}};
  for (const auto& [text, bytes] : sizes) {
    EXPECT_EQ(limits_of(with("container.memory", std::string(text)))->memory_bytes, bytes) << text;
  }
  for (const char* text : {"1", "0.5", "2.25", "16"}) {
    EXPECT_EQ(limits_of(with("container.cpus", std::string(text)))->cpus, text);
  }
  EXPECT_EQ(limits_of(with("container.pids", std::int64_t{64}))->pids, 64);
}

TEST(Limits, RefuseWhatIsNoLimit) {
  for (const char* text :
       {"", "0", "-1", "m", "2gb", "1.5g", "2 g", "99999999999999999999", "0x10"}) {
    const Result<Limits> limits = limits_of(with("container.memory", std::string(text)));
    ASSERT_FALSE(limits.ok()) << text;
    EXPECT_EQ(limits.error().code(), ErrorCode::kUsage) << text;
    EXPECT_NE(limits.error().text().find("container.memory"), std::string::npos);
  }
  for (const char* text : {"", "0", "0.0", "-1", "two", "1,5", "1.", ".5", "1e3", "nan"}) {
    EXPECT_FALSE(limits_of(with("container.cpus", std::string(text))).ok()) << text;
  }
  EXPECT_FALSE(limits_of(with("container.pids", std::int64_t{0})).ok());
  EXPECT_FALSE(limits_of(with("container.pids", std::int64_t{-5})).ok());
}

TEST(UnenforcedLimits, WarnOfEachThatWasAskedForAndCannotBeHad) {
  Config config = with("container.memory", std::string("1g"));
  set_config(config, "container.cpus", std::string("2"), flag_origin("--cpus"));
  EngineFacts engine{.cgroup_controllers = {"cpu", "pids"}};
  const std::vector<std::string> warnings = unenforced_limits(config, engine);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0],
            "the memory limit cannot be enforced here: the cgroup controller memory is not "
            "delegated to you");
  engine.cgroup_controllers.clear();
  EXPECT_EQ(unenforced_limits(config, engine).size(), 2U);
}

TEST(UnenforcedLimits, TheDefaultIsNotWarnedOf) {
  EXPECT_TRUE(unenforced_limits(Config(), EngineFacts{}).empty());
  EXPECT_EQ(unenforced_limits(with("container.pids", std::int64_t{4096}), EngineFacts{}).size(),
            1U);
}

}  // namespace
}  // namespace mino
