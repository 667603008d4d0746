#pragma once

#include <optional>
#include <string_view>

#include "domain/network/egress_policy.hpp"

namespace mino::gateway {

/// Puts a policy together from the messages kPolicy, kRule… and kCommit (wire.hpp).
class PolicyAssembler {
 public:
  /// False for a message that is none of these, or comes out of order.
  [[nodiscard]] bool add(std::string_view message);
  /// The policy, once after its kCommit.
  [[nodiscard]] std::optional<EgressPolicy> take();

 private:
  std::optional<EgressPolicy> next_;
  std::optional<EgressPolicy> complete_;
};

}  // namespace mino::gateway
