#pragma once

#include <string>
#include <vector>

#include "integration/support/box_test.hpp"
#include "integration/support/program.hpp"

namespace mino::integration {

/// What most tests need: agents in a box without network, which stands quickest.
class AgentTest : public BoxTest {
 protected:
  void SetUp() override;
  /// Ends the sessions that the test left running, then checks what BoxTest checks.
  void TearDown() override;

  /// `mino run --image <test image> --network none FLAGS… -- COMMAND…`
  [[nodiscard]] ProgramSpec agent(std::vector<std::string> command,
                                  std::vector<std::string> flags = {}) const;
  [[nodiscard]] ProgramResult run_agent(std::vector<std::string> command,
                                        std::vector<std::string> flags = {}) const;
  /// The same with `sh -c SCRIPT` as the command.
  [[nodiscard]] ProgramResult run_sh(const std::string& script,
                                     std::vector<std::string> flags = {}) const;

  /// `bash -c SCRIPT` with the test's state, in its project. $MINO is the program, `box` in it is
  /// `mino run` with the test image and without network.
  [[nodiscard]] ProgramSpec bash(const std::string& script) const;

  /// A detached session that only sleeps; its name.
  [[nodiscard]] std::string sleeping_session(const std::string& suffix = "") const;

  /// Events of the audit log, one JSON object a line.
  [[nodiscard]] std::string audit_log() const;
};

}  // namespace mino::integration
