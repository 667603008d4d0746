#include "adapters/gateway/dialler_main.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "adapters/gateway/dialler.hpp"
#include "adapters/posix/unique_fd.hpp"

namespace mino::gateway {

int dialler_main(int socket_fd, Result<void> (*confine)()) {
  posix::UniqueFd socket(socket_fd);
  if (const Result<void> confined = confine(); !confined.ok()) {
    fmt::print(stderr, "mino: dialler: {}\n", confined.error().text());
    return 1;
  }
  return run_dialler(std::move(socket), {});
}

}  // namespace mino::gateway
