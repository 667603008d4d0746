#include "adapters/gateway/resolver_worker.hpp"

#include <netdb.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

#include "adapters/gateway/dial_address.hpp"
#include "adapters/posix/posix_error.hpp"

namespace mino::gateway {
namespace {

void append_unique(std::vector<IpAddress>& addresses, const IpAddress& address) {
  if (std::find(addresses.begin(), addresses.end(), address) == addresses.end())
    addresses.push_back(address);
}

ResolverAnswer answer_to(const std::string& name, ResolveFunction resolve) {
  ResolverAnswer answer;
  std::memset(&answer, 0, sizeof answer);
  int error = 0;
  std::vector<IpAddress> distinct;
  for (const IpAddress& address : resolve(name, &error)) {
    if (distinct.size() == ResolverAnswer::kMaxAddresses) break;
    // The kernel dials a mapped address as IPv4; from here on it is judged as what it is.
    append_unique(distinct, unmapped(address));
  }
  answer.error = error;
  for (const IpAddress& address : distinct) {
    ResolverAnswer::Address& slot = answer.addresses[answer.count++];
    slot.is_v4 = address.is_v4() ? 1 : 0;
    const IpAddress::V6Bytes bytes = address.v6_bytes();
    std::memcpy(slot.bytes, bytes.data(), bytes.size());
  }
  return answer;
}

/// Other resolvers' sockets, connections being made and the gateway's socket must not live longer
/// than the dialler wants them to.
void close_all_but(int keep) {
  const auto kept = static_cast<unsigned>(keep);
  if ((keep <= STDERR_FILENO + 1 || ::close_range(STDERR_FILENO + 1, kept - 1, 0) == 0) &&
      ::close_range(kept + 1, UINT_MAX, 0) == 0)
    return;
  // A kernel before 5.9.
  const long limit = ::sysconf(_SC_OPEN_MAX);
  for (int fd = STDERR_FILENO + 1; fd < limit; ++fd) {
    if (fd != keep) ::close(fd);
  }
}

[[noreturn]] void serve(int socket, ResolveFunction resolve) {
  for (;;) {
    std::array<char, 256> name{};
    const ssize_t got = posix::retry([&] { return ::recv(socket, name.data(), name.size(), 0); });
    if (got <= 0) ::_exit(0);
    const ResolverAnswer answer =
        answer_to(std::string(name.data(), static_cast<std::size_t>(got)), resolve);
    if (posix::retry([&] { return ::send(socket, &answer, sizeof answer, MSG_NOSIGNAL); }) < 0)
      ::_exit(0);
  }
}

[[noreturn]] void run_worker(int socket, pid_t parent, ResolveFunction resolve) {
  // The dialler may have ended before the call took effect.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (::getppid() != parent) ::_exit(0);
  close_all_but(socket);
  // glibc appends the search domains of resolv.conf to a name that does not exist, or that has less
  // dots than "ndots": another name than the one that a rule allowed. With the root as the only
  // search domain it has nothing to append.
  ::setenv("LOCALDOMAIN", ".", 1);
  serve(socket, resolve);
}

}  // namespace

std::vector<IpAddress> resolve_by_system(const std::string& name, int* error) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  // Not AI_ADDRCONFIG: an address of a family that this host lacks fails to connect at once.
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* list = nullptr;
  *error = ::getaddrinfo(name.c_str(), "443", &hints, &list);
  if (*error != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(list, &::freeaddrinfo);
  std::vector<IpAddress> addresses;
  for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
    if (const auto address = ip_address(one->ai_addr)) addresses.push_back(*address);
  }
  return addresses;
}

Result<ResolverWorker> fork_resolver_worker(ResolveFunction resolve) {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return posix::system_error("making a socket pair", errno);
  posix::UniqueFd ours(ends[0]);
  const posix::UniqueFd theirs(ends[1]);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return posix::system_error("starting a resolver", errno);
  if (pid == 0) run_worker(theirs.get(), parent, resolve);
  return ResolverWorker{pid, std::move(ours)};
}

}  // namespace mino::gateway
