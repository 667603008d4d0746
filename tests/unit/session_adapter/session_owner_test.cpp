#include "adapters/session/session_owner.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/session_adapter/owner_world.hpp"

namespace mino::session {
namespace {

using testing_support::numbered;
using testing_support::OwnerWorld;

class SessionOwnerTest : public ::testing::Test {
 protected:
  void expect_end(const Result<AgentEnd>& end, AgentEnd::Kind kind, int code) {
    ASSERT_TRUE(end.ok()) << end.error().text();
    EXPECT_EQ(end->kind, kind);
    EXPECT_EQ(end->code, code);
  }

  OwnerWorld world_;
};

TEST_F(SessionOwnerTest, RelaysAllThreeStreamsAndTheExitCode) {
  world_.script("cat; echo problem >&2; exit 3");
  expect_end(world_.run("typed\n"), AgentEnd::Kind::kExited, 3);
  EXPECT_EQ(world_.out, "typed\n");
  EXPECT_EQ(world_.err, "problem\n");
  EXPECT_EQ(world_.observer.started, 1);
  EXPECT_EQ(world_.observer.named,
            std::vector<std::string>{testing_support::FakeBoxBuilder::kContainerId});
  EXPECT_TRUE(world_.builder.box_ends());
  EXPECT_TRUE(world_.notices.warnings.empty());
}

TEST_F(SessionOwnerTest, DeliversEveryByteOfALargeOutput) {
  const std::string sent = numbered(3 * 1024 * 1024);
  world_.command({"cat"});
  expect_end(world_.run(sent), AgentEnd::Kind::kExited, 0);
  EXPECT_TRUE(world_.out == sent) << world_.out.size();
}

TEST_F(SessionOwnerTest, TellsHowTheAgentEnded) {
  world_.script("kill -KILL $$");
  expect_end(world_.run(), AgentEnd::Kind::kSignalled, SIGKILL);
}

TEST_F(SessionOwnerTest, TellsWhyTheAgentCouldNotStart) {
  world_.command({"/no/such/program"});
  expect_end(world_.run(), AgentEnd::Kind::kNotFound, ENOENT);
  world_.command({"/etc/passwd"});
  expect_end(world_.run(), AgentEnd::Kind::kNotExecutable, EACCES);
  EXPECT_EQ(world_.observer.started, 0);
}

TEST_F(SessionOwnerTest, GivesTheAgentItsEnvironmentAndPath) {
  world_.values.emplace("GREETING", Secret("hello there"));
  world_.plan.path_prepend = {"/opt/one", "/opt/two"};
  world_.script("echo \"$GREETING $PATH\"");
  expect_end(world_.run(), AgentEnd::Kind::kExited, 0);
  EXPECT_EQ(world_.out, "hello there /opt/one:/opt/two:/usr/bin:/bin\n");
}

TEST_F(SessionOwnerTest, LogsWhatItRelays) {
  world_.plan.log = LogPolicy::kLines;
  world_.plan.log_max_bytes = 1024 * 1024;
  world_.log_path = world_.file("log");
  world_.script("echo shown; echo wrong >&2");
  expect_end(world_.run(), AgentEnd::Kind::kExited, 0);
  std::string log(4096, '\0');
  const posix::UniqueFd file(::open(world_.log_path.c_str(), O_RDONLY | O_CLOEXEC));
  log = testing_support::contents_of(file.get());
  EXPECT_NE(log.find("shown"), std::string::npos);
  EXPECT_NE(log.find("wrong"), std::string::npos);
  EXPECT_EQ(world_.out, "shown\n");
}

TEST_F(SessionOwnerTest, DetachedItTouchesNoStreamOfTheUsers) {
  world_.plan.attachment = Attachment::kDetached;
  world_.plan.log = LogPolicy::kLines;
  world_.plan.log_max_bytes = 1024 * 1024;
  world_.log_path = world_.file("log");
  world_.script("cat; echo shown");
  expect_end(world_.run("not for the agent"), AgentEnd::Kind::kExited, 0);
  EXPECT_EQ(world_.out, "");
  const posix::UniqueFd file(::open(world_.log_path.c_str(), O_RDONLY | O_CLOEXEC));
  const std::string log = testing_support::contents_of(file.get());
  EXPECT_NE(log.find("shown"), std::string::npos);
  EXPECT_EQ(log.find("not for"), std::string::npos);
}

TEST_F(SessionOwnerTest, AUserWithoutRoomIsWarnedAndTheAgentGoesOn) {
  const posix::UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  world_.user_stdout = full.get();
  world_.script("trap '' PIPE; echo lost; exit 4");
  expect_end(world_.run(), AgentEnd::Kind::kExited, 4);
  EXPECT_TRUE(world_.notices.warned("writing to stdout failed"));
}

TEST_F(SessionOwnerTest, AUserWhoNoLongerReadsEndsTheWriter) {
  auto pipe = testing_support::make_pipe(testing_support::PipeMode::kBlocking);
  pipe.read.reset();
  world_.user_stdout = pipe.write.get();
  world_.command({"yes"});
  expect_end(world_.run(), AgentEnd::Kind::kSignalled, SIGPIPE);
  EXPECT_TRUE(world_.notices.warnings.empty()) << "as in any pipeline";
}

TEST_F(SessionOwnerTest, SigtermStopsTheAgent) {
  world_.command({"cat"});
  world_.observer.on_started = [] { ::kill(::getpid(), SIGTERM); };
  const auto end = world_.run(std::nullopt);
  expect_end(end, AgentEnd::Kind::kSignalled, SIGTERM);
  EXPECT_TRUE(end->stopped_by_request);
}

TEST_F(SessionOwnerTest, AnAgentThatIgnoresSigtermIsKilledAfterTheGrace) {
  world_.plan.stop_grace_seconds = 0;
  world_.script("trap '' TERM HUP; touch " + world_.file("ready") + "; cat; sleep 1000");
  world_.observer.on_started = [this] {
    world_.wait_for_file("ready");
    ::kill(::getpid(), SIGTERM);
  };
  const auto end = world_.run(std::nullopt);
  expect_end(end, AgentEnd::Kind::kSignalled, SIGKILL);
  EXPECT_TRUE(end->stopped_by_request);
}

TEST_F(SessionOwnerTest, CtrlCReachesTheAgentWhichMayHandleIt) {
  world_.script("trap 'echo caught; exit 9' INT; touch " + world_.file("ready") +
                "; while :; do sleep 0.05; done");
  world_.observer.on_started = [this] {
    world_.wait_for_file("ready");
    ::kill(::getpid(), SIGINT);
  };
  const auto end = world_.run(std::nullopt);
  expect_end(end, AgentEnd::Kind::kExited, 9);
  EXPECT_FALSE(end->stopped_by_request);
  EXPECT_EQ(world_.out, "caught\n");
}

TEST_F(SessionOwnerTest, InterruptedBeforeTheAgentRunsItEndsWithoutOne) {
  // A box that never gets as far as an agent, and a builder that ends with it.
  world_.builder.box_is([](int lifeline) {
    std::array<char, 65536> buffer;
    while (::recv(lifeline, buffer.data(), buffer.size(), 0) > 0) {
    }
  });
  world_.builder.stays_with_box();
  world_.builder.on_start = [] { ::kill(::getpid(), SIGINT); };
  const auto end = world_.run(std::nullopt);
  expect_end(end, AgentEnd::Kind::kSignalled, SIGINT);
  EXPECT_TRUE(end->stopped_by_request);
  EXPECT_EQ(world_.observer.started, 0);
  EXPECT_TRUE(world_.builder.box_ends());
}

TEST_F(SessionOwnerTest, SaysWhyTheBuilderFailed) {
  world_.builder.fails_with(Error(ErrorCode::kNotFound, "there is no image fedora:43"));
  const auto end = world_.run();
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(end.error().text(), "there is no image fedora:43");
  EXPECT_EQ(world_.observer.started, 0);
}

TEST_F(SessionOwnerTest, SaysWhyTheBuilderCouldNotStart) {
  world_.builder.cannot_start(Error(ErrorCode::kUnavailable, "podman is missing"));
  const auto end = world_.run();
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.error().code(), ErrorCode::kUnavailable);
}

TEST_F(SessionOwnerTest, ABoxThatGoesAwayIsLost) {
  world_.command({"cat"});
  world_.observer.on_started = [this] { ::kill(world_.builder.box(), SIGKILL); };
  expect_end(world_.run(std::nullopt), AgentEnd::Kind::kLost, 0);
}

TEST_F(SessionOwnerTest, ABoxThatGoesAwayBeforeItsAgentIsLost) {
  world_.builder.box_is([](int) {});
  expect_end(world_.run(std::nullopt), AgentEnd::Kind::kLost, 0);
  EXPECT_EQ(world_.observer.started, 0);
}

TEST_F(SessionOwnerTest, AnObserverThatRefusesEndsTheBox) {
  world_.command({"cat"});
  world_.observer.refusal = Error(ErrorCode::kInternal, "the record cannot be written");
  const auto end = world_.run(std::nullopt);
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.error().text(), "the record cannot be written");
  EXPECT_TRUE(world_.builder.box_ends());
}

