#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "adapters/posix/unique_fd.hpp"
#include "adapters/session/packet_channel.hpp"
#include "adapters/session/poll_loop.hpp"
#include "adapters/session/pump.hpp"
#include "adapters/session/user_terminal.hpp"
#include "domain/result.hpp"
#include "domain/run/run_plan.hpp"

namespace mino::session {

enum class OutputStream { kStdout, kStderr };

/// What lies between a process in the box and the user: three pipes, or the box's terminal. Used by
/// the owner of a session for the agent and by `mino exec` for its process.
class AgentStreamRelay {
 public:
  struct Options {
    AgentStreams streams = AgentStreams::kPipes;
    Attachment attachment = Attachment::kForeground;
    /// Sees the process's output; may be empty.
    std::function<void(OutputStream, std::string_view)> tap;
    /// The user's stdout or stderr could not be written; the errno comes along. Not called when its
    /// reader is gone.
    std::function<void(OutputStream, int)> write_failed;
  };

  AgentStreamRelay(PollLoop& loop, Options options);
  ~AgentStreamRelay() = default;
  AgentStreamRelay(const AgentStreamRelay&) = delete;
  AgentStreamRelay& operator=(const AgentStreamRelay&) = delete;

  /// With pipes: the three descriptors for the process (its stdin, stdout, stderr). With a
  /// terminal: none.
  [[nodiscard]] Result<PacketChannel::Descriptors> open();
  /// The size of the terminal to be made.
  [[nodiscard]] WindowSize window_size() const;
  /// With a terminal: takes the master side, sets the user's terminal raw, and relays.
  void attach_terminal(posix::UniqueFd master);
  /// Tells the box's terminal the user's size.
  void resize();
  /// Gives the user's terminal back, e.g. before stopping, and takes it again.
  void release_user_terminal();
  void take_user_terminal();
  /// Gives the keys back while output is still to be delivered.
  void release_user_keyboard();

  /// Nothing is read from the process or the user until resume(); what was read already is
  /// delivered.
  void pause() { is_paused_ = true; }
  void resume();

  /// The process runs: its output, held until now, is delivered. So nobody can answer to what it
  /// says, by a signal say, before it is known to run.
  void process_started();
  /// The process has ended: nothing more is read from the user. kBoxEnds: its streams end by
  /// themselves, since nobody in the box outlives it; kBoxGoesOn: what is in them now is delivered,
  /// then they are closed.
  enum class Rest { kBoxEnds, kBoxGoesOn };
  void process_ended(Rest rest);
  /// Everything was delivered.
  [[nodiscard]] bool drained() const;
  /// Gives up what was not delivered.
  void abandon();

 private:
  std::unique_ptr<Pump> output_pump(posix::UniqueFd from, OutputStream stream);
  PumpEnd user_end(OutputStream stream) const;

  PollLoop& loop_;
  Options options_;
  enum class Output { kHeld, kFlowing } output_state_ = Output::kHeld;
  std::optional<UserTerminal> terminal_;
  bool is_paused_ = false;
  int master_ = -1;  ///< held by the pump that reads it
  std::unique_ptr<Pump> input_;
  std::unique_ptr<Pump> output_;
  std::unique_ptr<Pump> errors_;
};

}  // namespace mino::session
