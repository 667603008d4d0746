#pragma once

#include <optional>
#include <string>
#include <vector>

namespace mino::linux {

/// The way on which the kernel would follow a path. Whoever can replace one link on it decides
/// where it ends.
struct LinkWalk {
  /// Every name on it in the project, relative to it, in their order: the links, and those that are
  /// not there too. As long as none of them is made or replaced, the walk is the same.
  std::vector<std::string> steps;
  std::vector<std::string> links;     ///< those in the project, relative to it, in their order
  std::optional<std::string> target;  ///< where it ends, if that exists in the project, below it
};

/// Of `path`, absolute or relative to `project`, which is a canonical path.
[[nodiscard]] LinkWalk walk_links(const std::string& project, const std::string& path);

}  // namespace mino::linux
