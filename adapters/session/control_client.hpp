#pragma once

#include "ports/notices.hpp"
#include "ports/session_control.hpp"

namespace mino::session {

/// Talks to the owner of a session over its control socket.
class ControlClient : public SessionControl {
 public:
  explicit ControlClient(Notices& notices);

  [[nodiscard]] Result<AgentEnd> exec(const SessionRecord& session, ExecRequest request) override;
  [[nodiscard]] Result<void> stop(const SessionRecord& session, StopForce force,
                                  std::chrono::seconds grace) override;

 private:
  Notices& notices_;
};

}  // namespace mino::session
