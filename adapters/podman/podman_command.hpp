#pragma once

#include "adapters/podman/podman_environment.hpp"
#include "domain/json_value.hpp"
#include "domain/result.hpp"
#include "ports/environment.hpp"
#include "ports/file_system.hpp"
#include "ports/json_codec.hpp"
#include "ports/process_runner.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace mino::podman {

/// Runs podman's commands and reads what they print. Borrows the ports.
class PodmanCommand {
 public:
  PodmanCommand(ProcessRunner& processes, const FileSystem& files, const JsonCodec& json,
                const Environment& environment, std::chrono::milliseconds deadline);

  /// The path of podman; kUnavailable with the command that installs it.
  [[nodiscard]] Result<std::string> program() const;
  [[nodiscard]] const Variables& variables() const { return variables_; }

  /// Whatever its exit code; kUnavailable when podman cannot be started, kTimeout when it does not
  /// end.
  [[nodiscard]] Result<ProcessOutput> run(const std::vector<std::string>& arguments) const;
  /// What it printed on stdout; a failure is reworded, `action` in front: "creating the volume x".
  [[nodiscard]] Result<std::string> output(const std::string& action,
                                           const std::vector<std::string>& arguments) const;
  [[nodiscard]] Result<JsonValue> json(const std::string& action,
                                       const std::vector<std::string>& arguments) const;
  /// Runs another program of the engine (the OCI runtime), its output dropped; false as well when
  /// it cannot be started.
  [[nodiscard]] bool succeeds(const std::vector<std::string>& argv) const;

 private:
  ProcessRunner& processes_;
  const FileSystem& files_;
  const JsonCodec& json_;
  Variables variables_;
  std::chrono::milliseconds deadline_;
};

}  // namespace mino::podman
