#pragma once

#include <linux/filter.h>

#include <array>
#include <cstddef>

namespace mino::init {

/// Whether programs of the box may make user namespaces of their own (Chromium's and bubblewrap's
/// sandboxes need it).
enum class NestedSandbox { kRefused, kAllowed };

/// A seccomp program, ready for the kernel.
struct Filter {
  static constexpr std::size_t kCapacity = 96;
  std::array<sock_filter, kCapacity> instructions{};
  unsigned short length = 0;
};

/// The filter of every process that is started in the box. A pure function.
[[nodiscard]] Filter build_filter(NestedSandbox nested);

/// Installs it for the calling process and sets no_new_privs, for good. Returns 0 or an errno.
[[nodiscard]] int install_filter(const Filter& filter);

}  // namespace mino::init
