#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "integration/bench/workspace.hpp"

namespace mino::bench {

/// One podman process: when it was started and when it had ended, in seconds of the wall clock.
struct PodmanCall {
  double started = 0;
  double ended = 0;
};

/// Stands in for podman on the PATH: notes the time, runs the real one with the same arguments,
/// environment and descriptors, and notes the time again. This program is that stand-in when it is
/// started as `podman`.
class PodmanStopwatch {
 public:
  explicit PodmanStopwatch(const Workspace& workspace);

  /// The command with the stand-in first on its PATH.
  [[nodiscard]] Command watched(Command command) const;
  /// What was called since the last time this was asked.
  [[nodiscard]] std::vector<PodmanCall> take_calls() const;

 private:
  std::filesystem::path directory_;
};

/// Whether this program was started as the stand-in.
[[nodiscard]] bool is_podman_stand_in(const char* program);
/// The stand-in's work. Returns podman's exit code.
int stand_in_for_podman(char** argv);

}  // namespace mino::bench
