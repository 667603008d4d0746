#include "integration/support/ssh_fixture.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <utility>

namespace mino::integration {

namespace fs = std::filesystem;

namespace {

constexpr seconds kServerLife{300};

/// A port of 127.0.0.1 on which nobody listens now.
int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(fd, reinterpret_cast<const sockaddr*>(&address), size);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return ntohs(address.sin_port);
}

void make_key(const fs::path& path, const std::string& comment) {
  const auto made = run({.argv = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment,
                                  "-f", path.string()}});
  ASSERT_EQ(made.code, 0) << made.err;
}

std::string user_name() { return ::getenv("USER") == nullptr ? "root" : ::getenv("USER"); }

}  // namespace

void SshTest::SetUp() {
  BoxTest::SetUp();
  if (IsSkipped() || HasFatalFailure()) return;
  fs::create_directories(home() / ".ssh");
  make_key(root_ / "work", "work@laptop");
  make_key(root_ / "home-key", "home");
  start_agent();
}

void SshTest::TearDown() {
  agent_.reset();
  BoxTest::TearDown();
}

void SshTest::start_agent() {
  ProgramSpec spec;
  // With -d it says which requests it gets.
  spec.argv = {"ssh-agent", "-d", "-a", agent_socket().string()};
  spec.deadline = kServerLife;
  agent_ = std::make_unique<Background>(spec);
  ASSERT_TRUE(eventually([this] { return fs::exists(agent_socket()); })) << "no ssh-agent";
  const auto added =
      run_on_host("ssh-add -q " + (root_ / "work").string() + " " + (root_ / "home-key").string());
  ASSERT_EQ(added.code, 0) << added.err;
}

void SshTest::kill_agent() {
  agent_->signal(SIGKILL);
  ASSERT_TRUE(agent_->wait(seconds(10)));
}

ProgramSpec SshTest::with_agent(ProgramSpec spec) const {
  // podman goes on using the user's own storage and configuration.
  const fs::path real = ::getenv("HOME");
  spec.environment["HOME"] = home().string();
  spec.environment["XDG_DATA_HOME"] = (real / ".local/share").string();
  spec.environment["XDG_CONFIG_HOME"] = (real / ".config").string();
  spec.environment["SSH_AUTH_SOCK"] = agent_socket().string();
  return spec;
}

ProgramSpec SshTest::ssh_box(std::vector<std::string> words) const {
  std::vector<std::string> all{"run", "--image", "host"};
  all.insert(all.end(), words.begin(), words.end());
  return with_agent(mino(std::move(all)));
}

ProgramResult SshTest::run_script(const std::string& script,
                                  std::vector<std::string> options) const {
  options.insert(options.end(), {"--", "sh", "-c", script});
  return run(ssh_box(std::move(options)));
}

ProgramResult SshTest::run_on_host(const std::string& script) const {
  ProgramSpec spec;
  spec.argv = {"sh", "-c", script};
  spec.environment = {{"SSH_AUTH_SOCK", agent_socket().string()}, {"HOME", home().string()}};
  spec.directory = project_.string();
  return run(spec);
}

std::string SshTest::fingerprint(const std::string& key) const {
  const auto shown = run({.argv = {"ssh-keygen", "-l", "-f", (root_ / (key + ".pub")).string()}});
  const std::size_t begin = shown.out.find("SHA256:");
  return shown.out.substr(begin, shown.out.find(' ', begin) - begin);
}

std::optional<int> SshTest::filter() const {
  std::error_code error;
  for (const auto& process : fs::directory_iterator("/proc", error)) {
    const std::string words = slurp(process.path() / "cmdline");
    if (!words.starts_with(state_.string())) continue;
    if (words.find(std::string("\0ssh-agent\0", 11)) == std::string::npos) continue;
    return std::stoi(process.path().filename().string());
  }
  return std::nullopt;
}

SshServer::SshServer(fs::path directory, const std::string& authorized_keys,
                     const std::vector<std::string>& certify)
    : directory_(std::move(directory)), port_(free_port()) {
  const char* const program = "/usr/sbin/sshd";
  if (!fs::exists(program)) {
    problem_ = "there is no sshd here";
    return;
  }
  fs::create_directories(directory_);
  make_key(directory_ / "host_key", "host");
  if (!certify.empty()) {
    std::vector<std::string> words{"ssh-keygen", "-q"};
    words.insert(words.end(), certify.begin(), certify.end());
    words.push_back((directory_ / "host_key.pub").string());
    const auto made = run({.argv = std::move(words)});
    EXPECT_EQ(made.code, 0) << made.err;
  }
  std::ofstream(directory_ / "authorized_keys") << authorized_keys;
  std::ofstream(directory_ / "sshd_config")
      << (certify.empty() ? "" : "HostCertificate " + directory_.string() + "/host_key-cert.pub\n")
      << "Port " << port_ << "\nListenAddress 127.0.0.1\nHostKey " << directory_.string()
      << "/host_key\nAuthorizedKeysFile " << directory_.string()
      << "/authorized_keys\nStrictModes no\nUsePAM no\nPidFile none\nPasswordAuthentication no\n"
      << "KbdInteractiveAuthentication no\nAllowAgentForwarding yes\nMaxStartups 100\n";
  ProgramSpec spec;
  spec.argv = {program, "-D", "-e", "-f", (directory_ / "sshd_config").string()};
  spec.deadline = kServerLife;
  server_ = std::make_unique<Background>(spec);
  const bool is_up =
      eventually([this] { return server_->err().find("Server listening") != std::string::npos; });
  if (!is_up) problem_ = "sshd does not run here: " + server_->err();
}

std::string SshServer::known_hosts_line() const {
  std::string key = slurp(directory_ / "host_key.pub");
  key.resize(key.rfind(' '));
  return "[127.0.0.1]:" + std::to_string(port_) + " " + key + "\n";
}

std::string SshServer::ssh(const std::string& options) const {
  return "ssh -o BatchMode=yes -o ConnectTimeout=20 " + options + " -p " + std::to_string(port_) +
         " " + user_name() + "@127.0.0.1 ";
}

}  // namespace mino::integration
