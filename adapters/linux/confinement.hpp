#pragma once

#include "domain/result.hpp"

namespace mino::linux {

// Each is for good, covers every process that the calling one starts later, and must be called
// while it has a single thread. Where the kernel has no Landlock (before 5.13, or switched off),
// the filter of system calls stands alone; a failure of anything else leaves the process partly
// confined, and it should end.

/// For the process that parses what a box sends. Everything it needs is open already: afterwards it
/// reads, writes, accepts and relays on what it has. Opening or examining a file fails with EPERM;
/// any other call that would reach something new (socket, connect, execve, fork, executable memory)
/// ends the process with SIGSYS.
[[nodiscard]] Result<void> confine_gateway();

/// For the process that resolves names and connects. It goes on reading any file, since the files
/// of the resolver are replaced under it and name service modules are loaded at run time; it cannot
/// write, make, remove or execute one, look into another process, or make another kind of socket
/// than a resolver needs. What is refused fails with an errno.
[[nodiscard]] Result<void> confine_dialler();

}  // namespace mino::linux
