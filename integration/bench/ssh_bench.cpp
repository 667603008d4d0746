// What the filter costs whoever signs: the same client at the user's agent, and in a box.
#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <utility>

#include "integration/bench/benches.hpp"
#include "integration/bench/load.hpp"

namespace mino::bench {

namespace {

constexpr Target kRate{Target::Kind::kAtLeast, 0.8};
constexpr int kSignatures = 1000;
constexpr int kRounds = 7;
constexpr milliseconds kPause{20};
constexpr milliseconds kPatience{10000};

/// A real ssh-agent with one key, for as long as this lives.
class SshAgent {
 public:
  explicit SshAgent(const Workspace& workspace)
      : socket_((workspace.root() / "agent.sock").string()),
        agent_({.argv = {"ssh-agent", "-D", "-a", socket_}}, Child::Streams{}) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!std::filesystem::exists(socket_)) {
      pause_for(kPause);
      if (std::chrono::steady_clock::now() > deadline) throw Failure("ssh-agent does not start");
    }
    const std::string key = (workspace.root() / "key").string();
    static_cast<void>(
        time_of({.argv = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key}}));
    static_cast<void>(time_of(at_agent({.argv = {"ssh-add", "-q", key}})));
  }

  [[nodiscard]] Command at_agent(Command command) const {
    command.environment["SSH_AUTH_SOCK"] = socket_;
    return command;
  }

 private:
  std::string socket_;
  Child agent_;
};

}  // namespace

void bench_ssh(const Workspace& workspace, Effort /*effort*/, Report& report) {
  const SshAgent agent(workspace);
  const std::string program = staged_load(workspace);
  const std::string count = std::to_string(kSignatures);
  std::vector<Contestant> signers;
  signers.push_back({fmt::format("{} signatures in a box", count), [&] {
                       return told_by(agent.at_agent(
                           workspace.mino_run({"--", "./mino_load", "sign-logins", count})));
                     }});
  signers.push_back({"the same straight from the agent", [&] {
                       return told_by(agent.at_agent({.argv = {program, "sign-logins", count}}));
                     }});
  interleave(signers, kRounds);
  for (const Contestant& signer : signers) report.add_raw(signer);
  report.add({.name = fmt::format("signatures, rate / {}", signers[1].name),
              .measured = signers[1].median_seconds() / signers[0].median_seconds(),
              .unit = "×",
              .target = kRate});
}

}  // namespace mino::bench
