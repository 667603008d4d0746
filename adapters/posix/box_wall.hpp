#pragma once

#include <sys/types.h>

#include <string_view>

#include "domain/error.hpp"

namespace mino::posix {

/// Something that must stand around or inside one box before its agent runs, as the loop of the
/// session's owner sees it: what protects the project, what serves credentials.
class BoxWall {
 public:
  enum class State {
    kAbsent,   ///< the plan has none: nothing to wait for
    kPending,  ///< does not stand yet
    kUp,
    kFailed,  ///< before it was up; failure() says why
  };

  BoxWall() = default;
  BoxWall(const BoxWall&) = delete;
  BoxWall& operator=(const BoxWall&) = delete;
  virtual ~BoxWall() = default;

  /// For a message: "the project's protection".
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual State state() const = 0;
  /// Readable (poll POLLIN) when handle() has something to do; -1 with kAbsent. The same descriptor
  /// for the whole session.
  [[nodiscard]] virtual int fd() const = 0;
  /// Takes what has arrived, without blocking. May change state().
  virtual void handle() = 0;
  /// The box stands; `first_process` is the pid of its init on the host. Called at most once.
  virtual void box_stands(pid_t first_process) = 0;
  /// Only with kFailed.
  [[nodiscard]] virtual const Error& failure() const = 0;
};

}  // namespace mino::posix
