#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "adapters/posix/child_process.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "domain/protect/protection.hpp"
#include "domain/result.hpp"

namespace mino::linux {

/// Mounts over paths of a project inside a running box: a child process that has entered the box's
/// user and mount namespaces, where the user outside has every capability over them, and the box
/// has none. It is in none of the box's other namespaces, so no process of the box can see it.
///
/// A read-only path is a clone of itself, mounted over itself with MOUNT_ATTR_RDONLY; the same
/// works for a link, which then can be followed, and neither removed nor replaced. A pinned
/// directory is such a clone, writable: a mount point cannot be renamed or removed. Needs Linux
/// 5.12 (mount_setattr(2)).
class BoxMounter {
 public:
  struct Place {
    std::string project;     ///< on the host
    std::string workdir;     ///< the same directory in the box
    std::size_t hidden = 0;  ///< paths that are to be hidden
  };
  /// `box` is a process of the box. The caller has one thread. kUnavailable: the kernel cannot, or
  /// the box's namespaces cannot be entered.
  [[nodiscard]] static Result<BoxMounter> enter(pid_t box, const Place& place);

  enum class Outcome {
    kMounted,
    kStands,  ///< something is mounted there already
    kAbsent,  ///< there is nothing to protect
  };
  /// In the order of the rules; what came of each. Blocks for the mounts alone. kUnavailable: the
  /// child has ended, or one cannot be made, though the others are.
  [[nodiscard]] Result<std::vector<Outcome>> mount(const std::vector<ProtectionRule>& rules);

  /// Readable when the child has ended.
  [[nodiscard]] int fd() const { return socket_.get(); }

 private:
  [[nodiscard]] Result<void> request(const ProtectionRule& rule) const;

  BoxMounter(posix::ChildProcess child, posix::UniqueFd socket)
      : child_(std::move(child)), socket_(std::move(socket)) {}

  posix::ChildProcess child_;
  posix::UniqueFd socket_;
};

}  // namespace mino::linux
