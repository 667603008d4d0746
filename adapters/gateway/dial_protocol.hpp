#pragma once

// Between the gateway and the dialler, over one SOCK_SEQPACKET pair. The dialler never sees a byte
// of the box: only canonical names and addresses that the policy has allowed. Both are of one
// build, so the structures need no version.
#include <cstdint>

namespace mino::gateway {

/// Dials under way at the same time; the gateway asks for no more.
inline constexpr std::uint32_t kMaxDials = 512;

struct DialRequest {
  enum class Kind : std::uint8_t {
    kName = 1,      ///< resolve `name`, refuse answers that are not public unless `allow_private`
    kAddress,       ///< dial `address` as it is: a rule names it
    kHostLoopback,  ///< dial 127.0.0.1, then ::1, of the host
    kCancel,        ///< nobody waits for `id` any more; it gets no reply
  };
  std::uint64_t id;
  std::uint16_t port;
  Kind kind;
  std::uint8_t allow_private;
  std::uint8_t is_v4;        ///< of `address`
  std::uint8_t address[16];  ///< an IPv4 address in its mapped form
  char name[256];            ///< NUL-terminated
};

struct DialReply {
  enum class Outcome : std::uint8_t {
    kConnected = 1,   ///< the connected, non-blocking TCP socket comes along (SCM_RIGHTS)
    kNoSuchName,      ///< the resolver says so, or the name has no address
    kResolverFailed,  ///< it could not be asked, or did not answer in time
    kPrivateAddress,  ///< every answer was refused as not public; `address` is the first
    kUnreachable,     ///< no address could be connected to; `error` is the last errno
  };
  std::uint64_t id;
  std::int32_t error;
  Outcome outcome;
  std::uint8_t is_v4;
  std::uint8_t address[16];  ///< kConnected: the peer; an IPv4 address in its mapped form
};

}  // namespace mino::gateway
