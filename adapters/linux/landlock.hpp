#pragma once

#include "domain/result.hpp"

namespace mino::linux {

/// What is left to a process.
enum class LandlockProfile {
  kNothing,         ///< none of the accesses that the kernel's Landlock knows
  kReadAndConnect,  ///< reading files and directories, and TCP connections
};

/// Restricts the calling thread and what it starts, for good. The kernel's own version of Landlock
/// decides how much is covered; one without it restricts nothing, which is no error. Needs
/// no_new_privs.
[[nodiscard]] Result<void> restrict_with_landlock(LandlockProfile profile);

}  // namespace mino::linux
