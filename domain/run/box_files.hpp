#pragma once

#include <string>
#include <vector>

#include "domain/run/run_plan.hpp"

namespace mino {

/// A small file that mino writes for a box and mounts read-only.
struct BoxFile {
  std::string name;    ///< in the session's runtime directory
  std::string target;  ///< in the box
  std::string content;
};

/// The files that a plan's box gets: /etc/hosts unless it shares the host's network, and a
/// /etc/resolv.conf that names nobody for no network at all, the gateway for a box behind one, and
/// the resolvers of the plan for a box with packet filter rules; git's defaults.
[[nodiscard]] std::vector<BoxFile> box_files(const RunPlan& plan);

}  // namespace mino
