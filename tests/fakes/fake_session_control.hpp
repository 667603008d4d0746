#pragma once

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "ports/session_control.hpp"

namespace mino::fakes {

/// The owners of sessions, as far as a client sees them: takes requests and answers as told.
class FakeSessionControl final : public SessionControl {
 public:
  struct Exec {
    SessionRecord session;
    ExecRequest request;
  };
  struct Stop {
    SessionRecord session;
    StopForce force;
    std::chrono::seconds grace;
  };
  struct Question {
    SessionRecord session;
    NetworkRequest request;
  };

  [[nodiscard]] Result<AgentEnd> exec(const SessionRecord& session, ExecRequest request) override {
    if (failure) return *failure;
    execs.push_back({session, std::move(request)});
    return end;
  }
  [[nodiscard]] Result<void> stop(const SessionRecord& session, StopForce force,
                                  std::chrono::seconds grace) override {
    if (failure) return *failure;
    stops.push_back({session, force, grace});
    if (on_stop) on_stop(session);
    return {};
  }
  [[nodiscard]] Result<NetworkAnswer> network(const SessionRecord& session,
                                              const NetworkRequest& request) override {
    if (failure) return *failure;
    questions.push_back({session, request});
    return answer ? answer(request) : NetworkAnswer{};
  }

  AgentEnd end{};                                       ///< of every process that is asked for
  std::optional<Error> failure{};                       ///< what every call returns while set
  std::function<void(const SessionRecord&)> on_stop{};  ///< what the owner does then
  std::vector<Exec> execs{};
  std::vector<Stop> stops{};
  std::function<NetworkAnswer(const NetworkRequest&)> answer{};  ///< what the owner says
  std::vector<Question> questions{};
};

}  // namespace mino::fakes
