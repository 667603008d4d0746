#include "adapters/posix/watched_process.hpp"

#include <gtest/gtest.h>

#include <signal.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace mino::posix {
namespace {

SpawnSpec shell(const std::string& script) {
  SpawnSpec spec;
  spec.argv = {"/bin/sh", "-c", script};
  spec.environment = {"PATH=/usr/bin:/bin"};
  return spec;
}

struct Watched {
  WatchedEnd end;
  std::vector<std::string> lines;
};

Watched watch(const std::string& script, std::chrono::milliseconds grace = std::chrono::seconds(20),
              const std::string& signal_at = {}) {
  Watched watched;
  auto end = run_watched(shell(script), grace, [&](std::string_view line) {
    watched.lines.emplace_back(line);
    if (line == signal_at) ::kill(::getpid(), SIGINT);
  });
  EXPECT_TRUE(end.ok());
  if (end.ok()) watched.end = *end;
  return watched;
}

TEST(WatchedProcess, GivesTheLinesOfBothStreams) {
  const Watched watched = watch("echo one; echo two >&2; printf 'three\\r\\nfour'; exit 3");
  EXPECT_EQ(watched.lines, (std::vector<std::string>{"one", "two", "three", "four"}));
  EXPECT_EQ(watched.end.status.exit_code, 3);
  EXPECT_EQ(watched.end.broken_off_by, 0);
}

TEST(WatchedProcess, EndsWithTheProgramThoughSomethingHoldsItsOutput) {
  const Watched watched = watch("sleep 30 & echo $!");
  ASSERT_EQ(watched.lines.size(), 1U);
  EXPECT_EQ(watched.end.status.exit_code, 0);
  ::kill(std::stoi(watched.lines[0]), SIGKILL);
}

TEST(WatchedProcess, ASignalEndsTheProgramAndNotUs) {
  const Watched watched =
      watch("trap 'echo asked; exit 9' TERM; echo ready; while :; do sleep 0.05; done",
            std::chrono::seconds(20), "ready");
  EXPECT_EQ(watched.end.broken_off_by, SIGINT);
  EXPECT_EQ(watched.end.status.exit_code, 9);
  ASSERT_FALSE(watched.lines.empty());
  EXPECT_EQ(watched.lines.back(), "asked");
}

TEST(WatchedProcess, OneThatDoesNotListenIsKilled) {
  const Watched watched = watch("trap '' TERM; echo ready; while :; do sleep 0.05; done",
                                std::chrono::milliseconds(50), "ready");
  EXPECT_EQ(watched.end.broken_off_by, SIGINT);
  EXPECT_EQ(watched.end.status.signal, SIGKILL);
}

TEST(WatchedProcess, RestoresTheSignalsAndReportsAProgramThatIsNotThere) {
  sigset_t before;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &before);
  SpawnSpec spec = shell("");
  spec.argv = {"/nowhere/program"};
  const auto end = run_watched(spec, std::chrono::seconds(1), [](std::string_view) {});
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.error().code(), ErrorCode::kNotFound);
  sigset_t after;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &after);
  EXPECT_EQ(::sigismember(&before, SIGINT), ::sigismember(&after, SIGINT));
}

}  // namespace
}  // namespace mino::posix
