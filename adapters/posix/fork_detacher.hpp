#pragma once

#include "adapters/posix/unique_fd.hpp"
#include "ports/detacher.hpp"

namespace mino::posix {

/// Detacher by fork(2): the child is the supervisor, in a session of its own, and tells the parent
/// by a pipe.
class ForkDetacher : public Detacher {
 public:
  [[nodiscard]] Result<std::optional<int>> detach() override;
  void report(int exit_code) override;

 private:
  UniqueFd caller_;  ///< in the supervisor: where the caller waits for one byte
};

}  // namespace mino::posix