TEST_F(SessionOwnerTest, ARuntimeDirectoryThatIsMissingIsAnErrorBeforeAnythingIsBuilt) {
  world_.plan.runtime_dir = world_.file("missing");
  bool built = false;
  world_.builder.on_start = [&] { built = true; };
  ASSERT_FALSE(world_.run().ok());
  EXPECT_FALSE(built);
}

TEST_F(SessionOwnerTest, LeaksNoDescriptorAndRestoresSignals) {
  world_.script("echo hello");
  expect_end(world_.run(), AgentEnd::Kind::kExited, 0);
  EXPECT_TRUE(world_.builder.box_ends());
  const std::size_t before = testing_support::open_descriptors();
  expect_end(world_.run(), AgentEnd::Kind::kExited, 0);
  EXPECT_EQ(testing_support::open_descriptors(), before);
  sigset_t mask;
  ::sigprocmask(SIG_BLOCK, nullptr, &mask);
  EXPECT_EQ(::sigismember(&mask, SIGTERM), 0);
  EXPECT_TRUE(world_.builder.box_ends());
}

}  // namespace
TEST_F(SessionOwnerTest, HoldsTheAgentBackUntilItsNetworkIsUp) {
  world_.network.pend();
  world_.script("echo ran");
  world_.builder.on_start = [this] {
    EXPECT_EQ(world_.observer.started, 0);
    world_.network.comes_up();
  };
  const auto end = world_.run();
  ASSERT_TRUE(end.ok()) << end.error().text();
  EXPECT_EQ(world_.out, "ran\n");
}

