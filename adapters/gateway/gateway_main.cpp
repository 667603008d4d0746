#include "adapters/gateway/gateway_main.hpp"

#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>

#include "adapters/gateway/client_hello.hpp"
#include "adapters/gateway/gateway.hpp"

namespace mino::gateway {
namespace {

/// A relayed connection has two sockets and, while bytes are in flight both ways, two pipes.
constexpr rlim_t kDescriptorsPerConnection = 6;
constexpr rlim_t kOtherDescriptors = 64;

GatewayLimits limits_of_this_machine() {
  GatewayLimits limits;
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return limits;
  // The soft limit is low for the sake of select(2), which is not used here.
  const rlim_t wanted = limits.connections * kDescriptorsPerConnection + kOtherDescriptors;
  files.rlim_cur = std::min(files.rlim_max, std::max(files.rlim_cur, wanted));
  static_cast<void>(::setrlimit(RLIMIT_NOFILE, &files));
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return limits;
  const rlim_t usable =
      std::max(files.rlim_cur, kOtherDescriptors + kDescriptorsPerConnection) - kOtherDescriptors;
  limits.connections =
      std::min<std::size_t>(limits.connections, usable / kDescriptorsPerConnection);
  return limits;
}

}  // namespace

int gateway_main(int owner_socket, int dialler_socket, Result<void> (*confine)()) {
  posix::UniqueFd owner(owner_socket);
  posix::UniqueFd dialler(dialler_socket);
  ::signal(SIGPIPE, SIG_IGN);  // splice(2) has no MSG_NOSIGNAL
  const GatewayLimits limits = limits_of_this_machine();
  if (!prepare_client_hello_readers()) {
    std::fputs("mino gateway: OpenSSL cannot be used\n", stderr);
    return 1;
  }
  Result<EventLoop> loop = EventLoop::create();
  if (!loop.ok()) {
    std::fprintf(stderr, "mino gateway: %s\n", loop.error().text().c_str());
    return 1;
  }
  Gateway gateway(std::move(*loop), std::move(owner), std::move(dialler), limits);
  if (const auto confined = confine(); !confined.ok()) {
    std::fprintf(stderr, "mino gateway: %s\n", confined.error().text().c_str());
    return 1;
  }
  return gateway.run();
}

}  // namespace mino::gateway
