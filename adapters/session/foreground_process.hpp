#pragma once

#include <functional>

#include "adapters/session/agent_streams.hpp"
#include "adapters/session/signals.hpp"

namespace mino::session {

/// Job control between the user's shell and a process in the box: what reaches mino reaches the
/// process, and when the process stops, mino stops.
class ForegroundProcess {
 public:
  /// `send_signal` passes a signal to the process in the box. All references outlive this.
  ForegroundProcess(AgentStreamRelay& relay, Signals& signals, AgentStreams streams,
                    std::function<void(int)> send_signal);

  /// INT, QUIT, TSTP, CONT or WINCH has reached mino.
  void signal_arrived(int signal_number);
  /// The process in the box has stopped.
  void process_stopped();

 private:
  void suspend(Signals::Who who);

  AgentStreamRelay& relay_;
  Signals& signals_;
  AgentStreams streams_;
  std::function<void(int)> send_signal_;
  bool stop_expected_ = false;  ///< the next stop of the process is one that we caused
};

}  // namespace mino::session
