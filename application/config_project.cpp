#include "application/config_project.hpp"

#include <fmt/format.h>

#include <utility>

#include "ports/config_source.hpp"

namespace mino::application {
namespace {

constexpr std::uint32_t kWritableByOthers = 0022;

/// Collects the files of `.mino/layers`.
class LayerReader {
 public:
  LayerReader(const FileSystem& files, std::filesystem::path root)
      : files_(files), root_(std::move(root)) {}

  [[nodiscard]] Result<std::vector<LayerFile>> read() {
    // A link on the way would lead out of the project.
    for (const std::filesystem::path& directory : {root_.parent_path(), root_}) {
      MINO_ASSIGN(const auto info, files_.info(directory, FollowLinks::kNo));
      if (!info) return std::vector<LayerFile>();
      if (info->kind != FileKind::kDirectory) return refused(directory);
    }
    MINO_TRY(collect("", 0));
    return std::move(read_);
  }

 private:
  static Error refused(const std::filesystem::path& path) {
    return {ErrorCode::kConfig,
            fmt::format("{}: only files and directories may lie there", path.string())};
  }

  Result<void> collect(const std::filesystem::path& directory, int depth) {
    if (depth > ConfigProject::kMaxLayerDepth)
      return Error(ErrorCode::kConfig, fmt::format("{}: nested too deep", root_.string()));
    MINO_ASSIGN(const auto names, files_.list(root_ / directory));
    for (const std::string& name : names.value_or(std::vector<std::string>())) {
      const std::filesystem::path path = directory / name;
      MINO_ASSIGN(const auto info, files_.info(root_ / path, FollowLinks::kNo));
      if (!info)
        return Error(ErrorCode::kBusy, fmt::format("{} changes while it is read", root_.string()));
      if (info->kind == FileKind::kDirectory) {
        MINO_TRY(collect(path, depth + 1));
      } else if (info->kind == FileKind::kRegular) {
        MINO_TRY(add(path));
      } else {
        return refused(root_ / path);
      }
    }
    return {};
  }

  Result<void> add(const std::filesystem::path& path) {
    const std::size_t left = ConfigProject::kMaxLayerBytes - total_bytes_;
    MINO_ASSIGN(auto bytes, files_.read(root_ / path, left));
    if (!bytes || read_.size() == ConfigProject::kMaxLayerFiles)
      return Error(ErrorCode::kConfig, fmt::format("{}: too many files", root_.string()));
    total_bytes_ += bytes->size();
    read_.push_back({path.generic_string(), *std::move(bytes)});
    return {};
  }

  const FileSystem& files_;
  std::filesystem::path root_;
  std::vector<LayerFile> read_;
  std::size_t total_bytes_ = 0;
};

}  // namespace

std::string ProjectSnapshot::digest(const Digest& digest) const {
  return digest.sha256_hex(approval_bytes(bytes.value_or(std::string()), layers));
}

ConfigProject::ConfigProject(const FileSystem& files, ProjectOwner owner)
    : files_(files), owner_(std::move(owner)) {}

Result<std::optional<FoundProjectFile>> ConfigProject::find(
    const std::filesystem::path& directory) const {
  MINO_ASSIGN(const auto canonical, files_.canonical(directory));
  if (!canonical)
    return Error(ErrorCode::kNotFound, fmt::format("{} does not exist", directory.string()));
  MINO_ASSIGN(auto found, search(*canonical, &ConfigProject::file_in));
  if (found) return found;
  return search(*canonical, &ConfigProject::layers_in);
}

Result<std::optional<FoundProjectFile>> ConfigProject::search(
    const std::filesystem::path& canonical, Look look) const {
  for (std::filesystem::path directory = canonical;; directory = directory.parent_path()) {
    MINO_ASSIGN(auto found, (this->*look)(directory));
    if (found) return found;
    if (directory == owner_.home || directory == directory.root_path())
      return std::optional<FoundProjectFile>();
    MINO_ASSIGN(const auto repository, files_.info(directory / ".git", FollowLinks::kNo));
    if (repository) return std::optional<FoundProjectFile>();
  }
}

Result<std::optional<FoundProjectFile>> ConfigProject::file_in(
    const std::filesystem::path& directory) const {
  return at(directory / kProjectFileName);
}

Result<std::optional<FoundProjectFile>> ConfigProject::layers_in(
    const std::filesystem::path& directory) const {
  MINO_ASSIGN(const auto info, files_.info(directory / ".mino" / "layers", FollowLinks::kNo));
  if (!info) return std::optional<FoundProjectFile>();
  FoundProjectFile found{directory / kProjectFileName, refusal_of(*info),
                         FoundProjectFile::Holds::kLayersOnly};
  return std::optional(std::move(found));
}

std::optional<std::string> ConfigProject::refusal_of(const FileInfo& info) const {
  if (info.owner != owner_.user_id) return "it belongs to another user";
  if ((info.mode & kWritableByOthers) != 0) return "others may write to it";
  return std::nullopt;
}

Result<std::optional<FoundProjectFile>> ConfigProject::at(const std::filesystem::path& path) const {
  MINO_ASSIGN(const auto info, files_.info(path, FollowLinks::kNo));
  if (!info) return std::optional<FoundProjectFile>();
  FoundProjectFile found{path, refusal_of(*info)};
  if (info->kind != FileKind::kRegular) found.refusal = "it is not a regular file";
  return std::optional(std::move(found));
}

Result<ProjectSnapshot> ConfigProject::read(const std::filesystem::path& file) const {
  ProjectSnapshot snapshot{file, std::nullopt, {}};
  MINO_ASSIGN(snapshot.bytes, read_file(file));
  MINO_ASSIGN(snapshot.layers, LayerReader(files_, file.parent_path() / ".mino" / "layers").read());
  return snapshot;
}

Result<std::optional<std::string>> ConfigProject::read_file(
    const std::filesystem::path& file) const {
  MINO_ASSIGN(const auto before, files_.info(file, FollowLinks::kNo));
  MINO_ASSIGN(auto bytes, files_.read(file, ConfigSource::kMaxBytes));
  MINO_ASSIGN(const auto after, files_.info(file, FollowLinks::kNo));
  if (before != after)
    return Error(ErrorCode::kBusy, fmt::format("{} changes while it is read", file.string()));
  return bytes;
}

}  // namespace mino::application
