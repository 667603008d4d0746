#pragma once

#include <string>

namespace mino {

/// Credentials are served in the box rather than given to it (domain/credential/broker.hpp).
struct BrokerPlan {
  std::string helper_program;      ///< host path of mino-helper
  std::string credential_program;  ///< host path of mino-credential; empty: git does not ask
  std::string git_host;            ///< whose token git gets; empty: git does not ask
  bool operator==(const BrokerPlan&) const = default;
};

struct RunPlan;
/// The host's directory that a plan's box gets as kBrokerBoxDirectory.
[[nodiscard]] std::string broker_directory(const RunPlan& plan);

}  // namespace mino
