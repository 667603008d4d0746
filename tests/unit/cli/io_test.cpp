#include "cli/io.hpp"

#include "tests/fakes/fake_environment.hpp"

#include <gtest/gtest.h>

#include <signal.h>
#include <unistd.h>

#include <memory>
#include <string>

namespace mino::cli {
namespace {

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

TEST(DecideColour, NeedsATerminalThatKnowsColour) {
  using Variables = std::map<std::string, std::string, std::less<>>;
  const auto decided = [](StreamKind kind, Variables variables) {
    return decide_colour(kind, fakes::FakeEnvironment(std::move(variables)));
  };
  EXPECT_EQ(decided(StreamKind::kTerminal, {{"TERM", "xterm"}}), Colour::kAlways);
  EXPECT_EQ(decided(StreamKind::kTerminal, {{"TERM", "xterm"}, {"NO_COLOR", ""}}), Colour::kAlways);
  EXPECT_EQ(decided(StreamKind::kTerminal, {{"TERM", "xterm"}, {"NO_COLOR", "1"}}), Colour::kNever);
  EXPECT_EQ(decided(StreamKind::kTerminal, {{"TERM", "dumb"}}), Colour::kNever);
  EXPECT_EQ(decided(StreamKind::kTerminal, {}), Colour::kNever);
  EXPECT_EQ(decided(StreamKind::kOther, {{"TERM", "xterm"}}), Colour::kNever);
}

TEST(StdioWriter, AFullDeviceIsReportedOnce) {
  const File full(std::fopen("/dev/full", "we"));
  if (!full) GTEST_SKIP() << "no /dev/full here";
  StdioWriter writer(full.get(), "standard output");
  writer.write("text\n");
  const Result<void> first = writer.flush();
  ASSERT_FALSE(first.ok());
  EXPECT_EQ(first.error().sys_errno(), ENOSPC);
  EXPECT_EQ(first.error().text(), "cannot write to standard output: No space left on device");
  EXPECT_TRUE(writer.flush().ok());
}

TEST(StdioWriter, AReaderThatHasGoneIsNoError) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  struct sigaction ignore {
  }, old{};
  ignore.sa_handler = SIG_IGN;
  ASSERT_EQ(::sigaction(SIGPIPE, &ignore, &old), 0);
  {
    const File broken(::fdopen(ends[1], "w"));
    StdioWriter writer(broken.get(), "standard output");
    writer.write("text\n");
    EXPECT_FALSE(writer.closed());
    EXPECT_TRUE(writer.flush().ok());
    EXPECT_TRUE(writer.closed());
    writer.write("dropped\n");
    EXPECT_TRUE(writer.flush().ok());
  }
  ::sigaction(SIGPIPE, &old, nullptr);
}

TEST(StdioWriter, WritesBytesAsTheyAre) {
  char* data = nullptr;
  std::size_t size = 0;
  {
    const File memory(::open_memstream(&data, &size));
    StdioWriter writer(memory.get(), "memory");
    writer.write(std::string_view("a\0b", 3));
    writer.write("");
    writer.write("\xff\n");
    EXPECT_TRUE(writer.flush().ok());
  }
  EXPECT_EQ(std::string(data, size), std::string("a\0b\xff\n", 5));
  std::free(data);
}

}  // namespace
}  // namespace mino::cli
