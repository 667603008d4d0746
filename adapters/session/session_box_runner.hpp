#pragma once

#include <vector>

#include "adapters/posix/box_builder.hpp"
#include "adapters/posix/box_companion.hpp"
#include "adapters/posix/box_network.hpp"
#include "adapters/posix/box_wall.hpp"
#include "ports/box_runner.hpp"
#include "ports/json_codec.hpp"
#include "ports/notices.hpp"

namespace mino::session {

/// Runs a session on the calling thread, with mino's own descriptors 0-2 as the user's.
class SessionBoxRunner : public BoxRunner {
 public:
  /// What stands beside a box; all outlive this.
  struct Beside {
    posix::BoxNetwork& network;
    std::vector<posix::BoxWall*> walls;
    posix::BoxCompanion& companion;                ///< the one that may ask the user
    std::vector<posix::BoxCompanion*> companions;  ///< others
  };
  /// All must outlive this.
  SessionBoxRunner(posix::BoxBuilder& builder, Beside beside, const JsonCodec& json,
                   Notices& notices);

  [[nodiscard]] Result<AgentEnd> run(BoxLaunch launch, BoxObserver& observer) override;

 private:
  posix::BoxBuilder& builder_;
  Beside beside_;
  const JsonCodec& json_;
  Notices& notices_;
};

}  // namespace mino::session
