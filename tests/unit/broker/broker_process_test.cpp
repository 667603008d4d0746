// The owner's side of the credential broker against helpers that do not do their part: shell
// scripts, whose descriptor 3 is the channel. What the real one does is in the contract suite.
#include "adapters/broker/broker_process.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino::broker {
namespace {

using State = posix::BoxWall::State;

// Packets as printf(1) writes them: kind, number, text.
const std::string kServing = "printf '\\040\\000\\000\\000\\000' >&3; ";
const std::string kFails = "printf '\\041\\000\\000\\000\\000no namespace' >&3; ";
const std::string kAsks = "printf '\\042\\007\\000\\000\\000azure https://x' >&3; ";
const std::string kRefuses = "printf '\\043\\000\\000\\000\\000token aws' >&3; ";
const std::string kStays = "exec sleep 50";

class BrokerProcessTest : public ::testing::Test, public BrokerSink {
 protected:
  void TearDown() override { broker_.stop(); }

  void asked(Question question, CredentialProvider provider, const std::string& subject) override {
    heard_.push_back(std::to_string(question) + " " + std::string(to_string(provider)) + " " +
                     subject);
  }
  void refused(BrokerRefusal refusal, std::optional<CredentialProvider> /*provider*/) override {
    heard_.emplace_back(to_string(refusal));
  }
  void woken() override {}
  void broker_lost() override { heard_.emplace_back("lost"); }

  void start(const std::string& script) {
    const std::filesystem::path program = directory_ / "helper";
    std::ofstream(program) << "#!/bin/sh\n" << script << "\n";
    std::filesystem::permissions(program, std::filesystem::perms(0755));
    plan_.emplace(testing_support::plan_of(testing_support::plain_inputs()));
    plan_->runtime_dir = directory_ / "runtime";
    plan_->broker = BrokerPlan{.helper_program = program.string()};
    ASSERT_TRUE(broker_.start(*plan_, {Secret("tok"), {}}, *this).ok());
  }
  /// Turns the loop until it is so; false when it takes too long.
  [[nodiscard]] bool until(const std::function<bool()>& condition) {
    while (!condition()) {
      pollfd wait{broker_.fd(), POLLIN, 0};
      if (::poll(&wait, 1, 20'000) != 1) return false;
      broker_.handle();
    }
    return true;
  }
  [[nodiscard]] bool becomes(State state) {
    return until([&] { return broker_.state() == state; });
  }

  testing_support::TempDir directory_;
  posix::PosixFileSystem files_;
  json::RapidJsonCodec codec_;
  std::optional<RunPlan> plan_;
  std::vector<std::string> heard_;
  BrokerProcess broker_{files_, codec_};
};

TEST_F(BrokerProcessTest, PassesOnWhatIsAskedAndRefused) {
  start(kServing + kAsks + kRefuses + kStays);
  EXPECT_TRUE(until([&] { return heard_.size() == 2; }));
  EXPECT_EQ(heard_, (std::vector<std::string>{"7 azure https://x", "token"}));
  EXPECT_EQ(broker_.state(), State::kUp);
}

TEST_F(BrokerProcessTest, SaysWhyItDoesNotServe) {
  start(kFails + kStays);
  ASSERT_TRUE(becomes(State::kFailed));
  EXPECT_EQ(broker_.failure().text(), "the credential broker cannot be started: no namespace");
}

TEST_F(BrokerProcessTest, OneThatEndsBeforeItServesHasFailed) {
  start("exit 0");
  ASSERT_TRUE(becomes(State::kFailed));
  EXPECT_EQ(broker_.failure().text(), "the credential broker cannot be started: it has ended");
  EXPECT_TRUE(heard_.empty());
}

TEST_F(BrokerProcessTest, OneThatEndsLaterOrTalksNonsenseIsLost) {
  for (const std::string& then : {std::string("exit 0"), "printf nonsense >&3; " + kStays,
                                  "printf '\\042\\001\\000\\000\\000oracle' >&3; " + kStays,
                                  "printf '\\043\\000\\000\\000\\000because' >&3; " + kStays}) {
    heard_.clear();
    start(kServing + then);
    EXPECT_TRUE(until([&] { return !heard_.empty(); })) << then;
    EXPECT_EQ(heard_, std::vector<std::string>{"lost"}) << then;
    broker_.stop();
  }
}

TEST_F(BrokerProcessTest, OneThatTakesNoAnswersDoesNotGrowItsOwner) {
  start(kServing + kStays);
  ASSERT_TRUE(becomes(State::kUp));
  const std::string why(2048, 'x');
  constexpr int kMany = 20'000;
  int answers = 0;
  while (heard_.empty() && answers < kMany) {
    broker_.decline(1, why);
    ++answers;
  }
  EXPECT_EQ(heard_, std::vector<std::string>{"lost"});
  EXPECT_GT(answers, 4000) << "a thousand who wait for a renewal are answered at once";
}

TEST_F(BrokerProcessTest, StoppingOneThatTalksOnAndOnLeavesNothing) {
  const std::string go = directory_ / "go";
  start(kServing + "until [ -e '" + go +
        "' ]; do sleep 0.01; done; for i in 1 2 3 4; do dd if=/dev/zero bs=16 >&3 & done; wait");
  ASSERT_TRUE(becomes(State::kUp));
  std::ofstream(go) << "";
  pollfd wait{broker_.fd(), POLLIN, 0};
  ASSERT_EQ(::poll(&wait, 1, 20'000), 1);
  broker_.stop();
  EXPECT_EQ(broker_.state(), State::kAbsent);
  EXPECT_FALSE(std::filesystem::exists(directory_ / "runtime/broker"));
}

}  // namespace
}  // namespace mino::broker
