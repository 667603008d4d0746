#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <optional>
#include <string>
#include <thread>

#include "adapters/posix/session_log_reader.hpp"
#include "adapters/posix/session_log_writer.hpp"
#include "tests/support/full_disk.hpp"
#include "tests/support/temp_dir.hpp"

namespace mino::posix {
namespace {

namespace fs = std::filesystem;

const Timestamp kTime{std::chrono::milliseconds{1773057600123}};

struct Shown {
  std::string out;
  std::string errors;
  std::string all;
  int writes = 0;
};

/// Keeps what is shown, until it has had enough.
class Recorder final : public LogOutput {
 public:
  static constexpr int kUnlimited = 1 << 30;
  explicit Recorder(Shown& shown, int most_writes = kUnlimited)
      : shown_(shown), most_writes_(most_writes) {}

  Wanted write(LogStream stream, std::string_view bytes) override {
    (stream == LogStream::kStdout ? shown_.out : shown_.errors) += bytes;
    shown_.all += bytes;
    return ++shown_.writes < most_writes_ ? Wanted::kMore : Wanted::kNoMore;
  }

 private:
  Shown& shown_;
  int most_writes_;
};

class SessionLogFiles : public ::testing::Test {
 protected:
  SessionLogWriter writer(std::uint64_t max_bytes = SessionLogWriter::kLeastBytes) {
    Result<SessionLogWriter> made = SessionLogWriter::create(log_, max_bytes);
    EXPECT_TRUE(made.ok());
    return std::move(*made);
  }
  Shown read(std::size_t last_lines = 0) {
    Shown shown;
    Recorder recorder(shown);
    const Result<void> done = reader_.read(log_, {.last_lines = last_lines}, recorder);
    EXPECT_TRUE(done.ok()) << done.error().text();
    return shown;
  }
  static std::string numbered(int first, int last) {
    std::string lines;
    for (int number = first; number <= last; ++number)
      lines += "line " + std::to_string(number) + "\n";
    return lines;
  }

