#pragma once

#include "domain/result.hpp"
#include "domain/selftest/walls.hpp"

namespace mino {

/// Sockets of this process that nobody but a program of this machine can reach: at the loopback
/// addresses and in the abstract namespace. They tell whether a box reached them.
class HostListener {
 public:
  struct Arrivals {
    bool stream = false;    ///< a TCP connection
    bool datagram = false;  ///< a UDP datagram
    bool local = false;     ///< a connection to the abstract UNIX socket
    bool operator==(const Arrivals&) const = default;
  };

  HostListener() = default;
  HostListener(const HostListener&) = delete;
  HostListener& operator=(const HostListener&) = delete;
  virtual ~HostListener() = default;

  /// Opens them at ports and with a name that the kernel chooses. They stay open as long as this
  /// object. A machine without IPv6 has none of its addresses. kInternal with the errno.
  [[nodiscard]] virtual Result<HostSockets> open() = 0;
  /// What has come since open(). Does not block.
  [[nodiscard]] virtual Arrivals arrivals() = 0;
};

}  // namespace mino
