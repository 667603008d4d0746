#pragma once

#include <string>

namespace mino::integration {

/// The real Claude Code CLI, which integration/env/fetch-agent-cli fetches once.
struct AgentCliProgram {
  std::string directory;  ///< that holds the program and nothing else
  std::string problem;    ///< why there is none; empty when there is one
};

/// Asked for once.
[[nodiscard]] const AgentCliProgram& agent_cli_program();

}  // namespace mino::integration
