#pragma once

#include "domain/run/mount.hpp"
#include "domain/run/run_plan.hpp"

#include <string>
#include <vector>

namespace mino::podman {

/// What the words depend on beside the plan.
struct RunArgvContext {
  std::string podman;   ///< argv[0]
  std::string cidfile;  ///< where podman writes the container's id; must not exist
  std::string version;  ///< mino's, for the label
};

/// The label that every box carries, with its session's name.
inline constexpr char kSessionLabel[] = "io.mino.session";
inline constexpr char kProjectLabel[] = "io.mino.project";
inline constexpr char kVersionLabel[] = "io.mino.version";

/// `podman run …` for a plan: builds the box with mino-init as its first process, which has the
/// lifeline as descriptor 3. Neither the agent's command nor a value of its environment is in it.
[[nodiscard]] std::vector<std::string> run_argv(const RunPlan& plan, const RunArgvContext& context);

/// The value of one `--mount`: CSV fields `key=value`, each quoted, so that any path that mount.hpp
/// allows survives.
[[nodiscard]] std::string mount_value(const Mount& mount);

}  // namespace mino::podman
