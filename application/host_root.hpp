#pragma once

#include <filesystem>
#include <span>

#include "domain/result.hpp"
#include "domain/run/host_image.hpp"
#include "ports/digest.hpp"
#include "ports/file_system.hpp"

namespace mino::application {

/// The skeleton directories of `--image host`. Each lies under a name made from its content, so one
/// that is complete is never written again and may be the lower layer of any number of boxes.
class HostRoot {
 public:
  /// `directory` holds the skeletons. The ports outlive this object.
  HostRoot(FileSystem& files, const Digest& digest, std::filesystem::path directory);

  /// Where that skeleton is or will be.
  [[nodiscard]] std::filesystem::path path(std::span<const SkeletonEntry> skeleton) const;

  /// Writes the skeleton unless it is complete. Safe against other processes that do the same, and
  /// against one that was killed halfway.
  [[nodiscard]] Result<std::filesystem::path> ensure(std::span<const SkeletonEntry> skeleton);

 private:
  [[nodiscard]] Result<void> write(const std::filesystem::path& root, const SkeletonEntry& entry);

  FileSystem& files_;
  const Digest& digest_;
  std::filesystem::path directory_;
};

}  // namespace mino::application
