#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/json_value.hpp"
#include "domain/network/egress_policy.hpp"
#include "domain/result.hpp"

namespace mino {

/// What a client asks the owner of a live session about its network.
struct NetworkRequest {
  enum class Kind { kList, kAllow, kDeny, kExplain };
  Kind kind = Kind::kList;
  std::string text;  ///< kAllow, kDeny: a rule; kExplain: a destination
  bool operator==(const NetworkRequest&) const = default;
};

/// Why a destination is allowed or refused, for a person and for a program.
struct EgressExplanation {
  std::string destination;  ///< canonical
  bool allowed = false;
  std::string rule;    ///< canonical text of the deciding rule; empty when there is none
  std::string origin;  ///< of the rule
  std::string reason;  ///< empty when allowed: the word of the DenyReason
  std::string advice;  ///< the flag that would allow it; empty when allowed or when none would
  bool operator==(const EgressExplanation&) const = default;
};

struct NetworkAnswer {
  struct Rule {
    std::string rule;
    std::string origin;
    bool operator==(const Rule&) const = default;
  };
  std::optional<std::string> error;  ///< the request was not carried out
  std::vector<Rule> rules;           ///< in force after the request
  std::optional<EgressExplanation> explanation;
  bool operator==(const NetworkAnswer&) const = default;
};

/// Carries a request out on the policy. kAllow adds the rule unless it is there; kDeny removes
/// every rule equal to it and is an error, which names the rules there are, when none is.
[[nodiscard]] NetworkAnswer answer(EgressPolicy& policy, const NetworkRequest& request);

[[nodiscard]] EgressExplanation explain_egress(const EgressPolicy& policy,
                                               const EgressDestination& destination);
/// "github.com:443 is allowed by github.com:443 (flag --network-allow)", "example.com:443 is
/// refused: no rule allows it; allow it with --network-allow example.com:443".
[[nodiscard]] std::string to_text(const EgressExplanation& explanation);
[[nodiscard]] JsonValue to_json(const EgressExplanation& explanation);

[[nodiscard]] JsonValue to_json(const NetworkRequest& request);
[[nodiscard]] Result<NetworkRequest> network_request_from_json(const JsonValue& json);
[[nodiscard]] JsonValue to_json(const NetworkAnswer& answer);
[[nodiscard]] Result<NetworkAnswer> network_answer_from_json(const JsonValue& json);

}  // namespace mino
