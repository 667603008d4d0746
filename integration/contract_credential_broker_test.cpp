// The contract of the credential broker on the real one: mino-helper serves in the network
// namespace of a process of the test.
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "adapters/broker/broker_process.hpp"
#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/posix/child_process.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "integration/support/network_namespace.hpp"
#include "tests/contract/credential_broker_contract.hpp"
#include "tests/support/temp_dir.hpp"

namespace mino::contract {
namespace {

namespace fs = std::filesystem;

constexpr int kPatienceMs = 20'000;

bool write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text << std::flush;
  return file.good();
}

/// A process with a user and a network namespace of its own, in which its user is root. It sleeps.
class Box {
 public:
  /// Nothing where such namespaces are refused.
  static std::unique_ptr<Box> make() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return nullptr;
    const posix::UniqueFd ready(ends[0]);
    posix::UniqueFd tell(ends[1]);
    const std::string uid = "0 " + std::to_string(::geteuid()) + " 1";
    const std::string gid = "0 " + std::to_string(::getegid()) + " 1";
    const pid_t child = ::fork();
    if (child == 0) {
      ::alarm(120);
      if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0 ||
          !write_file("/proc/self/setgroups", "deny") || !write_file("/proc/self/uid_map", uid) ||
          !write_file("/proc/self/gid_map", gid) || ::write(tell.get(), "k", 1) != 1)
        ::_exit(1);
      for (;;) ::pause();
    }
    tell.reset();
    auto process = posix::ChildProcess::adopt(child, posix::ChildScope::kProcess);
    char word = 0;
    if (!process.ok() || ::read(ready.get(), &word, 1) != 1) return nullptr;
    return std::unique_ptr<Box>(new Box(std::move(process).value()));
  }
  [[nodiscard]] pid_t pid() const { return process_.pid(); }
  /// Moves the calling process in.
  void enter() const {
    for (const auto& [name, kind] :
         {std::pair{"user", CLONE_NEWUSER}, std::pair{"net", CLONE_NEWNET}}) {
      const std::string path = "/proc/" + std::to_string(pid()) + "/ns/" + name;
      const posix::UniqueFd space(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
      if (!space || ::setns(space.get(), kind) != 0) ::_exit(2);
    }
  }

 private:
  explicit Box(posix::ChildProcess process) : process_(std::move(process)) {}
  posix::ChildProcess process_;
};

class Real final : public CredentialBrokerHarness {
 public:
  explicit Real(std::unique_ptr<Box> box) : box_(std::move(box)) {}

  CredentialBroker& broker() override { return broker_; }
  RunPlan plan() override {
    RunPlan plan = testing_support::plan_of(testing_support::plain_inputs());
    plan.runtime_dir = directory_.path().string();
    const char* program = ::getenv("MINO_BIN");
    plan.broker = BrokerPlan{
        .helper_program =
            (fs::path(program == nullptr ? "" : program).parent_path() / "mino-helper").string()};
    return plan;
  }
  void box_stands() override {
    broker_.box_stands(box_->pid());
    while (broker_.state() == posix::BoxWall::State::kPending) ASSERT_TRUE(turn());
    ASSERT_EQ(broker_.state(), posix::BoxWall::State::kUp) << broker_.failure().text();
  }
  Client ask(const std::string& token) override {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    posix::UniqueFd heard(ends[0]);
    const posix::UniqueFd say(ends[1]);
    const pid_t child = ::fork();
    if (child == 0) {
      ::alarm(60);
      box_->enter();
      const auto [socket, error] = integration::connect_to("169.254.170.2", 80, SOCK_STREAM);
      const std::string request =
          "GET /aws HTTP/1.1\r\nHost: 169.254.170.2\r\nAuthorization: " + token + "\r\n\r\n";
      if (error != 0 || ::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0)
        ::_exit(3);
      std::array<char, 4096> buffer{};
      for (ssize_t got = 0; (got = ::read(socket.get(), buffer.data(), buffer.size())) > 0;)
        if (::write(say.get(), buffer.data(), static_cast<std::size_t>(got)) != got) ::_exit(4);
      ::_exit(0);
    }
    auto process = posix::ChildProcess::adopt(child, posix::ChildScope::kProcess);
    EXPECT_TRUE(process.ok());
    const int client = next_++;
    clients_.emplace(client, std::pair{std::move(process).value(), std::move(heard)});
    return client;
  }
  bool was_told(Client client, const std::string& text) override {
    const posix::UniqueFd& heard = clients_.at(client).second;
    std::string all;
    std::array<char, 4096> buffer{};
    for (;;) {
      pollfd wait{heard.get(), POLLIN, 0};
      if (::poll(&wait, 1, kPatienceMs) != 1) return false;
      const ssize_t got = ::read(heard.get(), buffer.data(), buffer.size());
      if (got <= 0) return all.find(text) != std::string::npos;
      all.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }
  bool turn() override {
    pollfd wait{broker_.fd(), POLLIN, 0};
    if (::poll(&wait, 1, kPatienceMs) != 1) return false;
    broker_.handle();
    return true;
  }
  void turn_at_once() override {
    if (broker_.fd() >= 0) broker_.handle();
  }

 private:
  testing_support::TempDir directory_;
  posix::PosixFileSystem files_;
  json::RapidJsonCodec codec_;
  std::unique_ptr<Box> box_;
  broker::BrokerProcess broker_{files_, codec_};
  std::map<Client, std::pair<posix::ChildProcess, posix::UniqueFd>> clients_;
  int next_ = 0;
};

std::unique_ptr<CredentialBrokerHarness> make_real() {
  auto box = Box::make();
  if (!box) return nullptr;
  return std::make_unique<Real>(std::move(box));
}

INSTANTIATE_TEST_SUITE_P(Real, CredentialBrokerContract, ::testing::Values(&make_real));

}  // namespace
}  // namespace mino::contract
