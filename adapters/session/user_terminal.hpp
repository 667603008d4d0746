#pragma once

#include <termios.h>

#include <cstdint>
#include <optional>

#include "adapters/posix/unique_fd.hpp"

namespace mino::session {

struct WindowSize {
  std::uint16_t rows = 24;
  std::uint16_t columns = 80;
};

/// The user's terminal while an agent has it: raw mode, size, suspension. Restored by restore(), by
/// the destructor, and, when mino is killed, by a small process that waits for exactly that.
class UserTerminal {
 public:
  /// The terminal on stdin, else on stdout; nothing when neither is one.
  static std::optional<UserTerminal> find();

  UserTerminal(UserTerminal&&) noexcept = default;
  UserTerminal& operator=(UserTerminal&&) noexcept = default;
  UserTerminal(const UserTerminal&) = delete;
  UserTerminal& operator=(const UserTerminal&) = delete;
  ~UserTerminal();

  /// Remembers the present mode, unless it is raw by our hand already, and switches to raw. In the
  /// background this stops the process until `fg`, as any program that changes a terminal is
  /// stopped.
  void make_raw();
  void restore();
  /// Restores all but how output is written: what is still to be shown comes from a terminal that
  /// has ended its lines already. restore() gives back the rest.
  void restore_keyboard();
  [[nodiscard]] WindowSize size() const;

 private:
  explicit UserTerminal(int fd) : fd_(fd) {}
  void start_guard();
  void set_mode(const termios& mode) const;

  int fd_;
  std::optional<termios> saved_;
  posix::UniqueFd
      guard_;  ///< closed without a word when mino dies: the guard then restores the mode
};

/// Whether the terminal on `fd` is in line mode. A pager that reads its keys from the same terminal
/// turns that off.
[[nodiscard]] bool in_line_mode(int fd);

}  // namespace mino::session
