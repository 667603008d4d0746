#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "domain/config/trust.hpp"
#include "domain/result.hpp"
#include "ports/digest.hpp"
#include "ports/file_system.hpp"

namespace mino::application {

inline constexpr const char* kProjectFileName = ".mino.toml";

/// Whose project files count.
struct ProjectOwner {
  std::filesystem::path home;  ///< canonical; the search goes no further up
  std::uint32_t user_id = 0;
};

/// A project file in the way of a search.
struct FoundProjectFile {
  std::filesystem::path path;  ///< canonical
  std::optional<std::string>
      refusal;  ///< why it is not used: not a regular file, somebody else's, writable by others
  enum class Holds {
    kFile,
    kLayersOnly,  ///< there is no file, but layers lie beside where it would be
  };
  Holds holds = Holds::kFile;
};

/// A project's file and layers as they were read at one moment. What is approved and what is
/// applied is the same value.
struct ProjectSnapshot {
  std::filesystem::path file;        ///< canonical
  std::optional<std::string> bytes;  ///< nothing when there is no file
  std::vector<LayerFile> layers;

  [[nodiscard]] std::string digest(const Digest& digest) const;
};

/// The configuration that a project brings along. Everything it reads was written by others.
class ConfigProject {
 public:
  static constexpr std::size_t kMaxLayerFiles = 512;
  static constexpr std::size_t kMaxLayerBytes = std::size_t{8} * 1024 * 1024;
  static constexpr int kMaxLayerDepth = 8;

  /// The port must outlive this.
  ConfigProject(const FileSystem& files, ProjectOwner owner);

  /// Looks from `directory`, which has to exist, upwards, and stops at the root of a repository and
  /// at the home directory. The nearest file counts, also when it is refused; where there is none,
  /// the nearest directory with layers.
  [[nodiscard]] Result<std::optional<FoundProjectFile>> find(
      const std::filesystem::path& directory) const;
  /// The file at `path` judged as find() does; nothing when it is not there.
  [[nodiscard]] Result<std::optional<FoundProjectFile>> at(const std::filesystem::path& path) const;

  /// Reads the file and `.mino/layers` beside it. kConfig when what is below `.mino/layers` is more
  /// than the limits or anything but files and directories; kBusy when the file changes meanwhile.
  [[nodiscard]] Result<ProjectSnapshot> read(const std::filesystem::path& file) const;

 private:
  using Look = Result<std::optional<FoundProjectFile>> (ConfigProject::*)(
      const std::filesystem::path&) const;
  [[nodiscard]] Result<std::optional<FoundProjectFile>> search(
      const std::filesystem::path& canonical, Look look) const;
  [[nodiscard]] Result<std::optional<FoundProjectFile>> file_in(
      const std::filesystem::path& directory) const;
  [[nodiscard]] Result<std::optional<FoundProjectFile>> layers_in(
      const std::filesystem::path& directory) const;
  [[nodiscard]] std::optional<std::string> refusal_of(const FileInfo& info) const;
  [[nodiscard]] Result<std::optional<std::string>> read_file(
      const std::filesystem::path& file) const;

  const FileSystem& files_;
  ProjectOwner owner_;
};

}  // namespace mino::application
