#pragma once

#include <string>
#include <vector>

#include "domain/result.hpp"
#include "domain/run/run_plan.hpp"
#include "domain/session/session_record.hpp"
#include "ports/box_runner.hpp"

namespace mino::application {

/// What a part may look at. Both outlive the call.
struct SessionContext {
  const RunPlan& plan;
  const SessionRecord& record;
};

/// One thing that a session needs beside its box: files in its runtime directory, a volume, the
/// audit log. RunSession walks the parts forwards before the box is built and back on every way
/// out, and knows none of them by name.
class SessionPart {
 public:
  SessionPart() = default;
  SessionPart(const SessionPart&) = delete;
  SessionPart& operator=(const SessionPart&) = delete;
  virtual ~SessionPart() = default;

  /// Makes what the box needs. May block. When it fails it has left nothing behind.
  [[nodiscard]] virtual Result<void> prepare(const SessionContext& context) = 0;
  /// The agent runs.
  virtual void started(const SessionContext& context) = 0;
  /// `mino exec` has started a further process.
  virtual void exec_started(const SessionContext& context,
                            const std::vector<std::string>& command) = 0;
  /// The agent has ended, after started(). Undoes prepare().
  virtual void ended(const SessionContext& context) = 0;
  /// The agent never ran: `context.record.reason` says why. Undoes prepare().
  virtual void abandon(const SessionContext& context) = 0;
};

}  // namespace mino::application
