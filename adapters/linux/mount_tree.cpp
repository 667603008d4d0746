#include "adapters/linux/mount_tree.hpp"

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "adapters/posix/posix_error.hpp"

namespace mino::linux {
namespace {

using posix::UniqueFd;

// Of <sys/mount.h>, which cannot be included beside <linux/mount.h>.
constexpr unsigned kAtRecursive = 0x8000;
extern "C" int umount2(const char* target, int flags) noexcept;
constexpr int kDetach = 2;

Error kernel_error(std::string_view action, int error_number) {
  if (error_number != ENOSYS) return posix::system_error(action, error_number);
  return Error(ErrorCode::kUnavailable, "protecting paths of a project needs Linux 5.12");
}

UniqueFd call_open_tree(int place, const char* path, unsigned flags) {
  return UniqueFd(static_cast<int>(
      ::syscall(SYS_open_tree, place, path, flags | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)));
}

Result<void> make_read_only(int tree) {
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_RDONLY;
  if (::syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH | kAtRecursive, &attributes,
                sizeof attributes) != 0)
    return kernel_error("making a mount read-only", errno);
  return {};
}

Result<UniqueFd> memory_file_system() {
  const UniqueFd context(static_cast<int>(::syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC)));
  if (!context) return kernel_error("making a file system in memory", errno);
  if (::syscall(SYS_fsconfig, context.get(), FSCONFIG_SET_STRING, "mode", "0755", 0) != 0 ||
      ::syscall(SYS_fsconfig, context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0)
    return kernel_error("making a file system in memory", errno);
  UniqueFd tree(
      static_cast<int>(::syscall(SYS_fsmount, context.get(), FSMOUNT_CLOEXEC,
                                 MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)));
  if (!tree) return kernel_error("making a file system in memory", errno);
  return tree;
}

}  // namespace

bool is_mount_root(int place) {
  struct statx info {};
  return ::statx(place, "", AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, 0, &info) == 0 &&
         (info.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

Result<UniqueFd> clone_tree(int place, TreeAccess access) {
  UniqueFd tree = call_open_tree(place, "", AT_EMPTY_PATH | kAtRecursive);
  if (!tree) return kernel_error("cloning a mount", errno);
  if (access == TreeAccess::kReadOnly) MINO_TRY(make_read_only(tree.get()));
  return tree;
}

Result<void> attach_tree(int tree, int place) {
  if (::syscall(SYS_move_mount, tree, "", place, "",
                MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0)
    return kernel_error("mounting", errno);
  return {};
}

Result<EmptyTrees> EmptyTrees::make(int place, std::size_t count) {
  MINO_ASSIGN(const UniqueFd memory, memory_file_system());
  const UniqueFd file(
      ::openat(memory.get(), "file", O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444));
  if (!file || ::mkdirat(memory.get(), "directory", 0555) != 0)
    return posix::system_error("writing to a file system in memory", errno);
  // Only what is mounted in the namespace can be cloned.
  MINO_TRY(attach_tree(memory.get(), place));
  EmptyTrees trees;
  Result<void> cloned;
  for (std::size_t i = 0; i < count && cloned.ok(); ++i) {
    UniqueFd one_file = call_open_tree(memory.get(), "file", 0);
    UniqueFd one_directory = call_open_tree(memory.get(), "directory", 0);
    if (!one_file || !one_directory) {
      cloned = kernel_error("cloning a mount", errno);
      break;
    }
    cloned = make_read_only(one_file.get());
    if (cloned.ok()) cloned = make_read_only(one_directory.get());
    trees.files_.push_back(std::move(one_file));
    trees.directories_.push_back(std::move(one_directory));
  }
  if (::fchdir(memory.get()) != 0 || umount2(".", kDetach) != 0 || ::chdir("/") != 0)
    return posix::system_error("unmounting a file system in memory", errno);
  if (!cloned.ok()) return std::move(cloned).error();
  return trees;
}

void EmptyTrees::give(ProtectedKind kind, UniqueFd tree) {
  (kind == ProtectedKind::kFile ? files_ : directories_).push_back(std::move(tree));
}

UniqueFd EmptyTrees::take(ProtectedKind kind) {
  std::vector<UniqueFd>& trees = kind == ProtectedKind::kFile ? files_ : directories_;
  if (trees.empty()) return {};
  UniqueFd tree = std::move(trees.back());
  trees.pop_back();
  return tree;
}

}  // namespace mino::linux
