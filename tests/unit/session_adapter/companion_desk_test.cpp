#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/unit/session_adapter/owner_world.hpp"

namespace mino::session {
namespace {

using testing_support::OwnerWorld;

class CompanionDeskTest : public ::testing::Test {
 protected:
  OwnerWorld world_;
};

TEST_F(CompanionDeskTest, NobodyAnswersForADetachedSession) {
  world_.plan.attachment = Attachment::kDetached;
  world_.observer.on_started = [this] {
    for (const char* question : {"first", "second", "third"}) world_.companion.will_ask(question);
  };
  world_.companion.will_ask("before the agent runs");
  // As long as it takes until all have been asked.
  world_.script("while ! test -e " + world_.file("asked") + "; do sleep 0.01; done");
  world_.companion.on_answer = [this](std::size_t count) {
    if (count == 4) std::ofstream(world_.file("asked")) << "all";
  };
  ASSERT_TRUE(world_.run().ok());
  EXPECT_EQ(world_.companion.answers, std::vector<Confirmation>(4, Confirmation::kNobody));
}

TEST_F(CompanionDeskTest, WithoutACompanionNothingIsDifferent) {
  world_.script("echo ran");
  ASSERT_TRUE(world_.run().ok());
  EXPECT_EQ(world_.out, "ran\n");
  EXPECT_TRUE(world_.companion.answers.empty());
}

}  // namespace
}  // namespace mino::session
