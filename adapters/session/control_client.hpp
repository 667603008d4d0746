#pragma once

#include "ports/json_codec.hpp"
#include "ports/notices.hpp"
#include "ports/session_control.hpp"

namespace mino::session {

/// Talks to the owner of a session over its control socket.
class ControlClient : public SessionControl {
 public:
  /// Both must outlive this.
  ControlClient(const JsonCodec& json, Notices& notices);

  [[nodiscard]] Result<AgentEnd> exec(const SessionRecord& session, ExecRequest request) override;
  [[nodiscard]] Result<void> stop(const SessionRecord& session, StopForce force,
                                  std::chrono::seconds grace) override;
  [[nodiscard]] Result<NetworkAnswer> network(const SessionRecord& session,
                                              const NetworkRequest& request) override;

 private:
  const JsonCodec& json_;
  Notices& notices_;
};

}  // namespace mino::session
