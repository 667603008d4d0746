// The contract of what filters the SSH agent, on the real mino-helper and OpenSSH's ssh-agent.
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <optional>

#include "adapters/posix/posix_file_system.hpp"
#include "adapters/posix/process_environment.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "adapters/ssh/agent_forwarder.hpp"
#include "domain/ssh/agent_message.hpp"
#include "domain/ssh/ssh_bytes.hpp"
#include "integration/support/box_test.hpp"
#include "tests/contract/ssh_agent_filter_contract.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino::contract {
namespace {

namespace fs = std::filesystem;
using integration::Background;
using integration::eventually;
using integration::ProgramSpec;
using integration::slurp;

constexpr std::chrono::seconds kPatience{20};
constexpr std::chrono::seconds kAgentLife{120};

class ForwarderHarness final : public SshAgentFilterHarness {
 public:
  ForwarderHarness() {
    const auto made = integration::run({.argv = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "",
                                                 "-C", "work", "-f", key().string()}});
    if (made.code != 0) {
      problem_ = "no ssh-keygen: " + made.err;
      return;
    }
    agent_returns();
    RunInputs inputs = testing_support::plain_inputs();
    inputs.host.runtime_root = directory_ / "runtime";
    without_ = testing_support::plan_of(inputs);
    inputs.host.ssh_agent = {SshAgentFacts::State::kUsable, agent_socket().string()};
    inputs.host.helper_program = fs::path(::getenv("MINO_BIN")).parent_path() / "mino-helper";
    plan_ = testing_support::plan_of(inputs);
    plan_.ssh->policy.files = SshPolicy::Files::kAllowed;
    broken_ = plan_;
    broken_.ssh->helper_program = directory_ / "no-such-program";
    fs::create_directories(plan_.runtime_dir);
  }

  std::string problem() override { return problem_; }
  SshAgentFilter& filter() override { return filter_; }
  const RunPlan& plan() override { return plan_; }
  const RunPlan& plan_without_agent() override { return without_; }
  const RunPlan& broken_plan() override { return broken_; }

  Answer box_signs() override {
    std::string data = "SSHSIG";
    for (const std::string& part :
         {std::string("git"), std::string(), std::string("sha512"), std::string(64, 'd')})
      append_ssh_string(data, part);
    std::string message = bare_message(AgentCode::kSignRequest);
    append_ssh_string(message, key_blob());
    append_ssh_string(message, data);
    append_ssh_number(message, 0);
    return ask(message, Owner::kWorks);
  }
  Answer box_removes_all_keys() override {
    return ask(bare_message(AgentCode::kRemoveAll), Owner::kIsBusy);
  }
  void agent_ends() override {
    agent_->signal(SIGKILL);
    EXPECT_TRUE(agent_->wait(kPatience));
  }
  void agent_returns() override {
    fs::remove(agent_socket());
    ProgramSpec spec;
    spec.argv = {"ssh-agent", "-D", "-a", agent_socket().string()};
    spec.deadline = kAgentLife;
    agent_ = std::make_unique<Background>(spec);
    const auto added = [this] {
      ProgramSpec add;
      add.argv = {"ssh-add", "-q", key().string()};
      add.environment = {{"SSH_AUTH_SOCK", agent_socket().string()}};
      return integration::run(add).code == 0;
    };
    if (!eventually(added)) problem_ = "no ssh-agent: " + agent_->err();
  }
  void filter_ends() override {
    if (const auto filter = filter_process()) ::kill(*filter, SIGKILL);
    pollfd wait{filter_.fd(), POLLIN, 0};
    const int patience_ms = lost_ ? 0 : 20'000;
    EXPECT_EQ(::poll(&wait, 1, patience_ms), lost_ ? 0 : 1);
    lost_ = true;
    filter_.handle();
  }

 private:
  enum class Owner { kWorks, kIsBusy };

  [[nodiscard]] fs::path key() const { return directory_ / "key"; }
  [[nodiscard]] fs::path agent_socket() const { return directory_ / "agent.sock"; }
  [[nodiscard]] std::string key_blob() const {
    const std::string line = slurp(directory_ / "key.pub");
    const std::size_t begin = line.find(' ') + 1;
    return decode_base64(line.substr(begin, line.find(' ', begin) - begin)).value();
  }

  [[nodiscard]] std::optional<pid_t> filter_process() const {
    for (const auto& process : fs::directory_iterator("/proc")) {
      if (!slurp(process.path() / "cmdline").starts_with(plan_.ssh->helper_program)) continue;
      const std::string parent = "PPid:\t" + std::to_string(::getpid()) + "\n";
      if (slurp(process.path() / "status").find(parent) == std::string::npos) continue;
      return std::stoi(process.path().filename().string());
    }
    return std::nullopt;
  }

  Answer ask(const std::string& message, Owner owner) {
    const std::string path = ssh_directory(plan_) + "/" + std::string(kSshSocketName);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return Answer::kNone;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    const posix::UniqueFd client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      return Answer::kNone;
    const std::string bytes = framed(message);
    EXPECT_EQ(::send(client.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
    const auto answer = hear(client.get(), owner);
    if (!answer) return Answer::kNone;
    return is_signature(*answer) ? Answer::kGranted : Answer::kRefused;
  }

  /// The next message, while the owner does its part or does not.
  std::optional<std::string> hear(int client, Owner owner) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    AgentStream stream;
    while (std::chrono::steady_clock::now() < deadline) {
      std::array<pollfd, 2> waits{pollfd{client, POLLIN, 0},
                                  pollfd{owner == Owner::kWorks ? filter_.fd() : -1, POLLIN, 0}};
      if (::poll(waits.data(), waits.size(), 100) <= 0) continue;
      if (waits[1].revents != 0) filter_.handle();
      if (waits[0].revents == 0) continue;
      std::array<char, 4096> buffer{};
      const ssize_t got = ::read(client, buffer.data(), buffer.size());
      if (got <= 0) return std::nullopt;
      stream.add({buffer.data(), static_cast<std::size_t>(got)});
      if (auto message = stream.next()) return message;
    }
    ADD_FAILURE() << "neither an answer nor an end";
    return std::nullopt;
  }

  testing_support::TempDir directory_;
  std::string problem_;
  posix::PosixFileSystem files_;
  posix::ProcessEnvironment environment_;
  ssh::AgentForwarder filter_{files_, environment_};
  std::unique_ptr<Background> agent_;
  RunPlan plan_ = testing_support::plan_of(testing_support::plain_inputs());
  RunPlan without_ = plan_;
  RunPlan broken_ = plan_;
  bool lost_ = false;
};

INSTANTIATE_TEST_SUITE_P(Forwarder, SshAgentFilterContract,
                         ::testing::Values([]() -> std::unique_ptr<SshAgentFilterHarness> {
                           return std::make_unique<ForwarderHarness>();
                         }));

}  // namespace
}  // namespace mino::contract
