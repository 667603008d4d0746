#pragma once

#include <string>
#include <vector>

namespace mino::testing_support {

struct ScriptResult {
  bool ended = false;  ///< by itself, before the deadline
  int status = -1;     ///< exit code, or -1
  std::string output;  ///< stdout and stderr
};

/// Runs a program found on PATH in a session of its own, stdin /dev/null, at most 60 seconds; then
/// its whole group is killed.
[[nodiscard]] ScriptResult run_script(const std::vector<std::string>& command,
                                      const std::string& path_variable);

/// Whether a program of that name is on PATH.
[[nodiscard]] bool installed(const std::string& program);

}  // namespace mino::testing_support
