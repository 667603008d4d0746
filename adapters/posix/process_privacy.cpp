#include "adapters/posix/process_privacy.hpp"

#include <sys/prctl.h>

namespace mino::posix {

// The call fails for unknown arguments alone.
void refuse_inspection() { ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

}  // namespace mino::posix
