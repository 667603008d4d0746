#include "adapters/linux/box_listener.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/nsfs.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <utility>

#include "adapters/linux/box_routes.hpp"
#include "adapters/posix/child_process.hpp"
#include "adapters/posix/packet_socket.hpp"
#include "adapters/posix/posix_error.hpp"

namespace mino::linux {
namespace {

using posix::UniqueFd;

constexpr int kBacklog = 128;
constexpr int kPatienceMs = 20'000;
constexpr std::size_t kMaxText = 512;

/// A network namespace belongs to a user namespace (ioctl_ns(2)), in which the box's user has
/// rights over it; podman may have made it in its own rather than in the box's.
Result<void> enter_network_of(pid_t process) {
  const std::string path = fmt::format("/proc/{}/ns/net", process);
  const UniqueFd network(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!network) return posix::file_error("opening", path, errno);
  struct stat its {};
  struct stat own {};
  if (::fstat(network.get(), &its) != 0 || ::stat("/proc/self/ns/net", &own) != 0)
    return posix::file_error("looking at", path, errno);
  if (its.st_ino == own.st_ino && its.st_dev == own.st_dev)
    return Error(ErrorCode::kInternal, "the box has no network namespace of its own");
  const UniqueFd users(::ioctl(network.get(), NS_GET_USERNS));
  if (!users) return posix::file_error("looking for the owner of", path, errno);
  struct stat owner {};
  struct stat self {};
  if (::fstat(users.get(), &owner) != 0 || ::stat("/proc/self/ns/user", &self) != 0)
    return posix::file_error("looking at the owner of", path, errno);
  // setns(2) refuses the namespace that the caller is in.
  const bool is_inside = owner.st_ino == self.st_ino && owner.st_dev == self.st_dev;
  if ((!is_inside && ::setns(users.get(), CLONE_NEWUSER) != 0) ||
      ::setns(network.get(), CLONE_NEWNET) != 0)
    return posix::system_error("entering the box's network", errno);
  return {};
}

Result<UniqueFd> listen_here(const IpAddress& address, std::uint16_t port) {
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return posix::system_error("making a socket", errno);
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(port);
  const auto bytes = address.v4_bytes();
  std::memcpy(&place.sin_addr, bytes.data(), bytes.size());
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place) != 0 ||
      ::listen(socket.get(), kBacklog) != 0)
    return posix::system_error(fmt::format("listening at {} port {}", address.to_string(), port),
                               errno);
  return socket;
}

Result<UniqueFd> enter_and_listen(pid_t process, const IpAddress& address, std::uint16_t port) {
  MINO_TRY(enter_network_of(process));
  MINO_TRY(add_loopback_address(address));
  return listen_here(address, port);
}

[[noreturn]] void listen_in_child(int parent, pid_t process, const IpAddress& address,
                                  std::uint16_t port) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const auto socket = enter_and_listen(process, address, port);
  const bool sent =
      socket.ok() ? posix::send_packet(parent, "k", {socket->get()}) == posix::SendState::kSent
                  : posix::send_packet(parent, socket.error().text().substr(0, kMaxText), {}) ==
                        posix::SendState::kSent;
  ::_exit(sent ? 0 : 1);
}

}  // namespace

Result<UniqueFd> listen_in_box(pid_t first_process, const IpAddress& address, std::uint16_t port) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return posix::system_error("making a socket pair", errno);
  const UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return posix::system_error("starting a process", errno);
  if (child == 0) listen_in_child(theirs.get(), first_process, address, port);
  theirs.reset();
  // Killed and reaped on every way out.
  MINO_ASSIGN(const posix::ChildProcess process,
              posix::ChildProcess::adopt(child, posix::ChildScope::kProcess));
  pollfd answer{ours.get(), POLLIN, 0};
  if (posix::retry([&] { return ::poll(&answer, 1, kPatienceMs); }) <= 0)
    return Error(ErrorCode::kTimeout, "the box's network cannot be entered in time");
  posix::Received received = posix::receive_packet(ours.get(), kMaxText);
  if (received.state != posix::Received::State::kPacket)
    return Error(ErrorCode::kInternal, "entering the box's network ended without a word");
  if (received.packet.descriptors.size() == 1)
    return std::move(received.packet.descriptors.front());
  return Error(ErrorCode::kUnavailable, received.packet.bytes);
}

}  // namespace mino::linux
