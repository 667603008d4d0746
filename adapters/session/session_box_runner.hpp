#pragma once

#include "adapters/posix/box_builder.hpp"
#include "ports/box_runner.hpp"
#include "ports/notices.hpp"

namespace mino::session {

/// Runs a session on the calling thread, with mino's own descriptors 0-2 as the user's.
class SessionBoxRunner : public BoxRunner {
 public:
  /// Both must outlive this.
  SessionBoxRunner(posix::BoxBuilder& builder, Notices& notices);

  [[nodiscard]] Result<AgentEnd> run(BoxLaunch launch, BoxObserver& observer) override;

 private:
  posix::BoxBuilder& builder_;
  Notices& notices_;
};

}  // namespace mino::session
