#include "adapters/log/file_audit_sink.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/support/full_disk.hpp"
#include "tests/support/temp_dir.hpp"

namespace mino::log {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kRotationBytes = 50'000;

class FileAuditSinkFile : public ::testing::Test {
 protected:
  std::vector<std::string> lines() const {
    std::vector<std::string> result;
    std::ifstream file(path_);
    for (std::string line; std::getline(file, line);) result.push_back(line);
    return result;
  }
  fs::path kept(int number) const { return path_.native() + "." + std::to_string(number); }
  /// A file that the next line fills up.
  void fill(char byte) const {
    std::ofstream(path_) << std::string(kRotationBytes - 11, byte) << "0123456789\n";
  }
  static char first_byte(const fs::path& file) {
    return static_cast<char>(std::ifstream(file).get());
  }

  testing_support::TempDir directory_;
  fs::path path_ = directory_ / "audit.log";
  fakes::FakeClock clock_;
  json::RapidJsonCodec codec_;
  FileAuditSink sink_{clock_, codec_, path_, kRotationBytes};
};

TEST_F(FileAuditSinkFile, HoldsOneLineAnEvent) {
  ASSERT_TRUE(
      sink_
          .record("session.created",
                  JsonValue::Object{{"name", "a"}, {"command", JsonValue::Array{"echo", "x\ny"}}})
          .ok());
  EXPECT_EQ(
      lines(),
      std::vector<std::string>{
          R"({"timestamp":"2026-03-09T12:00:00.000Z","event":"session.created","data":{"name":"a","command":["echo","x\ny"]}})"});
  EXPECT_EQ((*posix::PosixFileSystem().info(path_, FollowLinks::kNo))->mode, 0600U);
}

TEST_F(FileAuditSinkFile, RotatesAndKeepsFive) {
  for (const char byte : {'a', 'b', 'c', 'd', 'e', 'f', 'g'}) {
    fill(byte);
    ASSERT_TRUE(sink_.record("session.stopped", JsonValue::Object{}).ok());
    EXPECT_EQ(lines().size(), 1U);
  }
  for (int number = 1; number <= 5; ++number)
    EXPECT_EQ(first_byte(kept(number)), 'g' - number + 1) << number;
  EXPECT_FALSE(fs::exists(kept(6)));
  EXPECT_EQ((*posix::PosixFileSystem().info(path_, FollowLinks::kNo))->mode, 0600U);
}

TEST_F(FileAuditSinkFile, TakesALineThatIsLargerThanAFile) {
  const std::string large(kRotationBytes + 1, 'x');
  ASSERT_TRUE(sink_.record("large", JsonValue::Object{{"x", large}}).ok());
  ASSERT_TRUE(sink_.record("small", JsonValue::Object{}).ok());
  EXPECT_EQ(lines().size(), 1U);
  EXPECT_GT(fs::file_size(kept(1)), large.size());
}

TEST_F(FileAuditSinkFile, KeepsTheNextLineWholeAfterAFullDisk) {
  ASSERT_TRUE(sink_.record("first", JsonValue::Object{}).ok());
  {
    const testing_support::FullDisk full(fs::file_size(path_) + 10);
    EXPECT_FALSE(sink_.record("cut", JsonValue::Object{}).ok());
    EXPECT_FALSE(sink_.record("lost", JsonValue::Object{}).ok());
  }
  ASSERT_TRUE(sink_.record("third", JsonValue::Object{}).ok());
  const auto written = lines();
  ASSERT_EQ(written.size(), 3U);
  EXPECT_TRUE(codec_.parse(written[0]).ok());
  EXPECT_FALSE(codec_.parse(written[1]).ok());
  ASSERT_TRUE(codec_.parse(written[2]).ok());
  EXPECT_EQ(*codec_.parse(written[2])->find_string("event"), "third");
}

TEST_F(FileAuditSinkFile, FollowsNoLink) {
  fs::create_symlink(directory_ / "other", path_);
  EXPECT_FALSE(sink_.record("x", JsonValue::Object{}).ok());
  EXPECT_FALSE(fs::exists(directory_ / "other"));
}

TEST_F(FileAuditSinkFile, LosesNoLineOfSeveralProcessesOverARotation) {
  constexpr int kProcesses = 4;
  constexpr int kEvents = 100;
  std::ofstream(path_) << std::string(kRotationBytes - 5000, ' ') << '\n';
  std::vector<pid_t> children;
  for (int number = 0; number < kProcesses; ++number) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::setpgid(0, 0);
      ::alarm(30);
      for (int event = 0; event < kEvents; ++event) {
        if (!sink_.record("e", JsonValue::Object{{"n", number * kEvents + event}})) ::_exit(1);
      }
      ::_exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  std::size_t events = 0;
  for (const fs::path& file : {path_, kept(1)}) {
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
      if (line.starts_with(' ')) continue;
      EXPECT_TRUE(codec_.parse(line).ok()) << line;
      ++events;
    }
  }
  EXPECT_EQ(events, std::size_t{kProcesses} * kEvents);
  EXPECT_FALSE(fs::exists(kept(2))) << "rotated once, not once a process";
}

}  // namespace
}  // namespace mino::log
