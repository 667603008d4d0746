#pragma once

#include <optional>
#include <string>

#include "domain/ssh/agent_session.hpp"

namespace mino::posix {

/// A process beside a box that needs the loop of the session's owner, and sometimes the user's
/// word. No agent waits for it.
class BoxCompanion {
 public:
  BoxCompanion() = default;
  BoxCompanion(const BoxCompanion&) = delete;
  BoxCompanion& operator=(const BoxCompanion&) = delete;
  virtual ~BoxCompanion() = default;

  /// Readable (poll POLLIN) when handle() has something to do; -1 when there is no such process.
  /// The same descriptor for the whole session.
  [[nodiscard]] virtual int fd() const = 0;
  /// Takes what has arrived, without blocking.
  virtual void handle() = 0;
  /// What the user is to be asked on the terminal, as a question without its mark; it stays until
  /// answer().
  [[nodiscard]] virtual std::optional<std::string> question() const { return std::nullopt; }
  /// Only while there is a question().
  virtual void answer(Confirmation /*confirmation*/) {}
};

}  // namespace mino::posix
