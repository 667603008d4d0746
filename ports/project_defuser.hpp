#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "domain/result.hpp"

namespace mino {

/// Takes the danger out of single files of a project. Each is named relative to the project and
/// reached through no link; what is the last name may be a link, which is never followed. kNotFound
/// when it is gone, kPermission when the file system refuses.
class ProjectDefuser {
 public:
  ProjectDefuser() = default;
  ProjectDefuser(const ProjectDefuser&) = delete;
  ProjectDefuser& operator=(const ProjectDefuser&) = delete;
  virtual ~ProjectDefuser() = default;

  /// Drops a file's executable bits and renames it, or anything else, to
  /// "<name>.mino-quarantined" beside itself. The new name, relative to the project.
  [[nodiscard]] virtual Result<std::string> rename_beside(const std::filesystem::path& project,
                                                          const std::string& path) = 0;
  /// Replaces the bytes of a regular file in one step, keeping its mode. kBusy when they are not
  /// `expected` any more.
  [[nodiscard]] virtual Result<void> replace(const std::filesystem::path& project,
                                             const std::string& path, std::string_view expected,
                                             std::string_view bytes) = 0;
  /// Moves a file or link to the same path below `destination`, which has to exist; a file becomes
  /// readable and writable for its owner only. Where it is now.
  [[nodiscard]] virtual Result<std::filesystem::path> move_out(
      const std::filesystem::path& project, const std::string& path,
      const std::filesystem::path& destination) = 0;
  /// Removes the directory if it is empty. One that is not is success too.
  [[nodiscard]] virtual Result<void> remove_if_empty(const std::filesystem::path& project,
                                                     const std::string& path) = 0;
  /// Clears the set-user-id and set-group-id bits of a regular file.
  [[nodiscard]] virtual Result<void> drop_set_ids(const std::filesystem::path& project,
                                                  const std::string& path) = 0;
};

}  // namespace mino
