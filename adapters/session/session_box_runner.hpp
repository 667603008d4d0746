#pragma once

#include "adapters/posix/box_builder.hpp"
#include "adapters/posix/box_companion.hpp"
#include "adapters/posix/box_network.hpp"
#include "adapters/posix/box_protection.hpp"
#include "ports/box_runner.hpp"
#include "ports/json_codec.hpp"
#include "ports/notices.hpp"

namespace mino::session {

/// Runs a session on the calling thread, with mino's own descriptors 0-2 as the user's.
class SessionBoxRunner : public BoxRunner {
 public:
  /// All must outlive this.
  SessionBoxRunner(posix::BoxBuilder& builder, posix::BoxNetwork& network,
                   posix::BoxProtection& protection, const JsonCodec& json, Notices& notices,
                   posix::BoxCompanion& companion);

  [[nodiscard]] Result<AgentEnd> run(BoxLaunch launch, BoxObserver& observer) override;

 private:
  posix::BoxBuilder& builder_;
  posix::BoxNetwork& network_;
  posix::BoxProtection& protection_;
  const JsonCodec& json_;
  Notices& notices_;
  posix::BoxCompanion& companion_;
};

}  // namespace mino::session
