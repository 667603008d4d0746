#pragma once

#include <optional>
#include <string>
#include <vector>

namespace mino {

enum class Switch { kUnset, kOn, kOff };

/// What was asked on the command line of `run` (and `explain`), not yet decided. Unset means: the
/// configuration decides. Network mode, image, limits and the like arrive as flag overrides of the
/// configuration instead, so that their origin is shown like that of any other value.
struct RunRequest {
  std::optional<std::string> name;
  std::optional<std::string> project;  ///< a path as typed
  std::vector<std::string> variables;  ///< each NAME=VALUE or NAME
  std::vector<std::string> volumes;    ///< each HOST:CONTAINER[:options]
  std::vector<std::string> host_paths;
  std::optional<std::string> entrypoint;
  std::optional<std::vector<std::string>> command;  ///< nothing: a shell
  Switch terminal = Switch::kUnset;
  Switch detach = Switch::kUnset;
  Switch keep = Switch::kUnset;
  Switch home = Switch::kUnset;
  Switch fresh_caches = Switch::kUnset;
  Switch sensitive_project = Switch::kUnset;
  Switch ssh_agent = Switch::kUnset;
  Switch strict_credentials = Switch::kUnset;
};

}  // namespace mino
