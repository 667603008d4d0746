#include "adapters/gateway/dialler.hpp"

#include <signal.h>
#include <sys/resource.h>

#include <utility>

#include "adapters/gateway/dial_service.hpp"
#include "adapters/gateway/event_loop.hpp"
#include "adapters/gateway/resolver_worker.hpp"

namespace mino::gateway {
namespace {

/// Each dial may have a socket per address. Where the limit cannot be raised, dials fail with
/// EMFILE.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int run_dialler(posix::UniqueFd socket, DialPermit& permit, const DiallerOptions& options) {
  ::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  Result<EventLoop> loop = EventLoop::create();
  if (!loop.ok()) return 1;
  DialService service(std::move(*loop), std::move(socket), permit, options, resolve_by_system);
  return service.run() == DialService::End::kClosed ? 0 : 1;
}

}  // namespace mino::gateway