TEST_F(SessionOwnerTest, StartsNoAgentWhenItsNetworkFails) {
  world_.network.pend();
  world_.script("echo ran");
  world_.builder.on_start = [this] {
    world_.network.fails(Error(ErrorCode::kUnavailable, "no rules"));
  };
  const auto end = world_.run();
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.error().message(), "no rules");
  EXPECT_EQ(world_.observer.started, 0);
  EXPECT_EQ(world_.out, "");
}

TEST_F(SessionOwnerTest, StartsNoAgentWhenNoHookEverReports) {
  world_.network.pend();
  world_.script("echo ran");
  const auto end = world_.run();
  ASSERT_FALSE(end.ok());
  EXPECT_NE(end.error().message().find("did not run"), std::string::npos);
  EXPECT_EQ(world_.out, "");
}

TEST_F(SessionOwnerTest, HoldsTheAgentBackUntilItsProjectIsProtected) {
  world_.protection.pend();
  world_.script("echo ran");
  const auto end = world_.run();
  ASSERT_TRUE(end.ok()) << end.error().text();
  EXPECT_EQ(world_.out, "ran\n");
  EXPECT_EQ(world_.protection.box(), world_.builder.box()) << "the init, as the kernel names it";
}

TEST_F(SessionOwnerTest, WaitsForBothWalls) {
  world_.network.pend();
  world_.protection.pend();
  world_.script("echo ran");
  const auto end = world_.run();
  ASSERT_FALSE(end.ok()) << "the hook of the network never reported";
  EXPECT_EQ(world_.out, "");
}

TEST_F(SessionOwnerTest, StartsNoAgentWhenItsProjectCannotBeProtected) {
  world_.protection.pend();
  world_.protection.fails_with(Error(ErrorCode::kUnavailable, "no mounts"));
  world_.script("echo ran");
  const auto end = world_.run();
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.error().message(), "no mounts");
  EXPECT_EQ(world_.observer.started, 0);
  EXPECT_EQ(world_.out, "");
}

}  // namespace mino::session
