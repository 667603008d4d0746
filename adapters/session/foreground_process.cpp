#include "adapters/session/foreground_process.hpp"

#include <signal.h>

#include <utility>

namespace mino::session {

ForegroundProcess::ForegroundProcess(AgentStreamRelay& relay, Signals& signals,
                                     AgentStreams streams, std::function<void(int)> send_signal)
    : relay_(relay), signals_(signals), streams_(streams), send_signal_(std::move(send_signal)) {}

void ForegroundProcess::signal_arrived(int signal_number) {
  switch (signal_number) {
    case SIGWINCH:
      relay_.resize();
      break;
    case SIGCONT:
      relay_.take_user_terminal();
      send_signal_(SIGCONT);
      break;
    case SIGTSTP:
      send_signal_(SIGTSTP);
      // With a terminal the process's own stop brings ours: an interactive shell in the box ignores
      // the signal.
      if (streams_ == AgentStreams::kTerminal) break;
      stop_expected_ = true;
      suspend(Signals::Who::kSelf);
      break;
    default:
      send_signal_(signal_number);
      break;
  }
}

void ForegroundProcess::process_stopped() {
  if (std::exchange(stop_expected_, false)) return;
  suspend(streams_ == AgentStreams::kTerminal ? Signals::Who::kGroup : Signals::Who::kSelf);
}

void ForegroundProcess::suspend(Signals::Who who) {
  relay_.release_user_terminal();
  signals_.suspend(who);
  relay_.take_user_terminal();
  send_signal_(SIGCONT);
}

}  // namespace mino::session
