#include <gtest/gtest.h>

#include <string>

#include "domain/run/decide.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino {
namespace {

using testing_support::file_origin;
using testing_support::flag_origin;
using testing_support::plain_inputs;
using testing_support::plan_of;
using testing_support::set_config;

TEST(DecideProtection, IsStrictUnlessSomebodySaysOtherwise) {
  const RunPlan plan = plan_of(plain_inputs());
  ASSERT_TRUE(plan.protection.has_value());
  EXPECT_EQ(plan.protection->level, ProtectLevel::kStrict);
  EXPECT_EQ(plan.protection->helper_program, "/usr/libexec/mino-helper");
  EXPECT_FALSE(has_grant<UnprotectedProjectGrant>(plan.grants));
}

TEST(DecideProtection, LessNeedsAGrant) {
  for (const std::string level : {"git", "off"}) {
    RunInputs inputs = plain_inputs();
    set_config(inputs.config, "container.protect", level, flag_origin("--protect"));
    const RunPlan plan = plan_of(inputs);
    EXPECT_TRUE(has_grant<UnprotectedProjectGrant>(plan.grants)) << level;
    EXPECT_EQ(plan.protection.has_value(), level == "git");
  }
}

TEST(DecideProtection, WhatIsHiddenIsHiddenAtEveryLevel) {
  RunInputs inputs = plain_inputs();
  set_config(inputs.config, "container.protect", std::string("off"), file_origin(3));
  set_config(inputs.config, "container.hide", std::vector<std::string>{"./.env", "keys/"},
             file_origin(4));
  const RunPlan plan = plan_of(inputs);
  ASSERT_TRUE(plan.protection.has_value());
  EXPECT_EQ(plan.protection->hidden, (std::vector<std::string>{".env", "keys"}));
}

TEST(DecideProtection, RefusesToHideWhatIsNotInTheProject) {
  RunInputs inputs = plain_inputs();
  set_config(inputs.config, "container.hide", std::vector<std::string>{"../other"}, file_origin(4));
  const auto plan = decide_run(inputs);
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.error().code(), ErrorCode::kConfig);
  EXPECT_NE(plan.error().text().find("config.toml:4"), std::string::npos) << plan.error().text();
}

}  // namespace
}  // namespace mino
