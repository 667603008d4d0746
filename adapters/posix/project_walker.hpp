#pragma once

#include "ports/project_walker.hpp"

namespace mino::posix {

/// By getdents64(2) and statx(2); see TreeWalk.
class PosixProjectWalker final : public ProjectWalker {
 public:
  [[nodiscard]] Result<ProjectWalk> walk(const WalkRequest& request) const override;
  [[nodiscard]] Result<std::optional<std::string>> read(const std::filesystem::path& project,
                                                        const std::string& path,
                                                        std::size_t max_bytes) const override;
};

}  // namespace mino::posix
