#pragma once

#include "application/prepare_run.hpp"
#include "cli/composition_root.hpp"
#include "domain/config/config.hpp"

namespace mino::cli {

// What the commands that make a plan share.

/// A run that is decided, and the configuration behind it.
struct PreparedCommand {
  application::PreparedRun run;
  Config config;
};

/// The plan of the options that `run` and `explain` share. For kRun everything that has to be asked
/// is asked and the plan's warnings are said; for kShow the plan is fit to be shown.
[[nodiscard]] Result<PreparedCommand> prepare_command(const ParsedArgs& args,
                                                      const GlobalOptions& global,
                                                      CompositionRoot& root,
                                                      application::PlanPurpose purpose);

/// The plan as text, or as JSON with --json.
void show_plan(const ParsedArgs& args, const RunPlan& plan, PlanDetail detail,
               CompositionRoot& root, Io& io);

}  // namespace mino::cli
