#include "adapters/session/companion_desk.hpp"

#include <poll.h>

#include <chrono>
#include <utility>

namespace mino::session {

CompanionDesk::CompanionDesk(PollLoop& loop, AgentStreamRelay& relay, Attachment attachment,
                             posix::BoxCompanion& companion, std::function<void()> asked)
    : loop_(loop),
      companion_(companion),
      asked_(std::move(asked)),
      question_(loop, relay, attachment) {}

void CompanionDesk::watch() {
  if (companion_.fd() < 0) return;
  loop_.watch(companion_.fd(), POLLIN, [this](short) {
    companion_.handle();
    ask_soon();
  });
}

/// What the agent has said before it wanted something is shown before the question.
void CompanionDesk::ask_soon() {
  if (companion_.question()) loop_.after(std::chrono::milliseconds(0), [this] { ask(); });
}

void CompanionDesk::ask() {
  const auto text = companion_.question();
  if (!text || question_.is_asking()) return;
  question_.ask(*text, [this](Confirmation confirmation) {
    asked_();
    companion_.answer(confirmation);
    ask_soon();
  });
}

}  // namespace mino::session
