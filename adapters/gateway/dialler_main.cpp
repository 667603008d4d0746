#include "adapters/gateway/dialler_main.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "adapters/gateway/dial_permit.hpp"
#include "adapters/gateway/dialler.hpp"
#include "adapters/posix/unique_fd.hpp"

namespace mino::gateway {

int dialler_main(int gateway_socket, int owner_socket, Result<void> (*confine)()) {
  posix::UniqueFd gateway(gateway_socket);
  PolicyPermit permit{posix::UniqueFd(owner_socket)};
  if (const Result<void> confined = confine(); !confined.ok()) {
    fmt::print(stderr, "mino: dialler: {}\n", confined.error().text());
    return 1;
  }
  return run_dialler(std::move(gateway), permit, {});
}

}  // namespace mino::gateway
