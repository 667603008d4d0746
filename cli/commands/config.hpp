#pragma once

#include "application/config_writer.hpp"
#include "cli/composition_root.hpp"
#include "cli/render/config.hpp"

#include <filesystem>

namespace mino::cli {

// What the commands that write configuration files share. The first two need paths() to have
// succeeded.

[[nodiscard]] application::ProjectOwner project_owner(CompositionRoot& root);
[[nodiscard]] application::ConfigWriter config_writer(CompositionRoot& root);
/// The user's file, or the project's: the nearest one from the current directory upwards, else the
/// one to be made in it.
[[nodiscard]] Result<std::filesystem::path> config_file(CompositionRoot& root,
                                                        application::ConfigTarget target);
/// Audits an approval and warns of one that was withheld.
void report_written(const application::WrittenConfig& written, CompositionRoot& root);

}  // namespace mino::cli
