#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "application/config_project.hpp"
#include "domain/config/config.hpp"
#include "domain/result.hpp"
#include "ports/clock.hpp"
#include "ports/config_source.hpp"
#include "ports/digest.hpp"
#include "ports/file_system.hpp"
#include "ports/trust_store.hpp"

namespace mino::application {

struct ApprovedProject {
  Approval approval;
  std::vector<std::string> effect;  ///< what the approval lets the file do, as lines
  std::size_t layer_files = 0;
};

/// `mino trust`: approves a project's file, or takes that back.
class ApproveProject {
 public:
  struct Ports {
    const FileSystem& files;
    const ConfigSource& source;
    TrustStore& trust;
    const Digest& digest;
    const Clock& clock;
  };

  /// The ports must outlive this.
  ApproveProject(Ports ports, ProjectOwner owner);

  /// Approves the file at `path`, or the one found from the directory `path`, as it is now. `user`
  /// is the configuration below it. kNotFound when there is none, kPermission when it is not the
  /// user's alone, kConfig when it is broken.
  [[nodiscard]] Result<ApprovedProject> approve(const std::filesystem::path& path,
                                                const Config& user);
  /// Takes an approval back, also of a file that is gone. kNotFound when there is none to take
  /// back.
  [[nodiscard]] Result<std::filesystem::path> revoke(const std::filesystem::path& path);

 private:
  [[nodiscard]] Result<std::optional<FoundProjectFile>> find(
      const std::filesystem::path& path) const;

  Ports ports_;
  ConfigProject project_;
};

}  // namespace mino::application
