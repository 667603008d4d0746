#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "application/config_project.hpp"
#include "domain/config/config.hpp"
#include "domain/result.hpp"
#include "ports/clock.hpp"
#include "ports/config_source.hpp"
#include "ports/digest.hpp"
#include "ports/file_system.hpp"
#include "ports/trust_store.hpp"

namespace mino::application {

enum class ConfigTarget { kUserFile, kProjectFile };

/// What became of the approval of a project's file that mino wrote.
enum class TrustAfterWrite {
  kNotNeeded,  ///< the user's own file
  kGranted,    ///< it was new, approved or harmless before, and so is approved as written
  kWithheld    ///< it holds or comes with something of others that nobody approved
};

struct WrittenConfig {
  std::filesystem::path file;
  TrustAfterWrite trust = TrustAfterWrite::kNotNeeded;
  std::optional<Approval> granted;
};

/// Writes configuration files. A project's file that was new, approved or harmless before is
/// approved as written, so that what the user changed through mino needs no second consent.
class ConfigWriter {
 public:
  struct Ports {
    FileSystem& files;
    const ConfigSource& source;
    TrustStore& trust;
    const Digest& digest;
    const Clock& clock;
  };

  /// The ports must outlive this.
  ConfigWriter(Ports ports, ProjectOwner owner);

  /// The file as it is now: links resolved, bytes absent when there is none. Layers are read for a
  /// project's file only. kPermission for a project's file that is not the user's alone.
  [[nodiscard]] Result<ProjectSnapshot> read(const std::filesystem::path& file,
                                             ConfigTarget target) const;
  /// Whether a project's file of that content may be approved once mino has changed it. `user` is
  /// the configuration below it.
  [[nodiscard]] Result<bool> was_trusted(const ProjectSnapshot& before, const Config& user) const;
  /// kConfig when the text is not a valid configuration; then nothing is written.
  [[nodiscard]] Result<void> check(const std::filesystem::path& file, const std::string& text,
                                   ConfigTarget target) const;
  /// Writes `text` in place of `before`, durably, keeping the mode of the file and making missing
  /// directories. `trusted` says whether to approve a project's file as written.
  [[nodiscard]] Result<WrittenConfig> write(const ProjectSnapshot& before, const std::string& text,
                                            ConfigTarget target, TrustAfterWrite trust);
  /// Approves a project's file with that content and the layers of `before`.
  [[nodiscard]] Result<Approval> approve(const ProjectSnapshot& before, const std::string& text);

 private:
  Ports ports_;
  ConfigProject project_;
};

}  // namespace mino::application
