#pragma once

#include <string>
#include <string_view>

#include "domain/run/decide.hpp"

namespace mino {

// The steps of decide_run(). Each adds its part to the plan, with the decisions that explain it,
// and relies on those before it in this list.

/// Project, its place in the box, and whether it may be given to a box at all.
[[nodiscard]] Result<void> decide_project(const RunInputs& inputs, RunPlan& plan);
/// Image, entrypoint and the mapping of users.
[[nodiscard]] Result<void> decide_image(const RunInputs& inputs, RunPlan& plan);
/// Command, streams, attachment, log, and what happens at the end.
void decide_agent(const RunInputs& inputs, RunPlan& plan);
/// How the box reaches the network, and with rules what enforces them.
[[nodiscard]] Result<void> decide_network(const RunInputs& inputs, RunPlan& plan);
/// What of the project the box may not write or see.
[[nodiscard]] Result<void> decide_protection(const RunInputs& inputs, RunPlan& plan);
/// Whether the box gets the user's SSH agent, and what it may do with it.
[[nodiscard]] Result<void> decide_ssh(const RunInputs& inputs, RunPlan& plan);
/// Whose credentials the box gets, and in which way.
[[nodiscard]] Result<void> decide_credentials(const RunInputs& inputs, RunPlan& plan);
/// Root file system, limits, nested sandboxes.
[[nodiscard]] Result<void> decide_confinement(const RunInputs& inputs, RunPlan& plan);
/// The caches of the project and the variables that lead to them. `taken` are the places in the box
/// that something else is mounted at; it keeps them.
void decide_caches(const RunInputs& inputs, const std::vector<Mount>& taken, RunPlan& plan);
/// All mounts and the directories on PATH; calls decide_caches().
[[nodiscard]] Result<void> decide_mounts(const RunInputs& inputs, RunPlan& plan);
/// The names of the agent's variables.
[[nodiscard]] Result<void> decide_environment(const RunInputs& inputs, RunPlan& plan);

/// Appends a decision.
void explain(RunPlan& plan, std::string subject, std::string value, std::string origin,
             std::string reason);
/// Where a configuration key's value comes from, in words.
[[nodiscard]] std::string origin_of(const Config& config, std::string_view key);
/// kUsage for a value that a flag set, else kConfig.
[[nodiscard]] ErrorCode fault_of(const Origin& origin);

}  // namespace mino
