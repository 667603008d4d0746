#pragma once

namespace mino::posix {

/// Keeps other processes of the user from reading this one's memory and environment, and the kernel
/// from writing it to a core file. Holds for processes forked from now on, until they execute
/// another program.
void refuse_inspection();

}  // namespace mino::posix
