#include "adapters/session/session_box_runner.hpp"

#include <utility>

#include "adapters/session/session_owner.hpp"

namespace mino::session {

SessionBoxRunner::SessionBoxRunner(posix::BoxBuilder& builder, posix::BoxNetwork& network,
                                   posix::BoxProtection& protection, const JsonCodec& json,
                                   Notices& notices, posix::BoxCompanion& companion)
    : builder_(builder),
      network_(network),
      protection_(protection),
      json_(json),
      notices_(notices),
      companion_(companion) {}

Result<AgentEnd> SessionBoxRunner::run(BoxLaunch launch, BoxObserver& observer) {
  const RunPlan& plan = *launch.plan;
  SessionOwner owner(plan, {observer, network_, protection_, json_, notices_, companion_});
  return owner.run(builder_, std::move(launch));
}

}  // namespace mino::session
