#pragma once

#include "adapters/posix/unique_fd.hpp"
#include "domain/result.hpp"

#include <sys/types.h>

#include <optional>
#include <utility>

namespace mino::posix {

/// How a process ended: exactly one of the two is set.
struct ExitStatus {
  std::optional<int> exit_code;
  std::optional<int> signal;
  bool operator==(const ExitStatus&) const = default;
};

/// What a signal to a child reaches.
enum class ChildScope {
  kGroup,    ///< the child leads a process group: all of it
  kProcess,  ///< the child is in our own group: only itself
};

/// A child that has not been reaped. Dropping it kills and reaps it, so that neither a process nor
/// a zombie stays behind.
class ChildProcess {
 public:
  /// Takes over a child of this process. It is killed and reaped when no pidfd can be had (ENFILE,
  /// a kernel before 5.3).
  [[nodiscard]] static Result<ChildProcess> adopt(pid_t pid, ChildScope scope);

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// Readable once the process has ended.
  [[nodiscard]] int pidfd() const { return pidfd_.get(); }
  /// Does nothing once the child is reaped.
  void signal(int signal_number);
  /// Waits for the end and reaps. The status is remembered, so it may be asked again.
  [[nodiscard]] ExitStatus wait();

 private:
  ChildProcess(pid_t pid, ChildScope scope, UniqueFd pidfd)
      : pid_(pid), scope_(scope), pidfd_(std::move(pidfd)) {}
  void finish();

  pid_t pid_ = -1;
  ChildScope scope_ = ChildScope::kProcess;
  UniqueFd pidfd_;
  std::optional<ExitStatus> status_;
};

}  // namespace mino::posix
