#include "adapters/terminal/console_progress.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <string>

namespace mino::terminal {
namespace {

std::string written(ProgressStyle style, const std::function<void(ConsoleProgress&)>& use) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  ConsoleProgress progress(ends[1], style);
  use(progress);
  ::close(ends[1]);
  std::string text;
  std::array<char, 4096> buffer;
  for (ssize_t got = 0; (got = ::read(ends[0], buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(got));
  ::close(ends[0]);
  return text;
}

void use(ConsoleProgress& progress) {
  progress.show("[1/2] a");
  progress.show("[1/2] a");
  progress.detail("x");
  progress.show("[2/2] b");
  progress.clear();
  progress.clear();
}

TEST(ConsoleProgress, ReplacesItsLineAndTakesItAway) {
  EXPECT_EQ(written(ProgressStyle::kInPlace, use),
            "\r\x1b[K[1/2] a\r\x1b[K[1/2] a  x\r\x1b[K[2/2] b\r\x1b[K");
}

TEST(ConsoleProgress, ElsewhereEachTextIsALine) {
  EXPECT_EQ(written(ProgressStyle::kLines, use), "[1/2] a\n[2/2] b\n");
  EXPECT_EQ(written(ProgressStyle::kSilent, use), "");
}

TEST(ConsoleProgress, IsCutToTheWidthOfTheTerminalBetweenCharacters) {
  std::string wide;
  for (int i = 0; i < 100; ++i) wide += "\xC3\xBC";
  const std::string text =
      written(ProgressStyle::kInPlace, [&](ConsoleProgress& progress) { progress.show(wide); });
  constexpr std::size_t kStart = 4;
  EXPECT_EQ(text.size(), kStart + std::size_t{2} * 79);
}

}  // namespace
}  // namespace mino::terminal
