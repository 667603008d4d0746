#pragma once

#include <functional>

#include "adapters/posix/box_companion.hpp"
#include "adapters/session/agent_streams.hpp"
#include "adapters/session/poll_loop.hpp"
#include "adapters/session/terminal_question.hpp"

namespace mino::session {

/// Gives the companion of a box its turns in the owner's loop, and has its questions answered at
/// the terminal.
class CompanionDesk {
 public:
  /// All outlive this. `asked` is called after each question that was shown.
  CompanionDesk(PollLoop& loop, AgentStreamRelay& relay, Attachment attachment,
                posix::BoxCompanion& companion, std::function<void()> asked);
  CompanionDesk(const CompanionDesk&) = delete;
  CompanionDesk& operator=(const CompanionDesk&) = delete;

  void watch();
  /// As TerminalQuestion.
  [[nodiscard]] bool interrupted(int signal_number) { return question_.interrupted(signal_number); }
  void cancel() { question_.cancel(); }

 private:
  void ask_soon();
  void ask();

  PollLoop& loop_;
  posix::BoxCompanion& companion_;
  std::function<void()> asked_;
  TerminalQuestion question_;
};

}  // namespace mino::session
