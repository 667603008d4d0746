#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "adapters/posix/unique_fd.hpp"

namespace mino::integration {

/// Runs `body` in a process of its own that is root of a fresh user and network namespace.
/// Expectations in it count for the calling test. Where the kernel or its set-up refuses such
/// namespaces the test is skipped, or fails with MINO_REQUIRE_REAL=1.
void in_namespace(const std::function<void()>& body);

/// A process with a network namespace of its own below the caller's user namespace, as an OCI
/// runtime makes one for a container; it sleeps. Only within in_namespace().
class BoxProcess {
 public:
  /// `setup` runs in it before the constructor returns.
  explicit BoxProcess(const std::function<void()>& setup = {});
  ~BoxProcess();
  BoxProcess(const BoxProcess&) = delete;
  BoxProcess& operator=(const BoxProcess&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// Moves the calling process into its network namespace.
  void enter() const;

 private:
  pid_t pid_ = -1;
};

/// Raises the loopback interface, as OCI runtimes do.
void raise_loopback();

/// A network interface whose packets nobody carries: up, with the address 10.9.0.2/16 and the
/// default route. Not valid where /dev/net/tun cannot be used.
[[nodiscard]] posix::UniqueFd make_dead_interface();

/// A socket that was connected to "1.2.3.4" or "2001:db8::1", and 0 or the errno.
struct Attempt {
  posix::UniqueFd socket;
  int error = 0;
};
/// `type` is SOCK_STREAM or SOCK_DGRAM. Blocks until the connection stands or fails.
[[nodiscard]] Attempt connect_to(const std::string& address, std::uint16_t port, int type);
/// Begins; EINPROGRESS when nothing has answered yet.
[[nodiscard]] Attempt begin_connecting(const std::string& address, std::uint16_t port);

/// "8.8.8.8:443", "[2001:db8::1]:443" of what the peer of an accepted connection wanted to reach
/// (SO_ORIGINAL_DST); "none" when no redirect has changed it.
[[nodiscard]] std::string original_destination(int connection);
/// The next connection of a listening socket; not valid when none comes in time.
[[nodiscard]] posix::UniqueFd accept_next(int listener);

/// What a connected socket learns of one datagram that it sends: the errno of the send, or of the
/// error that has come back by the time the send returns; 0 when there is none.
[[nodiscard]] int error_of_datagram(int socket);

/// A datagram and "address:port" of its sender; empty when none comes in time.
struct Datagram {
  std::string bytes;
  std::string sender;
};
[[nodiscard]] Datagram receive_next(int socket);
/// Neither a connection nor a datagram waits now. What goes over the loopback interface has arrived
/// when the sender's system call returns.
[[nodiscard]] bool has_nothing(int socket);

}  // namespace mino::integration
