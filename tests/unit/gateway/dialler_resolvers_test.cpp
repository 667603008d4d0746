// What the dialler does with the processes that resolve for it.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <cerrno>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "adapters/gateway/dialler.hpp"
#include "tests/unit/gateway/dialler_process.hpp"

namespace mino::gateway {
namespace {

using Outcome = DialReply::Outcome;

class DiallerResolvers : public testing::Test {
 protected:
  DiallerResolvers() : state_(fresh_resolver_state()) {}

  SharedResolverState& state_;
};

TEST_F(DiallerResolvers, TellsWhyANameIsNotResolved) {
  DiallerProcess dialler(DiallerOptions{});
  const std::vector<std::pair<const char*, Outcome>> cases = {
      {"none.test", Outcome::kNoSuchName},
      {"empty.test", Outcome::kNoSuchName},
      {"again.test", Outcome::kResolverFailed}};
  for (const auto& [name, outcome] : cases) {
    dialler.send(name_request(1, name, 443));
    const auto answer = dialler.receive();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->reply.outcome, outcome) << name;
  }
}

TEST_F(DiallerResolvers, ReplacesAResolverThatHangs) {
  DiallerProcess dialler({.resolvers = 1, .resolve_timeout_ms = 50});
  dialler.send(name_request(1, "hang.test", 443));
  const auto hung = dialler.receive();
  ASSERT_TRUE(hung);
  EXPECT_EQ(hung->reply.outcome, Outcome::kResolverFailed);
  EXPECT_EQ(hung->reply.error, ETIMEDOUT);
  const pid_t killed = state_.pids[0];
  ASSERT_GT(killed, 0);
  // kill(2) finds a zombie: this waits for the dialler to reap it.
  EXPECT_TRUE(eventually([&] { return ::kill(killed, 0) != 0; }));
  dialler.send(private_request(2, "broadcast.test", 443));
  const auto answer = dialler.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->reply.outcome, Outcome::kUnreachable);
  EXPECT_NE(state_.pids[1], killed);
}

TEST_F(DiallerResolvers, DoesNotQueueForeverBehindAResolverThatHangs) {
  DiallerProcess dialler({.resolvers = 1, .resolve_timeout_ms = 50});
  constexpr std::uint64_t kQuestions = 20;
  for (std::uint64_t id = 1; id <= kQuestions; ++id)
    dialler.send(name_request(id, "hang" + std::to_string(id) + ".test", 443));
  std::set<std::uint64_t> answered;
  for (std::uint64_t i = 0; i < kQuestions; ++i) {
    const auto answer = dialler.receive();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->reply.outcome, Outcome::kResolverFailed);
    EXPECT_EQ(answer->reply.error, ETIMEDOUT);
    answered.insert(answer->reply.id);
  }
  EXPECT_EQ(answered.size(), kQuestions);
  // The wait for a resolver counts: not each of them got its turn.
  EXPECT_LT(state_.calls, static_cast<int>(kQuestions));
}

TEST_F(DiallerResolvers, SurvivesAResolverThatCrashes) {
  DiallerProcess dialler({.resolvers = 1});
  dialler.send(name_request(1, "crash.test", 443));
  const auto crashed = dialler.receive();
  ASSERT_TRUE(crashed);
  EXPECT_EQ(crashed->reply.outcome, Outcome::kResolverFailed);
  dialler.send(private_request(2, "broadcast.test", 443));
  const auto answer = dialler.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->reply.outcome, Outcome::kUnreachable);
}

TEST_F(DiallerResolvers, AsksOnceForTwoWhoWaitAndServesOthersMeanwhile) {
  DiallerProcess dialler({.resolvers = 2});
  dialler.send(private_request(1, "gate.test", 443));
  dialler.send(private_request(2, "gate.test", 443));
  // Answered while the first two wait, and proof that both have been read.
  dialler.send(private_request(3, "broadcast.test", 443));
  const auto third = dialler.receive();
  ASSERT_TRUE(third);
  EXPECT_EQ(third->reply.id, 3U);
  EXPECT_TRUE(eventually([&] { return state_.calls == 2; }));
  state_.gate_open = 1;
  std::set<std::uint64_t> ids;
  for (int i = 0; i < 2; ++i) {
    const auto answer = dialler.receive();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->reply.outcome, Outcome::kUnreachable);
    ids.insert(answer->reply.id);
  }
  EXPECT_EQ(ids, (std::set<std::uint64_t>{1, 2}));
  EXPECT_EQ(state_.calls, 2);
}

TEST_F(DiallerResolvers, RemembersAnAnswerForAMoment) {
  DiallerProcess dialler(DiallerOptions{});
  constexpr int kDials = 10;
  for (std::uint64_t id = 1; id <= kDials; ++id) {
    dialler.send(name_request(id, "broadcast.test", 443));
    ASSERT_TRUE(dialler.receive());
  }
  EXPECT_LT(state_.calls, kDials);
}

TEST_F(DiallerResolvers, GivesAResolverNoDescriptorButItsSocket) {
  TestListener hung("127.0.0.1");
  hung.fill();
  DiallerProcess dialler(DiallerOptions{});
  dialler.send(loopback_request(1, hung.port()));
  dialler.send(name_request(2, "hang.test", 443));
  ASSERT_TRUE(eventually([&] { return state_.pids[0] > 0; }));
  std::set<std::string> beyond_standard;
  const std::filesystem::path table =
      std::filesystem::path("/proc") / std::to_string(state_.pids[0]) / "fd";
  for (const auto& entry : std::filesystem::directory_iterator(table)) {
    const std::string number = entry.path().filename().native();
    if (number != "0" && number != "1" && number != "2") beyond_standard.insert(number);
  }
  EXPECT_EQ(beyond_standard.size(), 1U);
}

TEST_F(DiallerResolvers, LeavesNoProcessWhenTheSocketIsClosed) {
  DiallerProcess dialler({.resolvers = 2});
  dialler.send(name_request(1, "hang.test", 443));
  dialler.send(name_request(2, "gate.test", 443));
  ASSERT_TRUE(eventually([&] { return state_.pids[0] > 0 && state_.pids[1] > 0; }));
  dialler.close();
  const auto ended = dialler.wait();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->exit_code, 0);
  EXPECT_NE(::kill(state_.pids[0], 0), 0);
  EXPECT_NE(::kill(state_.pids[1], 0), 0);
}

TEST_F(DiallerResolvers, TakesItsResolversAlongWhenItIsKilled) {
  // Orphans come to this process, which can then see how they ended.
  ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  DiallerProcess dialler(DiallerOptions{});
  dialler.send(name_request(1, "hang.test", 443));
  ASSERT_TRUE(eventually([&] { return state_.pids[0] > 0; }));
  dialler.kill();
  ASSERT_TRUE(dialler.wait());
  int status = 0;
  EXPECT_TRUE(
      eventually([&] { return ::waitpid(state_.pids[0], &status, WNOHANG) == state_.pids[0]; }));
  EXPECT_TRUE(WIFSIGNALED(status));
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

TEST_F(DiallerResolvers, RefusesWhatTheSystemCallsLocalhost) {
  DiallerProcess dialler([](posix::UniqueFd socket) {
    PermitAll permit;
    return run_dialler(std::move(socket), permit, {});
  });
  dialler.send(name_request(1, "localhost", 443));
  const auto answer = dialler.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->reply.outcome, Outcome::kPrivateAddress);
}

}  // namespace
}  // namespace mino::gateway
