#include "adapters/posix/posix_file_system.hpp"
#include "tests/contract/file_system_contract.hpp"
#include "tests/fakes/fake_file_system.hpp"
#include "tests/support/temp_dir.hpp"

namespace mino::contract {
namespace {

class FakeHarness final : public FileSystemHarness {
 public:
  FakeHarness() { files_.add_directory("/root"); }
  FileSystem& files() override { return files_; }
  std::filesystem::path root() override { return "/root"; }
  void make_symlink(const std::filesystem::path& path,
                    const std::filesystem::path& target) override {
    files_.add_symlink(path, target);
  }

 private:
  fakes::FakeFileSystem files_;
};

class PosixHarness final : public FileSystemHarness {
 public:
  FileSystem& files() override { return files_; }
  std::filesystem::path root() override { return directory_.path(); }
  void make_symlink(const std::filesystem::path& path,
                    const std::filesystem::path& target) override {
    std::filesystem::create_symlink(target, path);
  }

 private:
  testing_support::TempDir directory_;
  posix::PosixFileSystem files_;
};

template <typename Harness>
std::unique_ptr<FileSystemHarness> make() {
  return std::make_unique<Harness>();
}

INSTANTIATE_TEST_SUITE_P(Fake, FileSystemContract, ::testing::Values(&make<FakeHarness>));
INSTANTIATE_TEST_SUITE_P(Posix, FileSystemContract, ::testing::Values(&make<PosixHarness>));

}  // namespace
}  // namespace mino::contract
