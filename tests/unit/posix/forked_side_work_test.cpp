#include "adapters/posix/forked_side_work.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>

#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/posix/unique_fd.hpp"

namespace mino::posix {
namespace {

constexpr std::chrono::seconds kDeadline(60);

class ForkedSideWorkTest : public ::testing::Test {
 protected:
  /// What became of work: its text, or its error.
  std::string outcome(const SideWork::Work& work, std::chrono::seconds deadline = kDeadline) {
    std::optional<std::string> said;
    const auto started = work_.start(work, deadline, [&said](Result<JsonValue> result) {
      if (!result.ok()) {
        said = "error: " + result.error().text();
      } else {
        said = result->string() == nullptr ? "no text" : *result->string();
      }
    });
    if (!started.ok()) return started.error().text();
    while (!said) {
      pollfd wait{work_.fd(), POLLIN, 0};
      if (::poll(&wait, 1, 30'000) != 1) return "nothing";
      work_.handle();
    }
    return *said;
  }

  json::RapidJsonCodec codec_;
  ForkedSideWork work_{codec_};
};

TEST_F(ForkedSideWorkTest, RunsInAProcessOfItsOwn) {
  const std::string self = std::to_string(::getpid());
  const std::string other = outcome([] { return JsonValue(std::to_string(::getpid())); });
  EXPECT_NE(other, self);
  int changed = 0;
  EXPECT_EQ(outcome([&changed] {
              changed = 1;
              return JsonValue("x");
            }),
            "x");
  EXPECT_EQ(changed, 0) << "what it changes is lost";
}

TEST_F(ForkedSideWorkTest, HasNoDescriptorOfItsParent) {
  const UniqueFd file(::open("/dev/zero", O_RDONLY));
  const int number = file.get();
  EXPECT_EQ(
      outcome([number] { return JsonValue(::fcntl(number, F_GETFD) < 0 ? "closed" : "open"); }),
      "closed");
}

TEST_F(ForkedSideWorkTest, IsNotDeafToSignalsThatItsParentHasBlocked) {
  sigset_t blocked;
  sigset_t before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &blocked, &before);
  EXPECT_EQ(outcome([] {
              sigset_t now;
              ::sigprocmask(SIG_SETMASK, nullptr, &now);
              return JsonValue(::sigismember(&now, SIGTERM) == 1 ? "deaf" : "hears");
            }),
            "hears");
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
}

TEST_F(ForkedSideWorkTest, LongFindingsArriveWhole) {
  const std::string text(200'000, 'x');
  EXPECT_EQ(outcome([&text] { return JsonValue(text); }), text);
}

TEST_F(ForkedSideWorkTest, WhatNeverEndsIsBounded) {
  EXPECT_EQ(outcome([] { return JsonValue(std::string(1'000'000, 'x')); }),
            "error: its process was killed");
}

TEST_F(ForkedSideWorkTest, OneThatDiesIsAnError) {
  EXPECT_EQ(outcome([]() -> JsonValue {
              ::kill(::getpid(), SIGKILL);
              return "never";
            }),
            "error: its process was killed");
}

TEST_F(ForkedSideWorkTest, OneThatHangsEndsAtItsDeadline) {
  EXPECT_EQ(outcome(
                []() -> JsonValue {
                  ::pause();
                  return "never";
                },
                std::chrono::seconds(1)),
            "error: it took too long");
}

TEST_F(ForkedSideWorkTest, StoppingLeavesNoProcess) {
  ASSERT_TRUE(work_
                  .start(
                      []() -> JsonValue {
                        ::pause();
                        return nullptr;
                      },
                      kDeadline, [](const Result<JsonValue>&) {})
                  .ok());
  work_.stop();
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child is left";
  EXPECT_EQ(errno, ECHILD);
  EXPECT_EQ(outcome([] { return JsonValue("again"); }), "again");
}

}  // namespace
}  // namespace mino::posix
