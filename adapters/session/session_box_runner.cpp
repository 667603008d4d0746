#include "adapters/session/session_box_runner.hpp"

#include <utility>

#include "adapters/session/session_owner.hpp"

namespace mino::session {

SessionBoxRunner::SessionBoxRunner(posix::BoxBuilder& builder, Beside beside, const JsonCodec& json,
                                   Notices& notices)
    : builder_(builder), beside_(std::move(beside)), json_(json), notices_(notices) {}

Result<AgentEnd> SessionBoxRunner::run(BoxLaunch launch, BoxObserver& observer) {
  const RunPlan& plan = *launch.plan;
  SessionOwner owner(plan, {.observer = observer,
                            .network = beside_.network,
                            .walls = beside_.walls,
                            .json = json_,
                            .notices = notices_,
                            .companion = beside_.companion,
                            .companions = beside_.companions});
  return owner.run(builder_, std::move(launch));
}

}  // namespace mino::session
