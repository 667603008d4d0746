#include "cli/render/error.hpp"
#include "cli/render/table.hpp"
#include "cli/render/text.hpp"
#include "tests/unit/cli/captured_io.hpp"

#include <gtest/gtest.h>

namespace mino::cli {
namespace {

using std::chrono::seconds;

TEST(VisibleWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(visible_width(""), 0U);
  EXPECT_EQ(visible_width("abc"), 3U);
  EXPECT_EQ(visible_width("äöü"), 3U);
  EXPECT_EQ(visible_width("日本"), 4U);
  EXPECT_EQ(visible_width("e\u0301"), 1U);
  EXPECT_EQ(visible_width("🚀"), 2U);
  EXPECT_EQ(visible_width("\x1b[1;31mred\x1b[0m"), 3U);
  EXPECT_EQ(visible_width("\xff\xfe"), 2U);
  EXPECT_EQ(visible_width("\xe6\x97"), 2U);
  EXPECT_EQ(visible_width("\x1b["), 2U);
}

TEST(Printable, ShowsWhatWouldDriveATerminal) {
  EXPECT_EQ(printable("plain ä 日"), "plain ä 日");
  EXPECT_EQ(printable("a\x1b[2Jb"), "a\\x1b[2Jb");
  EXPECT_EQ(printable("a\nb\tc\rd"), "a\\nb\\tc\\x0dd");
  EXPECT_EQ(printable(std::string_view("\0\x7f", 2)), "\\x00\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b");
  EXPECT_EQ(printable("\xff"), "\\xff");
  EXPECT_EQ(printable("a\u202eb"), "a\\xe2\\x80\\xaeb");
}

TEST(Wrapped, BreaksAtBlanks) {
  EXPECT_EQ(wrapped("one two three", 7), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrapped("one two three", 8), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrapped("unbreakable x", 4), (std::vector<std::string>{"unbreakable", "x"}));
  EXPECT_EQ(wrapped("a\n\nb", 10), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(wrapped("日本 語", 5), (std::vector<std::string>{"日本", "語"}));
  EXPECT_EQ(wrapped("", 5), (std::vector<std::string>{""}));
}

TEST(HumanDuration, TakesTheLargestUnit) {
  EXPECT_EQ(human_duration(seconds(-5)), "0s");
  EXPECT_EQ(human_duration(seconds(0)), "0s");
  EXPECT_EQ(human_duration(seconds(59)), "59s");
  EXPECT_EQ(human_duration(seconds(60)), "1m");
  EXPECT_EQ(human_duration(seconds(3599)), "59m");
  EXPECT_EQ(human_duration(seconds(3600)), "1h");
  EXPECT_EQ(human_duration(seconds(86399)), "23h");
  EXPECT_EQ(human_duration(seconds(10 * 86400)), "10d");
}

TEST(HumanSize, TakesTheUnitThatFits) {
  EXPECT_EQ(human_size(0), "0 B");
  EXPECT_EQ(human_size(1023), "1023 B");
  EXPECT_EQ(human_size(1024), "1.0 KiB");
  EXPECT_EQ(human_size(1536), "1.5 KiB");
  EXPECT_EQ(human_size(1024 * 1024 - 1), "1.0 MiB");
  EXPECT_EQ(human_size(std::uint64_t{3} << 30U), "3.0 GiB");
  EXPECT_EQ(human_size(UINT64_MAX), "16384.0 PiB");
}

TEST(Table, AlignsByWhatIsSeen) {
  Table table({"NAME", "STATUS", "PROJECT"});
  EXPECT_TRUE(table.empty());
  table.add_row({"日本", "\x1b[32mrunning\x1b[0m", "a"});
  table.add_row({"longer-name", "stopped"});
  table.add_row({"x", "", "b"});
  EXPECT_EQ(table.render(),
            "NAME         STATUS   PROJECT\n"
            "日本         \x1b[32mrunning\x1b[0m  a\n"
            "longer-name  stopped\n"
            "x                     b\n");
}

TEST(PrintError, ShowsTextAndHint) {
  CapturedIo captured;
  Error error(ErrorCode::kNotFound, "no such session");
  error.add_context("stopping fox").set_hint("mino list");
  print_error(error, captured.io);
  EXPECT_EQ(captured.err.text, "error: stopping fox: no such session\nhint: mino list\n");
  EXPECT_EQ(captured.out.text, "");
}

TEST(PrintError, KeepsLinesAndHidesControls) {
  CapturedIo captured;
  print_error(Error(ErrorCode::kConfig, "a.toml:1:2\n  x = \x1b]0;t\x07"), captured.io);
  EXPECT_EQ(captured.err.text, "error: a.toml:1:2\n  x = \\x1b]0;t\\x07\n");
}

TEST(PrintError, PaintsOnlyTheLabels) {
  CapturedIo captured;
  captured.io.err_colour = Colour::kAlways;
  print_warning("w", "h", captured.io);
  EXPECT_EQ(captured.err.text, "\x1b[33mwarning:\x1b[0m w\n\x1b[36mhint:\x1b[0m h\n");
}

}  // namespace
}  // namespace mino::cli
