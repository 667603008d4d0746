#include "integration/support/agent_cli.hpp"

#include <stdlib.h>

#include <filesystem>

#include "integration/support/program.hpp"

namespace mino::integration {

const AgentCliProgram& agent_cli_program() {
  static const AgentCliProgram program = [] {
    const char* source = ::getenv("MINO_SOURCE_DIR");
    if (source == nullptr)
      return AgentCliProgram{.directory = {}, .problem = "MINO_SOURCE_DIR names no sources"};
    ProgramSpec fetch{
        .argv = {(std::filesystem::path(source) / "integration/env/fetch-agent-cli").string()}};
    fetch.deadline = seconds(420);
    // The little internet has no registry: what is not there yet is not waited for.
    if (::getenv("MINO_LITTLE_INTERNET") != nullptr)
      fetch.environment["npm_config_offline"] = "true";
    ProgramResult fetched = run(fetch);
    if (fetched.code != 0)
      return AgentCliProgram{.directory = {},
                             .problem = "the agent cannot be had here: " + fetched.err};
    fetched.out.pop_back();
    return AgentCliProgram{.directory = fetched.out, .problem = {}};
  }();
  return program;
}

}  // namespace mino::integration
