#pragma once

#include <cstdint>
#include <string>

#include "domain/network/egress_policy.hpp"

namespace mino {

/// What the gateway did with one connection (or one question, with deny_at = dns).
struct EgressEvent {
  enum class Kind : std::uint8_t {
    kOpened = 0,  ///< allowed and connected
    kClosed,      ///< an opened connection ended; the byte counts are final
    kDenied,      ///< refused; `reason`
    kFailed,      ///< allowed, but the far side could not be reached; `detail`
  };
  Kind kind = Kind::kDenied;
  std::uint64_t connection = 0;  ///< joins kOpened and kClosed
  std::string host;              ///< the name, or the address when none was looked up
  std::uint16_t port = 0;        ///< 0: a refused question
  std::string address;           ///< kOpened: what was dialled
  std::string rule;              ///< canonical text of the rule that matched; may be empty
  DenyReason reason = DenyReason::kNoRule;
  std::string detail;                ///< for a person: the foreign server name, the errno's text
  std::uint64_t bytes_sent = 0;      ///< by the box
  std::uint64_t bytes_received = 0;  ///< by the box
  bool operator==(const EgressEvent&) const = default;
};

/// One line for the session's network log, without a time and without control characters:
/// "allowed github.com:443 (140.82.121.3) by github.com:443",
/// "closed  github.com:443 sent 1203 received 88213 bytes", "denied  example.com:443 no-rule: no
/// rule allows it", "failed  github.com:443 connection refused".
[[nodiscard]] std::string network_log_line(const EgressEvent& event);

}  // namespace mino
