#include "cli/agent_end.hpp"

#include "cli/exit_code.hpp"
#include "cli/render/text.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstring>

namespace mino::cli {

int exit_code(const AgentEnd& end) {
  constexpr int kKillSignal = 9;
  switch (end.kind) {
    case AgentEnd::Kind::kExited:
      return end.code;
    case AgentEnd::Kind::kSignalled:
      return exit_code_of_signal(end.code);
    case AgentEnd::Kind::kNotFound:
      return kExitNotFound;
    case AgentEnd::Kind::kNotExecutable:
      return kExitNotExecutable;
    case AgentEnd::Kind::kLost:
      return exit_code_of_signal(kKillSignal);
  }
  return kExitFailure;
}

bool is_interruption(const AgentEnd& end) {
  const bool by_signal =
      end.kind == AgentEnd::Kind::kSignalled &&
      (end.code == SIGINT || end.code == SIGQUIT || end.code == SIGTERM || end.code == SIGHUP);
  return end.stopped_by_request || by_signal;
}

Error command_error(const AgentEnd& end, const std::string& command) {
  if (end.kind == AgentEnd::Kind::kNotFound)
    return {ErrorCode::kNotFound,
            fmt::format("{}: no such command in the box", printable(command))};
  return {ErrorCode::kPermission, fmt::format("{}: cannot be executed in the box: {}",
                                              printable(command), std::strerror(end.code))};
}

}  // namespace mino::cli
