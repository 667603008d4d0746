#include "adapters/posix/file_lock.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <optional>
#include <thread>
#include <vector>

#include "tests/support/temp_dir.hpp"

namespace mino::posix {
namespace {

using std::chrono::milliseconds;

TEST(FileLock, ExcludesOthersUntilItIsDropped) {
  const testing_support::TempDir directory;
  const auto path = directory / ".lock";
  std::optional<Result<FileLock>> first = FileLock::acquire(path, milliseconds(0));
  ASSERT_TRUE(first->ok());
  const Result<FileLock> second = FileLock::acquire(path, milliseconds(5));
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code(), ErrorCode::kTimeout);
  first.reset();
  EXPECT_TRUE(FileLock::acquire(path, milliseconds(0)).ok());
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
}

TEST(FileLock, WaitsForItsTurn) {
  const testing_support::TempDir directory;
  const auto path = directory / ".lock";
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::atomic<int> acquired{0};
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number) {
    threads.emplace_back([&] {
      for (int round = 0; round < 10; ++round) {
        const Result<FileLock> lock = FileLock::acquire(path, std::chrono::seconds(20));
        if (!lock) return;
        most = std::max(most.load(), ++inside);
        std::this_thread::yield();
        --inside;
        ++acquired;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(most, 1);
  EXPECT_EQ(acquired, 40);
}

TEST(FileLock, FollowsNoLink) {
  const testing_support::TempDir directory;
  std::ofstream(directory / "other") << "x";
  std::filesystem::create_symlink(directory / "other", directory / ".lock");
  EXPECT_FALSE(FileLock::acquire(directory / ".lock", milliseconds(0)).ok());
}

}  // namespace
}  // namespace mino::posix
