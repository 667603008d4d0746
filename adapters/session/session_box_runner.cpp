#include "adapters/session/session_box_runner.hpp"

#include <utility>

#include "adapters/session/session_owner.hpp"

namespace mino::session {

SessionBoxRunner::SessionBoxRunner(posix::BoxBuilder& builder, Notices& notices)
    : builder_(builder), notices_(notices) {}

Result<AgentEnd> SessionBoxRunner::run(BoxLaunch launch, BoxObserver& observer) {
  const RunPlan& plan = *launch.plan;
  SessionOwner owner(plan, observer, notices_);
  return owner.run(builder_, std::move(launch));
}

}  // namespace mino::session
