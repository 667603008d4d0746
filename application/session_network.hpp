#pragma once

#include <string>
#include <vector>

#include "application/explain_destination.hpp"
#include "domain/network/network_request.hpp"
#include "domain/result.hpp"
#include "domain/session/session_record.hpp"
#include "ports/domain_name_encoder.hpp"
#include "ports/process_table.hpp"
#include "ports/session_control.hpp"
#include "ports/session_store.hpp"

namespace mino::application {

/// The rules of a running session's network: looks at them, and changes them through the session's
/// owner.
class SessionNetwork {
 public:
  /// Which way rules are changed.
  enum class Change { kAllow, kDeny };

  /// Borrowed: each outlives the use case.
  struct Ports {
    const SessionStore& sessions;
    const ProcessTable& processes;
    SessionControl& control;
    const DomainNameEncoder& names;
  };

  explicit SessionNetwork(const Ports& ports) : ports_(ports) {}

  // Errors of all: kUsage for a session's name, a rule or a destination that is none; kNotFound: no
  // such session; kUnavailable: it does not run, its network has no rules, or its owner does not
  // answer.

  /// The rules in force.
  [[nodiscard]] Result<std::vector<NetworkAnswer::Rule>> list(const std::string& session);
  /// Nothing is asked unless all rules can be read. Stops at the first that the owner refuses
  /// (kNotFound: a rule to be taken away that is not there); those before it have been changed.
  [[nodiscard]] Result<void> change(const std::string& session, Change change,
                                    const std::vector<std::string>& rules);
  /// Works for a session without rules too.
  [[nodiscard]] Result<DestinationExplanation> explain(const std::string& session,
                                                       const std::string& destination);

 private:
  [[nodiscard]] Result<SessionRecord> find(const std::string& session) const;
  [[nodiscard]] Result<NetworkAnswer> ask(const SessionRecord& session,
                                          const NetworkRequest& request);

  Ports ports_;
};

}  // namespace mino::application
