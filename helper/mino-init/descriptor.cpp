#include "helper/mino-init/descriptor.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>

namespace mino::init {

namespace {

constexpr rlim_t kMostDescriptors = 1U << 20;

}  // namespace

void close_from(unsigned first) {
  if (::syscall(SYS_close_range, first, ~0U, 0U) == 0) return;
  // Before Linux 5.9, or behind an old seccomp profile.
  rlimit limit{};
  rlim_t end = kMostDescriptors;
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < end) end = limit.rlim_cur;
  for (rlim_t number = first; number < end; ++number) ::close(static_cast<int>(number));
}

}  // namespace mino::init
