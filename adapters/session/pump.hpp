#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "adapters/posix/unique_fd.hpp"
#include "adapters/session/poll_loop.hpp"

namespace mino::session {

/// One end of a pump: a descriptor of ours, which is closed with the pump, or one of the user's,
/// which is left open and whose O_NONBLOCK flag is left alone (other programs share it).
class PumpEnd {
 public:
  /// `owned` must be O_NONBLOCK.
  static PumpEnd owned(posix::UniqueFd descriptor);
  /// A descriptor of the user's. Pipes and terminals are opened once more through /proc to get a
  /// description of our own that does not block; where that is refused, reads and writes are kept
  /// to what poll(2) promises.
  static PumpEnd read_from_user(int descriptor);
  static PumpEnd write_to_user(int descriptor);
  /// Takes everything and keeps nothing.
  static PumpEnd nowhere();

 private:
  friend class Pump;
  enum class Blocking { kNever, kWhenFull };
  posix::UniqueFd own_;
  int fd_ = -1;
  Blocking blocking_ = Blocking::kNever;
  enum class Type { kPipe, kSocket, kTerminal, kOther, kNowhere } type_ = Type::kOther;

  static PumpEnd of_user(int descriptor, int open_flags);
};

/// Moves bytes one way, without waiting for any other direction, by splice(2) where nobody has to
/// see the bytes.
class Pump {
 public:
  enum class End {
    kSourceEnded,   ///< everything was delivered
    kTargetGone,    ///< nobody reads any more (EPIPE)
    kTargetFailed,  ///< writing failed for another reason; the errno comes along
  };
  struct Options {
    /// Sees every byte before it is delivered; may be empty.
    std::function<void(std::string_view)> tap;
    /// Called once, at the end. Both ends are closed (if owned) by then.
    std::function<void(End, int)> ended;
    /// Asked before each read; false leaves the bytes where they are for now. May be empty.
    std::function<bool()> may_read;
    /// Written to the target after the source has ended; e.g. the end-of-file character of a
    /// terminal.
    std::string farewell;
  };

  Pump(PollLoop& loop, PumpEnd source, PumpEnd target, Options options);
  ~Pump();
  Pump(const Pump&) = delete;
  Pump& operator=(const Pump&) = delete;

  [[nodiscard]] bool done() const { return done_; }
  /// Reads nothing until release(). Before anything was read only.
  void hold();
  void release();
  /// `may_read` may have changed its mind: asks it again now and not some time later.
  void ask_again();
  /// Stops at once and closes what is owned; `ended` is not called.
  void stop();
  /// Moves what can be moved without waiting, then ends as if the source had ended.
  void drain_and_end();

 private:
  void source_ready();
  void splice_some();
  void copy_some();
  void flush();
  [[nodiscard]] bool target_writable() const;
  void wait_for_target();
  void wait_for_source();
  void source_ended();
  void finish(End end, int error);
  void pause_for_other_reader();

  PollLoop& loop_;
  PumpEnd source_;
  PumpEnd target_;
  Options options_;
  PollLoop::Id source_watch_ = 0;
  PollLoop::Id target_watch_ = 0;
  PollLoop::Id timer_ = 0;
  bool splice_;
  bool source_done_ = false;
  bool done_ = false;
  std::string buffer_;
  std::size_t written_ = 0;
};

}  // namespace mino::session
