#include "integration/support/agent_test.hpp"

#include <stdlib.h>

#include <sstream>

namespace mino::integration {

void AgentTest::SetUp() {
  BoxTest::SetUp();
  // A test binary that runs where CI is set is not what a person at a terminal would have.
  ::unsetenv("CI");
  ::unsetenv("GITHUB_ACTIONS");
}

void AgentTest::TearDown() {
  if (!root_.empty()) {
    std::istringstream lines(run_mino({"list", "--format", "plain"}).out);
    for (std::string session; std::getline(lines, session);) {
      static_cast<void>(run_mino({"stop", "--force", session}));
    }
  }
  BoxTest::TearDown();
}

ProgramSpec AgentTest::agent(std::vector<std::string> command,
                             std::vector<std::string> flags) const {
  std::vector<std::string> words{"--network", "none"};
  words.insert(words.end(), flags.begin(), flags.end());
  words.emplace_back("--");
  words.insert(words.end(), command.begin(), command.end());
  return box(std::move(words));
}

ProgramResult AgentTest::run_agent(std::vector<std::string> command,
                                   std::vector<std::string> flags) const {
  return run(agent(std::move(command), std::move(flags)));
}

ProgramResult AgentTest::run_sh(const std::string& script, std::vector<std::string> flags) const {
  return run_agent({"sh", "-c", script}, std::move(flags));
}

ProgramSpec AgentTest::bash(const std::string& script) const {
  ProgramSpec spec = mino({});
  spec.environment["MINO"] = spec.argv.front();
  spec.environment["IMAGE"] = image_;
  spec.argv = {"bash", "-c",
               "box() { \"$MINO\" run --image \"$IMAGE\" --network none \"$@\"; }\n" + script};
  return spec;
}

std::string AgentTest::sleeping_session(const std::string& suffix) const {
  const ProgramResult started = run_agent({"sleep", "1000"}, {"-d", "-n", name(suffix)});
  EXPECT_EQ(started.code, 0) << started.err;
  return name(suffix);
}

std::string AgentTest::audit_log() const { return slurp(state_ / "mino/audit.log"); }

}  // namespace mino::integration
