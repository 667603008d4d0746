#include "application/host_root.hpp"

#include <optional>
#include <utility>

namespace mino::application {
namespace fs = std::filesystem;
namespace {

constexpr std::uint32_t kPrivateDirectoryMode = 0700;
constexpr std::uint32_t kPrivateFileMode = 0600;
constexpr std::uint32_t kRootMode = 0755;

/// Stands beside a skeleton once all of it is there.
fs::path completion_marker(const fs::path& root) { return root.native() + ".complete"; }

}  // namespace

HostRoot::HostRoot(FileSystem& files, const Digest& digest, fs::path directory)
    : files_(files), digest_(digest), directory_(std::move(directory)) {}

fs::path HostRoot::path(std::span<const SkeletonEntry> skeleton) const {
  constexpr std::size_t kDigits = 16;
  return directory_ / digest_.sha256_hex(fingerprint(skeleton)).substr(0, kDigits);
}

Result<fs::path> HostRoot::ensure(std::span<const SkeletonEntry> skeleton) {
  const fs::path root = path(skeleton);
  const fs::path marker = completion_marker(root);
  for (const fs::path& needed : {marker, root}) {
    MINO_ASSIGN(const std::optional<FileInfo> found, files_.info(needed, FollowLinks::kNo));
    if (!found) break;
    if (needed == root) return root;
  }
  MINO_TRY(files_.make_directories(directory_, kPrivateDirectoryMode));
  MINO_TRY(files_.make_directories(root, kRootMode));
  for (const SkeletonEntry& entry : skeleton) MINO_TRY(write(root, entry));
  MINO_TRY(files_.write_atomic(marker, "", kPrivateFileMode, Durability::kRename));
  return root;
}

Result<void> HostRoot::write(const fs::path& root, const SkeletonEntry& entry) {
  const fs::path path = root / entry.path;
  switch (entry.kind) {
    case SkeletonEntry::Kind::kDirectory:
      return files_.make_directories(path, entry.mode);
    case SkeletonEntry::Kind::kLink:
      return files_.make_link(entry.content, path);
    case SkeletonEntry::Kind::kFile:
      break;
  }
  // A file that is right is left alone: another process may have finished and its box may run on
  // it.
  MINO_ASSIGN(const std::optional<std::string> present, files_.read(path, entry.content.size()));
  if (present == entry.content) return {};
  return files_.write_atomic(path, entry.content, entry.mode, Durability::kRename);
}

}  // namespace mino::application
