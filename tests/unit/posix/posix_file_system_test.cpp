#include "adapters/posix/posix_file_system.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <atomic>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "adapters/posix/unique_fd.hpp"
#include "tests/support/full_disk.hpp"
#include "tests/support/temp_dir.hpp"

namespace mino::posix {
namespace {

constexpr std::size_t kPlenty = std::size_t{1024} * 1024;

TEST(PosixFileSystem, ReadsFilesWhoseSizeIsUnknown) {
  const auto text = PosixFileSystem().read("/proc/self/status", kPlenty);
  ASSERT_TRUE(text.ok());
  ASSERT_TRUE(text->has_value());
  EXPECT_NE((*text)->find("Pid:"), std::string::npos);
}

TEST(PosixFileSystem, DoesNotWaitForAFifo) {
  const testing_support::TempDir directory;
  const auto path = directory / "fifo";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const auto text = PosixFileSystem().read(path, kPlenty);
  ASSERT_FALSE(text.ok());
  EXPECT_EQ(text.error().code(), ErrorCode::kCorrupt);
  EXPECT_EQ((*PosixFileSystem().info(path, FollowLinks::kYes))->kind, FileKind::kOther);
}

TEST(PosixFileSystem, KnowsSockets) {
  const testing_support::TempDir directory;
  const auto path = directory / "socket";
  const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ((*PosixFileSystem().info(path, FollowLinks::kNo))->kind, FileKind::kSocket);
}

TEST(PosixFileSystem, NamesThePathInErrors) {
  const testing_support::TempDir directory;
  const Result<void> written =
      PosixFileSystem().write_atomic(directory / "missing/file", "x", 0600, Durability::kRename);
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().sys_errno(), ENOENT);
  EXPECT_EQ(written.error().text(), "opening directory " + (directory / "missing").native() +
                                        ": no such file or directory");
}

TEST(PosixFileSystem, AFullDiskLeavesTheOldFile) {
  const testing_support::TempDir directory;
  PosixFileSystem files;
  ASSERT_TRUE(files.write_atomic(directory / "file", "old", 0600, Durability::kRename).ok());
  {
    const testing_support::FullDisk full(1000);
    const Result<void> written =
        files.write_atomic(directory / "file", std::string(5000, 'x'), 0600, Durability::kRename);
    ASSERT_FALSE(written.ok());
    EXPECT_EQ(written.error().code(), ErrorCode::kInternal);
  }
  EXPECT_EQ(**files.read(directory / "file", kPlenty), "old");
  EXPECT_EQ(**files.list(directory.path()), std::vector<std::string>{"file"});
}

TEST(PosixFileSystem, ReadersSeeTheOldOrTheNewBytes) {
  const testing_support::TempDir directory;
  const auto path = directory / "file";
  PosixFileSystem files;
  const std::string versions[] = {std::string(20000, 'a'), std::string(30000, 'b')};
  ASSERT_TRUE(files.write_atomic(path, versions[0], 0600, Durability::kRename).ok());
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int round = 0; round < 50; ++round) {
      static_cast<void>(files.write_atomic(path, versions[round % 2], 0600, Durability::kRename));
    }
    done = true;
  });
  int torn = 0;
  while (!done) {
    const auto text = files.read(path, kPlenty);
    if (!text || !*text || (**text != versions[0] && **text != versions[1])) ++torn;
  }
  writer.join();
  EXPECT_EQ(torn, 0);
  EXPECT_EQ((*files.list(directory.path()))->size(), 1U);
}

}  // namespace
}  // namespace mino::posix
