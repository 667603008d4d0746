#include "adapters/posix/spawn.hpp"

#include "adapters/posix/line_reader.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>

namespace mino::posix {
namespace {

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

std::string read_all(int fd) {
  std::string text;
  std::array<char, 1024> buffer{};
  for (ssize_t got = ::read(fd, buffer.data(), buffer.size()); got > 0;
       got = ::read(fd, buffer.data(), buffer.size())) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

SpawnSpec shell(const std::string& script) {
  SpawnSpec spec;
  spec.argv = {"/bin/sh", "-c", script};
  spec.environment = {"PATH=/usr/bin:/bin", "A=b"};
  return spec;
}

TEST(Spawn, MapsDescriptorsThatCrossEachOther) {
  Pipe first = make_pipe();
  Pipe second = make_pipe();
  // Sources and targets overlap: what is 1 for the child may be 3 or 4 here and the other way
  // round.
  SpawnSpec spec = shell("echo to-three >&3; echo to-one; ls /proc/self/fd >&1");
  const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  spec.descriptors = {
      {second.write.get(), 1}, {null.get(), 0}, {null.get(), 2}, {first.write.get(), 3}};
  Result<ChildProcess> child = spawn(spec);
  ASSERT_TRUE(child.ok()) << child.error().text();
  first.write.reset();
  second.write.reset();
  EXPECT_EQ(read_all(first.read.get()), "to-three\n");
  EXPECT_EQ(read_all(second.read.get()),
            "to-one\n0\n1\n2\n3\n4\n");  // the last is the directory that ls reads
  EXPECT_EQ(child->wait(), (ExitStatus{.exit_code = 0, .signal = {}}));
}

TEST(Spawn, GivesTheNamedEnvironmentAndASessionOfItsOwn) {
  Pipe output = make_pipe();
  SpawnSpec spec = shell("echo $A $HOME; cut -d' ' -f1,5,6 /proc/$$/stat");
  spec.descriptors = {{output.write.get(), 1}};
  Result<ChildProcess> child = spawn(spec);
  ASSERT_TRUE(child.ok());
  output.write.reset();
  const std::string pid = std::to_string(child->pid());
  EXPECT_EQ(read_all(output.read.get()), "b\n" + pid + " " + pid + " " + pid + "\n");
  static_cast<void>(child->wait());
}

TEST(Spawn, SaysWhyAProgramCannotBeStarted) {
  SpawnSpec spec;
  spec.argv = {"/mino/no/such/program"};
  EXPECT_EQ(spawn(spec).error().code(), ErrorCode::kNotFound);
  spec.argv = {"/tmp"};
  EXPECT_EQ(spawn(spec).error().code(), ErrorCode::kPermission);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
}

TEST(Spawn, DroppingAChildKillsAndReapsIt) {
  pid_t pid = -1;
  {
    Result<ChildProcess> child = spawn(shell("sleep 60 & sleep 60"));
    ASSERT_TRUE(child.ok());
    pid = child->pid();
    pollfd wait{.fd = child->pidfd(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&wait, 1, 0), 0);
  }
  EXPECT_EQ(::kill(pid, 0), -1);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
}

TEST(Spawn, TellsASignalFromAnExitCode) {
  Result<ChildProcess> child = spawn(shell("kill -9 $$"));
  ASSERT_TRUE(child.ok());
  EXPECT_EQ(child->wait(), (ExitStatus{.exit_code = {}, .signal = SIGKILL}));
  EXPECT_EQ(child->wait(), (ExitStatus{.exit_code = {}, .signal = SIGKILL}));
}

TEST(LineReader, GivesEachLineOfStderr) {
  std::vector<std::string> lines;
  SpawnSpec spec = shell("echo not this; printf 'one\\ntwo\\rthree' >&2; exit 4");
  const Result<ExitStatus> status =
      run_and_read_lines(spec, [&](std::string_view line) { lines.emplace_back(line); });
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(status->exit_code, 4);
  EXPECT_EQ(lines, (std::vector<std::string>{"one", "two", "three"}));
}

}  // namespace
}  // namespace mino::posix
