#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "application/install_program.hpp"
#include "domain/result.hpp"
#include "ports/file_system.hpp"
#include "ports/process_table.hpp"

namespace mino::application {

/// A project that nobody works in, for a box to be tried on: a repository without a commit, a file
/// of the host beside it, and a program in it. Removed with what the box left there when it is
/// dropped.
class ScratchProject {
 public:
  struct Ports {
    FileSystem& files;
    const ProcessTable& processes;
  };

  /// Below `root`, which is made when it is missing. kPermission, kInternal when it cannot be
  /// written; nothing is left then.
  [[nodiscard]] static Result<ScratchProject> make(Ports ports, const std::filesystem::path& root,
                                                   const std::string& name,
                                                   const CarriedProgram& program);
  /// Removes those whose process is gone, because it was killed, and returns their names.
  [[nodiscard]] static std::vector<std::string> sweep(Ports ports,
                                                      const std::filesystem::path& root);

  ScratchProject(ScratchProject&& other) noexcept;
  ScratchProject(const ScratchProject&) = delete;
  ScratchProject& operator=(const ScratchProject&) = delete;
  ScratchProject& operator=(ScratchProject&&) = delete;
  ~ScratchProject();

  /// Makes files with something in them at these paths of the project, and returns the paths where
  /// it could.
  [[nodiscard]] std::vector<std::string> add_files(const std::vector<std::string>& paths);

  [[nodiscard]] std::filesystem::path path() const { return directory_ / kFolder; }
  /// The file beside the project.
  [[nodiscard]] std::filesystem::path planted() const { return directory_ / "planted"; }

 private:
  static constexpr std::string_view kFolder = "mino-selftest";

  ScratchProject(FileSystem& files, std::filesystem::path directory)
      : files_(&files), directory_(std::move(directory)) {}
  [[nodiscard]] Result<void> fill(const CarriedProgram& program);

  FileSystem* files_;
  std::filesystem::path directory_;  ///< empty: moved from
};

}  // namespace mino::application
