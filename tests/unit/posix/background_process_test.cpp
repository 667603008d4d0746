#include "adapters/posix/background_process.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "tests/support/temp_dir.hpp"

namespace mino::posix {
namespace {

std::string slurp(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The program that is started again is this test itself.
TEST(BackgroundProcess, StartsThisProgramAgainWithItsOutputInTheLog) {
  testing_support::TempDir directory;
  const std::filesystem::path log = directory / "log";
  std::ofstream(log) << "what was there before";
  BackgroundProcess background;
  const auto started = background.start({"--gtest_list_tests", "--gtest_filter=NoSuch.*"},
                                        log.native(), std::chrono::seconds(60));
  ASSERT_TRUE(started.ok()) << started.error().text();
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  // gtest's main says where it is before it looks at its arguments.
  while (slurp(log).find("gtest_main") == std::string::npos &&
         std::chrono::steady_clock::now() < patience) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const std::string said = slurp(log);
  EXPECT_NE(said.find("gtest_main"), std::string::npos) << said;
  EXPECT_EQ(said.find("before"), std::string::npos);
  struct stat info {};
  ASSERT_EQ(::stat(log.c_str(), &info), 0);
}

constexpr char kSignal[] = "MINO_TEST_MAY_END";

/// What the next test starts: stays until the file is there that it is told of.
TEST(BackgroundProcessHelper, Lingers) {
  const char* file = std::getenv(kSignal);
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (file != nullptr && !std::filesystem::exists(file) &&
         std::chrono::steady_clock::now() < patience)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

TEST(BackgroundProcess, KeepsNoDescriptorOfTheCallersOpen) {
  testing_support::TempDir directory;
  const std::filesystem::path may_end = directory / "may-end";
  ::setenv(kSignal, may_end.c_str(), 1);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);  // inherited by whatever is started
  const auto started =
      BackgroundProcess().start({"--gtest_filter=BackgroundProcessHelper.*"},
                                (directory / "log").native(), std::chrono::seconds(60));
  ::unsetenv(kSignal);
  ASSERT_TRUE(started.ok()) << started.error().text();
  ::close(ends[1]);
  // Its end of file comes although the other process is there.
  pollfd end{.fd = ends[0], .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&end, 1, 20000), 1);
  EXPECT_TRUE((end.revents & POLLHUP) != 0);
  std::ofstream{may_end};
  ::close(ends[0]);
}

TEST(BackgroundProcess, SaysWhenItCannotLog) {
  EXPECT_FALSE(
      BackgroundProcess().start({"--help"}, "/nonexistent/log", std::chrono::seconds(1)).ok());
}

}  // namespace
}  // namespace mino::posix
