#pragma once

#include <string>
#include <vector>

#include "application/config_project.hpp"

namespace mino::application {

/// Layers that a project brings along, as they were read together with its file.
struct ProjectLayers {
  enum class Trust {
    kApproved,
    kUndecided,  ///< nobody approved them, and nobody was asked
    kRefused,    ///< the user was asked and said no
  };
  ProjectSnapshot snapshot;
  std::string digest;  ///< of the snapshot
  Trust trust = Trust::kUndecided;
  /// What else an approval lets the project's file do, as lines.
  std::vector<std::string> effect;
};

}  // namespace mino::application