  testing_support::TempDir directory_;
  fs::path log_ = directory_ / "a.log";
  SessionLogReader reader_{std::chrono::milliseconds(1)};
};

TEST_F(SessionLogFiles, ShowsWhatWasWritten) {
  SessionLogWriter log = writer();
  ASSERT_TRUE(log.append(LogStream::kStdout, "out 1\nout", kTime).ok());
  ASSERT_TRUE(log.append(LogStream::kStderr, std::string("error\0\xff\n", 8), kTime).ok());
  ASSERT_TRUE(log.append(LogStream::kStdout, " 2\nend", kTime).ok());
  ASSERT_TRUE(log.append(LogStream::kStdout, "", kTime).ok());
  const Shown shown = read();
  EXPECT_EQ(shown.out, "out 1\nout 2\nend");
  EXPECT_EQ(shown.errors, std::string("error\0\xff\n", 8));
}

TEST_F(SessionLogFiles, IsPrivate) {
  SessionLogWriter log = writer();
  struct stat status {};
  ASSERT_EQ(::stat(log_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
}

TEST_F(SessionLogFiles, ShowsTheLastLines) {
  SessionLogWriter log = writer();
  ASSERT_TRUE(log.append(LogStream::kStdout, numbered(1, 1000), kTime).ok());
  EXPECT_EQ(read(3).out, numbered(998, 1000));
  EXPECT_EQ(read(1000).out, numbered(1, 1000));
  EXPECT_EQ(read(5000).out, numbered(1, 1000));
}

TEST_F(SessionLogFiles, KeepsTheNewestWithinItsSize) {
  SessionLogWriter log = writer();
  constexpr int kLines = 20000;
  for (int number = 1; number <= kLines; number += 100) {
    ASSERT_TRUE(log.append(LogStream::kStdout, numbered(number, number + 99), kTime).ok());
    ASSERT_LE(fs::file_size(log_), SessionLogWriter::kLeastBytes / 2);
  }
  EXPECT_LE(fs::file_size(older_log_segment(log_)), SessionLogWriter::kLeastBytes / 2);
  const std::string all = read().out;
  EXPECT_GT(all.size(), 30000U);
  const std::string whole = numbered(1, kLines);
  EXPECT_TRUE(whole.ends_with(all));
}

TEST_F(SessionLogFiles, ShowsLastLinesOfBothSegments) {
  SessionLogWriter log = writer();
  int number = 0;
  while (!fs::exists(older_log_segment(log_))) {
    ++number;
    ASSERT_TRUE(log.append(LogStream::kStdout, numbered(number, number), kTime).ok());
  }
  for (const int count : {1, 2, 3, 100, 1000}) {
    EXPECT_EQ(read(static_cast<std::size_t>(count)).out, numbered(number - count + 1, number))
        << count;
  }
  EXPECT_EQ(read().out, numbered(1, number));
}

TEST_F(SessionLogFiles, FindsTheTailOverBlocksOfAnySize) {
  SessionLogWriter log = writer(std::uint64_t{16} * 1024 * 1024);
  std::string lines;
  for (std::size_t number = 0; number < 300; ++number) {
    std::string line(number * 97 % 9000, static_cast<char>('a' + number % 26));
    line += '\n';
    ASSERT_TRUE(log.append(LogStream::kStdout, line, kTime).ok());
    lines += line;
  }
  for (std::size_t count = 1; count <= 300; count += 13) {
    std::size_t begin = lines.size();
    for (std::size_t left = count; left > 0; --left)
      begin = begin < 2 ? 0 : lines.rfind('\n', begin - 2) + 1;
    ASSERT_EQ(read(count).out, lines.substr(begin)) << count;
  }
}

TEST_F(SessionLogFiles, StartsEmptyWhenANameIsUsedAgain) {
  {
    SessionLogWriter first = writer();
    for (int round = 0; round < 3; ++round)
      ASSERT_TRUE(first.append(LogStream::kStdout, numbered(1, 5000), kTime).ok());
    ASSERT_TRUE(fs::exists(older_log_segment(log_)));
  }
  SessionLogWriter second = writer();
  ASSERT_TRUE(second.append(LogStream::kStdout, "new\n", kTime).ok());
  EXPECT_EQ(read().all, "new\n");
}

TEST_F(SessionLogFiles, PassesOverDamage) {
  SessionLogWriter log = writer();
  ASSERT_TRUE(log.append(LogStream::kStdout, "one\n", kTime).ok());
  std::ofstream(log_, std::ios::app) << "damage\n"
                                     << std::string(300'000, 'x') << "\n\n"
                                     << std::string(100'000, '\n');
  ASSERT_TRUE(log.append(LogStream::kStdout, "two\n", kTime).ok());
  std::ofstream(log_, std::ios::app) << "2026-03-09T12:00:00.123Z stdout F torn";
  EXPECT_EQ(read().all, "one\ntwo\n");
  EXPECT_EQ(read(1).all, "two\n");
  EXPECT_EQ(read(2).all, "one\ntwo\n");
}

TEST_F(SessionLogFiles, ReportsAFailureOnceAndGoesOn) {
  SessionLogWriter log = writer();
  ASSERT_TRUE(log.append(LogStream::kStdout, numbered(1, 10), kTime).ok());
  // The next rotation cannot make its file.
  fs::create_directory(older_log_segment(log_));
  int failures = 0;
  for (int round = 0; round < 20; ++round) {
    if (!log.append(LogStream::kStdout, numbered(1, 1000), kTime)) ++failures;
  }
  EXPECT_EQ(failures, 1);
  fs::remove(older_log_segment(log_));
  EXPECT_TRUE(log.append(LogStream::kStdout, "after\n", kTime).ok());
  EXPECT_TRUE(read().out.ends_with("after\n"));
}

TEST_F(SessionLogFiles, LeavesOutTheRecordThatAFullDiskCutShort) {
  SessionLogWriter log = writer();
  ASSERT_TRUE(log.append(LogStream::kStdout, "before\n", kTime).ok());
  {
    const testing_support::FullDisk full(fs::file_size(log_) + 40);
    EXPECT_FALSE(log.append(LogStream::kStdout, "cut\nlost\n", kTime).ok());
    EXPECT_TRUE(log.append(LogStream::kStderr, "lost as well\n", kTime).ok());
  }
  EXPECT_TRUE(log.append(LogStream::kStdout, "after\n", kTime).ok());
  EXPECT_EQ(read().all, "before\ncut\nafter\n");
}

TEST_F(SessionLogFiles, StopsWhenNoMoreIsWanted) {
  SessionLogWriter log = writer(std::uint64_t{8} * 1024 * 1024);
  for (int round = 0; round < 20; ++round)
    ASSERT_TRUE(log.append(LogStream::kStdout, numbered(1, 5000), kTime).ok());
  Shown shown;
  Recorder recorder(shown, 1);
  EXPECT_TRUE(reader_.read(log_, {}, recorder).ok());
  EXPECT_EQ(shown.writes, 1);
}

TEST_F(SessionLogFiles, HandsOnLargePieces) {
  SessionLogWriter log = writer();
  ASSERT_TRUE(log.append(LogStream::kStdout, numbered(1, 1000), kTime).ok());
  EXPECT_EQ(read().writes, 1);
}

TEST_F(SessionLogFiles, SaysThatThereIsNone) {
  Shown shown;
  Recorder recorder(shown);
  const Result<void> done = reader_.read(log_, {}, recorder);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code(), ErrorCode::kNotFound);
  const Result<void> followed = reader_.read(log_, {.has_ended = [] { return true; }}, recorder);
  ASSERT_FALSE(followed.ok());
  EXPECT_EQ(followed.error().code(), ErrorCode::kNotFound);
}

TEST_F(SessionLogFiles, FollowsNoLink) {
  std::ofstream(directory_ / "other") << "2026-03-09T12:00:00.123Z stdout F secret\n";
  fs::create_symlink(directory_ / "other", log_);
  Shown shown;
  Recorder recorder(shown);
  EXPECT_FALSE(reader_.read(log_, {}, recorder).ok());
  EXPECT_EQ(shown.all, "");
}

TEST_F(SessionLogFiles, RemovesBothSegments) {
  SessionLogWriter log = writer();
  for (int round = 0; round < 3; ++round)
    ASSERT_TRUE(log.append(LogStream::kStdout, numbered(1, 5000), kTime).ok());
  ASSERT_TRUE(fs::exists(older_log_segment(log_)));
  EXPECT_TRUE(reader_.remove(log_).ok());
  EXPECT_TRUE(fs::is_empty(directory_.path()));
  EXPECT_TRUE(reader_.remove(log_).ok());
}

/// Each look of the reader is answered by one more step of the session, so that the order is fixed.
TEST_F(SessionLogFiles, FollowsFromBeforeTheFirstLineToTheEnd) {
  std::optional<SessionLogWriter> log;
  int look = 0;
  const auto has_ended = [&] {
    switch (++look) {
      case 1:
        return false;  // no log yet
      case 2:
        log.emplace(writer());
        EXPECT_TRUE(log->append(LogStream::kStdout, "one\ntw", kTime).ok());
        return false;
      case 3:
        EXPECT_TRUE(log->append(LogStream::kStdout, "o\n", kTime).ok());
        return false;
      default:
        EXPECT_TRUE(log->append(LogStream::kStderr, "last", kTime).ok());
        return true;
    }
  };
  Shown shown;
  Recorder recorder(shown);
  ASSERT_TRUE(reader_.read(log_, {.last_lines = 100, .has_ended = has_ended}, recorder).ok());
  EXPECT_EQ(shown.all, "one\ntwo\nlast");
}

TEST_F(SessionLogFiles, FollowsOverRotationsWithoutLoss) {
  SessionLogWriter log = writer();
  int look = 0;
  int number = 0;
  // Between two looks the log rotates at most twice, so that nothing of it is dropped before it was
  // seen.
  const auto has_ended = [&] {
    ++look;
    for (int batch = 0; batch < 20; ++batch, number += 100) {
      EXPECT_TRUE(log.append(LogStream::kStdout, numbered(number + 1, number + 100), kTime).ok());
    }
    return look == 5;
  };
  Shown shown;
  Recorder recorder(shown);
  ASSERT_TRUE(reader_.read(log_, {.last_lines = 0, .has_ended = has_ended}, recorder).ok());
  EXPECT_EQ(shown.all, numbered(1, number));
  EXPECT_TRUE(fs::exists(older_log_segment(log_)));
}

TEST_F(SessionLogFiles, FollowsAWriterAtFullSpeed) {
  SessionLogWriter log = writer(std::uint64_t{64} * 1024 * 1024);
  std::atomic<bool> ended{false};
  std::thread owner([&] {
    for (int number = 0; number < 20000; number += 10) {
      if (!log.append(LogStream::kStdout, numbered(number + 1, number + 10), kTime)) break;
    }
    ended = true;
  });
  Shown shown;
  Recorder recorder(shown);
  const Result<void> done =
      reader_.read(log_, {.has_ended = [&] { return ended.load(); }}, recorder);
  owner.join();
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(shown.all, numbered(1, 20000));
}

}  // namespace
}  // namespace mino::posix
