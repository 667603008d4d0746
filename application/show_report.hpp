#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "application/handoff_review.hpp"
#include "application/reconcile_sessions.hpp"
#include "ports/process_table.hpp"
#include "ports/session_store.hpp"

namespace mino::application {

/// The session of that name, its record put right if its owner is gone; without a name the one that
/// was started last. kNotFound when there is none.
[[nodiscard]] Result<SessionRecord> reported_session(const SessionStore& sessions,
                                                     ReconcileSessions& reconcile,
                                                     const std::optional<std::string>& name);

/// `mino report`: what a session left for the host to run.
class ShowReport {
 public:
  enum class Source {
    kRecord,    ///< as it was when the session ended
    kWalk,      ///< as it is now
    kNeverRan,  ///< nothing: the agent never ran
  };
  struct Request {
    std::optional<std::string> session;
    WalkExtent extent = WalkExtent::kQuick;  ///< kFull always looks now
  };
  struct Response {
    SessionRecord record;
    HandoffReport report;
    Source source = Source::kRecord;
  };

  /// All must outlive this.
  ShowReport(const SessionStore& sessions, ReconcileSessions& reconcile,
             const HandoffReview& review)
      : sessions_(sessions), reconcile_(reconcile), review_(review) {}

  /// A session that still runs, or whose owner was killed, is looked at now.
  [[nodiscard]] Result<Response> execute(const Request& request) const;

 private:
  const SessionStore& sessions_;
  ReconcileSessions& reconcile_;
  const HandoffReview& review_;
};

}  // namespace mino::application
