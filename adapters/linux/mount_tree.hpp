#pragma once

#include <cstddef>
#include <vector>

#include "adapters/posix/unique_fd.hpp"
#include "domain/protect/protection.hpp"
#include "domain/result.hpp"

namespace mino::linux {

// Mounts by descriptor (Linux 5.2, mount_setattr(2) 5.12), in the calling process's mount
// namespace. Errors are kUnavailable for a kernel that cannot, else by errno.

/// Whether a file system is mounted at exactly that place (statx(2), STATX_ATTR_MOUNT_ROOT).
[[nodiscard]] bool is_mount_root(int place);

enum class TreeAccess { kAsItIs, kReadOnly };
/// A detached copy of what is at `place` (an O_PATH descriptor, of a link too), with what is
/// mounted below it.
[[nodiscard]] Result<posix::UniqueFd> clone_tree(int place, TreeAccess access);

/// Mounts a detached tree over `place`.
[[nodiscard]] Result<void> attach_tree(int tree, int place);

/// Empty, read-only files and directories to mount: one file system in memory, which is gone with
/// the last mount of it.
class EmptyTrees {
 public:
  /// `count` of each kind. Uses `place`, a directory, as mount point for a moment; the working
  /// directory is "/" afterwards.
  [[nodiscard]] static Result<EmptyTrees> make(int place, std::size_t count);
  /// A detached tree. Nothing when all that were made are used.
  [[nodiscard]] posix::UniqueFd take(ProtectedKind kind);
  /// Adds a detached copy of one that was taken.
  void give(ProtectedKind kind, posix::UniqueFd tree);

 private:
  std::vector<posix::UniqueFd> files_;
  std::vector<posix::UniqueFd> directories_;
};

}  // namespace mino::linux
