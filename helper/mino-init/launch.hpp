#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>

#include "helper/mino-init/descriptor.hpp"
#include "helper/mino-init/filter.hpp"
#include "helper/protocol/lifeline.hpp"

namespace mino::init {

// A process is the child of a keeper, and the keeper is the child of mino-init. The keeper leads a
// session that holds nothing but itself and the process with its descendants. It is there for job
// control: the kernel ignores SIGTSTP, SIGTTIN and SIGTTOU in a process group none of whose members
// has a parent in the same session, so that Ctrl-Z would do nothing to an agent that mino-init had
// started directly. It reports stops, and when the process has ended it goes without reaping it:
// the dead process then becomes the child of mino-init, which reads its status.

enum class Standard { kPipes, kTerminal };
enum class Arguments { kCommand, kCandidates };

/// What is needed to start a process. Borrows everything.
struct Launch {
  char** arguments = nullptr;  // null-terminated
  std::size_t first_candidate =
      0;  // with kCandidates: where they begin, after the image's ENTRYPOINT
  Arguments kind = Arguments::kCommand;
  char* const* environment = nullptr;
  Standard standard = Standard::kPipes;
  int standard_descriptors[3] = {-1, -1, -1};
  const Filter* filter = nullptr;
  int changes = -1;  // where the keeper writes a Change for every stop
};

/// What comes back of a start: the pid, once or twice, and if it failed, why. End of file means
/// that the exec succeeded.
struct Report {
  std::int32_t pid = 0;
  std::int32_t error = 0;
  std::uint32_t stage = lifeline::kFailedExec;
};

/// A process was stopped by a signal.
struct Change {
  std::int32_t pid = 0;
  std::int32_t signal = 0;
};

/// A start that is not reported yet.
struct Start {
  pid_t keeper = -1;
  Descriptor report;
};

/// Forks the keeper. Returns 0 or an errno; all else comes back through `start.report`.
[[nodiscard]] int launch(const Launch& plan, Start& start);

}  // namespace mino::init
