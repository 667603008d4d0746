#include "adapters/log/spdlog_notices.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "adapters/posix/unique_fd.hpp"
#include "tests/fakes/fake_environment.hpp"

namespace mino::log {
namespace {

/// What notices wrote, through a pipe.
class Captured {
 public:
  Captured() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
    read_.reset(ends[0]);
    write_.reset(ends[1]);
  }
  [[nodiscard]] int descriptor() const { return write_.get(); }
  std::string text() {
    std::array<char, 4096> bytes{};
    const ssize_t got = ::read(read_.get(), bytes.data(), bytes.size());
    return got <= 0 ? std::string() : std::string(bytes.data(), static_cast<std::size_t>(got));
  }

 private:
  posix::UniqueFd read_;
  posix::UniqueFd write_;
};

std::string everything(NoticeOptions options) {
  Captured captured;
  options.descriptor = captured.descriptor();
  SpdlogNotices notices(options);
  notices.warn("w", "h");
  notices.progress("p");
  notices.info("i");
  notices.debug("d");
  return captured.text();
}

TEST(SpdlogNotices, SayWhatTheVerbosityAsksFor) {
  EXPECT_EQ(everything({.verbosity = Verbosity::kQuiet}), "");
  EXPECT_EQ(everything({.verbosity = Verbosity::kNormal}), "warning: w\nhint: h\np\n");
  EXPECT_EQ(everything({.verbosity = Verbosity::kInfo}), "warning: w\nhint: h\np\ninfo: i\n");
  EXPECT_EQ(everything({.verbosity = Verbosity::kDebug}),
            "warning: w\nhint: h\np\ninfo: i\ndebug: d\n");
}

TEST(SpdlogNotices, BeginEachLineAtTheFirstColumnOfARawTerminal) {
  const posix::UniqueFd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_EQ(::grantpt(master.get()), 0);
  ASSERT_EQ(::unlockpt(master.get()), 0);
  const posix::UniqueFd terminal(::open(::ptsname(master.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
  SpdlogNotices notices({.descriptor = terminal.get()});
  const auto shown = [&] {
    notices.warn("w", "h");
    std::array<char, 256> bytes{};
    const ssize_t got = ::read(master.get(), bytes.data(), bytes.size());
    return std::string(bytes.data(), got < 0 ? 0 : static_cast<std::size_t>(got));
  };
  const std::string expected = "warning: w\r\nhint: h\r\n";
  EXPECT_EQ(shown(), expected) << "by the terminal itself";
  termios mode{};
  ASSERT_EQ(::tcgetattr(terminal.get(), &mode), 0);
  ::cfmakeraw(&mode);
  ASSERT_EQ(::tcsetattr(terminal.get(), TCSANOW, &mode), 0);
  EXPECT_EQ(shown(), expected);
}

TEST(SpdlogNotices, WriteJson) {
  EXPECT_EQ(everything({.format = LogFormat::kJson}),
            "{\"level\":\"warning\",\"message\":\"w\",\"hint\":\"h\"}\n{\"level\":\"progress\","
            "\"message\":\"p\"}\n");
  Captured captured;
  SpdlogNotices notices({.format = LogFormat::kJson, .descriptor = captured.descriptor()});
  notices.warn("a \"b\"\n%v {}", "");
  EXPECT_EQ(captured.text(), "{\"level\":\"warning\",\"message\":\"a \\\"b\\\"\\n%v {}\"}\n");
}

TEST(SpdlogNotices, ColourOnlyTheLabel) {
  EXPECT_EQ(everything({.colour = Colour::kOn}),
            "\x1b[1;33mwarning:\x1b[0m w\n\x1b[36mhint:\x1b[0m h\np\n");
}

TEST(SpdlogNotices, HideSecrets) {
  Captured captured;
  SpdlogNotices notices({.verbosity = Verbosity::kDebug, .descriptor = captured.descriptor()});
  notices.hide(Secret("tok_12345"));
  notices.hide(Secret("other-secret"));
  notices.warn("value tok_12345 and other-secret", "use tok_12345");
  notices.debug("tok_12345tok_12345");
  EXPECT_EQ(captured.text(), "warning: value *** and ***\nhint: use ***\ndebug: ******\n");
}

TEST(SpdlogNotices, SendNoControlCharactersToATerminal) {
  Captured captured;
  SpdlogNotices notices({.descriptor = captured.descriptor()});
  notices.warn(
      "a\x1b]0;title\x07\r\x7f"
      "b\tc\n\xc3\xa9 {} %v",
      "");
  EXPECT_EQ(captured.text(), "warning: a?]0;title???b\tc\n\xc3\xa9 {} %v\n");
}

TEST(SpdlogNotices, TakeNewOptions) {
  Captured captured;
  SpdlogNotices notices({.descriptor = captured.descriptor()});
  notices.hide(Secret("tok_12345"));
  notices.info("not shown");
  notices.set_options({.verbosity = Verbosity::kInfo, .descriptor = captured.descriptor()});
  notices.info("shown tok_12345");
  EXPECT_EQ(captured.text(), "info: shown ***\n");
}

TEST(SpdlogNotices, SurviveAClosedReader) {
  SpdlogNotices notices({.descriptor = -1});
  notices.warn("nobody sees this", "");
}

Colour colour_of(int descriptor, std::map<std::string, std::string, std::less<>> variables) {
  return colour_for(descriptor, fakes::FakeEnvironment(std::move(variables)));
}

TEST(ColourFor, NeedsATerminalThatWantsIt) {
  const posix::UniqueFd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_TRUE(master.valid());
  ASSERT_EQ(::grantpt(master.get()), 0);
  ASSERT_EQ(::unlockpt(master.get()), 0);
  const posix::UniqueFd terminal(::open(::ptsname(master.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_TRUE(terminal.valid());
  EXPECT_EQ(colour_of(terminal.get(), {{"TERM", "xterm"}}), Colour::kOn);
  EXPECT_EQ(colour_of(terminal.get(), {{"TERM", "xterm"}, {"NO_COLOR", ""}}), Colour::kOn);
  EXPECT_EQ(colour_of(terminal.get(), {{"TERM", "xterm"}, {"NO_COLOR", "1"}}), Colour::kOff);
  EXPECT_EQ(colour_of(terminal.get(), {{"TERM", "dumb"}}), Colour::kOff);
  Captured pipe;
  EXPECT_EQ(colour_of(pipe.descriptor(), {{"TERM", "xterm"}}), Colour::kOff);
}

}  // namespace
}  // namespace mino::log
