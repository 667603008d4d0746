#include "tests/contract/network_log_contract.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <string_view>

#include "adapters/posix/network_log_file.hpp"
#include "adapters/posix/session_log_reader.hpp"
#include "tests/fakes/fake_network_log.hpp"
#include "tests/support/temp_dir.hpp"

namespace mino::contract {
namespace {

namespace fs = std::filesystem;

class FakeHarness final : public NetworkLogHarness {
 public:
  NetworkLog& log() override { return log_; }
  [[nodiscard]] fs::path directory() const override { return "/logs"; }
  [[nodiscard]] std::vector<std::string> lines(const fs::path& path) override {
    return exists(path) ? log_.logs.at(path) : std::vector<std::string>();
  }
  [[nodiscard]] bool exists(const fs::path& path) override { return log_.logs.contains(path); }

 private:
  fakes::FakeNetworkLog log_;
};

class Lines final : public LogOutput {
 public:
  Wanted write(LogStream /*stream*/, std::string_view bytes) override {
    text += bytes;
    return Wanted::kMore;
  }
  std::string text;
};

/// Read by what shows sessions' logs.
class FileHarness final : public NetworkLogHarness {
 public:
  NetworkLog& log() override { return log_; }
  [[nodiscard]] fs::path directory() const override { return directory_ / "state/logs"; }
  [[nodiscard]] std::vector<std::string> lines(const fs::path& path) override {
    Lines output;
    EXPECT_TRUE(reader_.read(path, {}, output).ok());
    std::vector<std::string> lines;
    std::string_view rest = output.text;
    while (!rest.empty()) {
      lines.emplace_back(rest.substr(0, rest.find('\n')));
      rest.remove_prefix(lines.back().size() + 1);
    }
    return lines;
  }
  [[nodiscard]] bool exists(const fs::path& path) override { return fs::exists(path); }

 private:
  testing_support::TempDir directory_;
  posix::NetworkLogFile log_;
  posix::SessionLogReader reader_;
};

template <typename Harness>
std::unique_ptr<NetworkLogHarness> make() {
  return std::make_unique<Harness>();
}

INSTANTIATE_TEST_SUITE_P(Fake, NetworkLogContract, ::testing::Values(&make<FakeHarness>));
INSTANTIATE_TEST_SUITE_P(File, NetworkLogContract, ::testing::Values(&make<FileHarness>));

TEST(NetworkLogFile, IsTheUsersAloneAndBounded) {
  const testing_support::TempDir directory;
  const fs::path path = directory / "logs/fox.network";
  posix::NetworkLogFile log;
  constexpr std::uint64_t kBound = posix::SessionLogWriter::kLeastBytes;
  ASSERT_TRUE(log.open(path, kBound).ok());
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
  ASSERT_EQ(::stat(path.parent_path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0700U);
  const std::string line(200, 'x');
  for (int i = 0; i < 3000; ++i) ASSERT_TRUE(log.append(line, {}).ok());
  std::uintmax_t total = 0;
  for (const auto& entry : fs::directory_iterator(path.parent_path())) total += entry.file_size();
  EXPECT_LE(total, kBound);
  EXPECT_GT(total, kBound / 4);
  ASSERT_TRUE(log.remove(path).ok());
  EXPECT_TRUE(fs::is_empty(path.parent_path()));
}

}  // namespace
}  // namespace mino::contract
