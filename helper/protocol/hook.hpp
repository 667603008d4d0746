#pragma once

// What the OCI hook of a box tells the session's owner, over a SOCK_SEQPACKET unix socket that the
// owner listens on (`<runtime_dir>/network`). The owner accepts one connection of its own user
// (SO_PEERCRED) and answers one packet.
//
//   hook to owner   HookReport, once; with kInForce of a gateway box the sockets of HookSocket in
//   that order
//                   (SCM_RIGHTS), made inside the box's network namespace and listening
//   owner to hook   one byte kHookAccepted, or the end of the connection: the hook then fails, and
//   with it the box
//
// The hook runs as root of podman's user namespace, which is the user outside.
#include <cstdint>

namespace mino::hook {

inline constexpr std::uint32_t kVersion = 1;
/// In the session's runtime directory.
inline constexpr char kSocketName[] = "network";
inline constexpr char kAccepted = 'k';

enum class Status : std::uint32_t {
  kInForce = 1,  ///< routes, rules and sockets are in place
  kFailed = 2,   ///< `text` says what failed
};

/// The sockets of a gateway box, in the order in which they are passed. The v6 ones come only with
/// `ipv6` of the report set; their places are then at the end.
enum class Socket : unsigned {
  kTcp4 = 0,  ///< 127.0.0.1:kTcpPort, where every TCP connection is redirected to
  kDnsUdp4,   ///< 127.0.0.1:kDnsPort
  kDnsTcp4,   ///< 127.0.0.1:kDnsPort
  kTcp6,      ///< [::1]:kTcpPort
  kDnsUdp6,   ///< [::1]:kDnsPort
  kDnsTcp6,   ///< [::1]:kDnsPort
};
inline constexpr unsigned kSockets4 = 3;
inline constexpr unsigned kSockets = 6;

/// Below 1024: no process of the box can bind them, nor take them over when the gateway is gone.
inline constexpr std::uint16_t kTcpPort = 1;
inline constexpr std::uint16_t kDnsPort = 2;

struct Report {
  std::uint32_t version;
  Status status;
  std::uint32_t ipv6;  ///< 1: the box has IPv6 on its loopback and six sockets come along
  char text[244];      ///< NUL-terminated
};
static_assert(sizeof(Report) == 256);

}  // namespace mino::hook
