#include "adapters/posix/kernel_random.hpp"

#include <sys/random.h>

#include "adapters/posix/posix_error.hpp"
#include "domain/check.hpp"

namespace mino::posix {

std::uint64_t KernelRandom::next() {
  std::uint64_t number = 0;
  // Requests of up to 256 bytes are never cut short once the generator is ready.
  const ssize_t got = retry([&] { return ::getrandom(&number, sizeof number, 0); });
  MINO_CHECK(got == ssize_t{sizeof number});
  return number;
}

}  // namespace mino::posix
