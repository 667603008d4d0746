#pragma once

#include "ports/project_defuser.hpp"

namespace mino::posix {

/// By descriptors of directories that were reached without following a link.
class PosixProjectDefuser final : public ProjectDefuser {
 public:
  [[nodiscard]] Result<std::string> rename_beside(const std::filesystem::path& project,
                                                  const std::string& path) override;
  [[nodiscard]] Result<void> replace(const std::filesystem::path& project, const std::string& path,
                                     std::string_view expected, std::string_view bytes) override;
  [[nodiscard]] Result<std::filesystem::path> move_out(
      const std::filesystem::path& project, const std::string& path,
      const std::filesystem::path& destination) override;
  [[nodiscard]] Result<void> remove_if_empty(const std::filesystem::path& project,
                                             const std::string& path) override;
  [[nodiscard]] Result<void> drop_set_ids(const std::filesystem::path& project,
                                          const std::string& path) override;
};

}  // namespace mino::posix
