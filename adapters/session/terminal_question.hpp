#pragma once

#include <functional>
#include <string>

#include "adapters/posix/unique_fd.hpp"
#include "adapters/session/agent_streams.hpp"
#include "adapters/session/poll_loop.hpp"
#include "domain/ssh/agent_session.hpp"

namespace mino::session {

/// A question of mino's to the user while an agent has his terminal: the streams stand still
/// meanwhile, the terminal is in line mode, and nothing that was typed before counts.
class TerminalQuestion {
 public:
  using Answered = std::function<void(Confirmation)>;

  /// Both outlive this.
  TerminalQuestion(PollLoop& loop, AgentStreamRelay& relay, Attachment attachment)
      : loop_(loop), relay_(relay), attachment_(attachment) {}
  TerminalQuestion(const TerminalQuestion&) = delete;
  TerminalQuestion& operator=(const TerminalQuestion&) = delete;
  ~TerminalQuestion() = default;

  /// Calls `answered` once: with kNobody at once where there is no terminal or mino is in its
  /// background, else when a line has come, the user interrupts, or after a minute (kNo). Only
  /// while nothing is asked.
  void ask(const std::string& text, Answered answered);
  [[nodiscard]] bool is_asking() const { return answered_ != nullptr; }
  /// Whether the signal, one that a terminal sends, was meant for the question: then it is a no.
  [[nodiscard]] bool interrupted(int signal_number);
  /// Ends the question with a no.
  void cancel();

 private:
  [[nodiscard]] bool open_terminal();
  void read_answer();
  void finish(Confirmation confirmation);

  PollLoop& loop_;
  AgentStreamRelay& relay_;
  Attachment attachment_;
  Answered answered_;
  posix::UniqueFd terminal_;
  PollLoop::Id watch_ = 0;
  PollLoop::Id timer_ = 0;
};

}  // namespace mino::session
