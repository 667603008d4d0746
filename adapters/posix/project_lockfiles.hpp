#pragma once

#include "ports/digest.hpp"
#include "ports/lockfile_reader.hpp"

namespace mino::posix {

/// LockfileReader by openat2(2), which keeps links from leading out of the project.
class ProjectLockfiles final : public LockfileReader {
 public:
  /// `digest` outlives this.
  explicit ProjectLockfiles(const Digest& digest) : digest_(digest) {}

  [[nodiscard]] Result<std::optional<std::string>> digest(const std::filesystem::path& project,
                                                          const std::string& name) const override;

 private:
  const Digest& digest_;
};

}  // namespace mino::posix
