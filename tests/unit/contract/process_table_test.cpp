#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "adapters/posix/posix_process_table.hpp"
#include "tests/contract/process_table_contract.hpp"
#include "tests/fakes/fake_process_table.hpp"

namespace mino::contract {
namespace {

class FakeHarness final : public ProcessTableHarness {
 public:
  ProcessTable& table() override { return table_; }
  ProcessIdentity start() override { return table_.start(); }
  void await_end(const ProcessIdentity& /*process*/) override {}
  void reap(const ProcessIdentity& /*process*/) override {}

 private:
  fakes::FakeProcessTable table_;
};

/// Field 22 of /proc/PID/stat of a process whose name holds no space.
std::uint64_t start_time_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  const std::vector<std::string> fields{std::istream_iterator<std::string>(file), {}};
  return std::stoull(fields.at(21));
}

/// Children that do nothing, each in a process group of its own, and that end by themselves after
/// half a minute.
class PosixHarness final : public ProcessTableHarness {
 public:
  ~PosixHarness() override {
    for (const pid_t child : children_) {
      ::kill(child, SIGKILL);
      ::waitpid(child, nullptr, 0);
    }
  }
  ProcessTable& table() override { return table_; }
  ProcessIdentity start() override {
    const pid_t child = ::fork();
    if (child == 0) {
      ::setpgid(0, 0);
      ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
      ::alarm(30);
      for (;;) ::pause();
    }
    EXPECT_GT(child, 0);
    children_.push_back(child);
    return {.pid = child, .start_time = start_time_of(child)};
  }
  void await_end(const ProcessIdentity& process) override {
    siginfo_t ended{};
    ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(process.pid), &ended, WEXITED | WNOWAIT), 0);
  }
  void reap(const ProcessIdentity& process) override {
    ASSERT_EQ(::waitpid(static_cast<pid_t>(process.pid), nullptr, 0), process.pid);
    std::erase(children_, process.pid);
  }

 private:
  posix::PosixProcessTable table_;
  std::vector<pid_t> children_;
};

template <typename Harness>
std::unique_ptr<ProcessTableHarness> make() {
  return std::make_unique<Harness>();
}

INSTANTIATE_TEST_SUITE_P(Fake, ProcessTableContract, ::testing::Values(&make<FakeHarness>));
INSTANTIATE_TEST_SUITE_P(Posix, ProcessTableContract, ::testing::Values(&make<PosixHarness>));

}  // namespace
}  // namespace mino::contract
