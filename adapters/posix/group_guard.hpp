#pragma once

#include <sys/types.h>

#include <optional>
#include <utility>

#include "adapters/posix/child_process.hpp"
#include "adapters/posix/unique_fd.hpp"

namespace mino::posix {

/// Kills process groups should the program that made this end with them running, however it ends:
/// a child that waits for that, in a session of its own, so that no key of the terminal reaches it.
/// Dropping it ends the child and nothing else.
class GroupGuard {
 public:
  /// Nothing when there can be no child. Its caller is the process that the guard waits for.
  [[nodiscard]] static std::optional<GroupGuard> make();
  GroupGuard(GroupGuard&&) noexcept = default;
  GroupGuard& operator=(GroupGuard&&) = delete;
  GroupGuard(const GroupGuard&) = delete;
  GroupGuard& operator=(const GroupGuard&) = delete;
  ~GroupGuard() = default;

  /// The group that `leader`, a child not yet reaped, leads.
  void add(pid_t leader) { tell(leader); }
  void remove(pid_t leader) { tell(-leader); }

 private:
  GroupGuard(ChildProcess child, UniqueFd pipe)
      : pipe_(std::move(pipe)), child_(std::move(child)) {}
  void tell(pid_t message);

  // In this order, so that the child is dead before the pipe closes.
  UniqueFd pipe_;
  ChildProcess child_;
};

}  // namespace mino::posix
