#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "integration/support/box_test.hpp"

namespace mino::integration {

/// Boxes of the host's own programs, OpenSSH among them, with a real ssh-agent that holds two keys
/// with the comments "work@laptop" and "home". The user's home directory is one of the test's, so
/// that its known hosts are.
class SshTest : public BoxTest {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// `mino run --image host WORDS…` with the agent.
  [[nodiscard]] ProgramSpec ssh_box(std::vector<std::string> words) const;
  /// A shell script in such a box, with OPTIONS before it.
  [[nodiscard]] ProgramResult run_script(const std::string& script,
                                         std::vector<std::string> options = {}) const;
  /// The same script on the host, with the agent itself: what it does without mino.
  [[nodiscard]] ProgramResult run_on_host(const std::string& script) const;
  /// Adds the agent and the test's home to what a program of mino's gets.
  [[nodiscard]] ProgramSpec with_agent(ProgramSpec spec) const;

  void start_agent();
  void kill_agent();
  [[nodiscard]] std::filesystem::path agent_socket() const { return root_ / "agent.sock"; }
  [[nodiscard]] pid_t agent_pid() const { return agent_->pid(); }
  /// What the agent says of its requests: "… type 11".
  [[nodiscard]] std::string agent_log() const { return agent_->err(); }
  /// "SHA256:…" of the key "work" or "home".
  [[nodiscard]] std::string fingerprint(const std::string& key) const;
  [[nodiscard]] std::filesystem::path home() const { return root_ / "home"; }
  [[nodiscard]] std::string audit() const { return slurp(state_ / "mino/audit.log"); }
  /// The filter of the test's only session; nothing when it is gone.
  [[nodiscard]] std::optional<int> filter() const;

 private:
  std::unique_ptr<Background> agent_;
};

/// A real sshd on the loopback interface, run by the test's user for itself, with a host key of its
/// own. Both keys of the agent may log in.
class SshServer {
 public:
  /// `directory` is for its files; `authorized_keys` is their text. With `certify`, options of
  /// ssh-keygen, it presents a certificate that they make.
  SshServer(std::filesystem::path directory, const std::string& authorized_keys,
            const std::vector<std::string>& certify = {});

  [[nodiscard]] int port() const { return port_; }
  /// A line of known_hosts.
  [[nodiscard]] std::string known_hosts_line() const;
  /// "ssh …" that logs in there and runs what follows.
  [[nodiscard]] std::string ssh(const std::string& options = "") const;
  /// Why it does not run; empty when it does.
  [[nodiscard]] std::string problem() const { return problem_; }

 private:
  std::filesystem::path directory_;
  int port_ = 0;
  std::string problem_;
  std::unique_ptr<Background> server_;
};

}  // namespace mino::integration
