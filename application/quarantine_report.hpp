#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "application/audit_writer.hpp"
#include "application/handoff_review.hpp"
#include "application/reconcile_sessions.hpp"
#include "ports/file_system.hpp"
#include "ports/project_defuser.hpp"
#include "ports/session_store.hpp"

namespace mino::application {

/// `mino report --quarantine`: takes the danger out of what a session left, as far as that loses
/// nothing.
class QuarantineReport {
 public:
  struct Ports {
    const SessionStore& sessions;
    const ProjectWalker& walker;
    const JsonCodec& json;
    ProjectDefuser& defuser;
    FileSystem& files;
    AuditSink& audit;
    const Clock& clock;
    Notices& notices;
  };
  struct Plan {
    SessionRecord record;
    HandoffReport report;                ///< as the project is now
    std::vector<HandoffItem> dangerous;  ///< what is defused
    std::vector<HandoffItem> left;       ///< what is not: ordinary work looks the same
  };
  struct Line {
    std::string text;
    std::optional<Error> error;  ///< what kept it from being done
  };

  /// All must outlive this. Files are moved below `directory`.
  QuarantineReport(const Ports& ports, ReconcileSessions& reconcile,
                   std::filesystem::path directory);

  /// Looks through the project. kBusy while a session runs in it: what its agent can still change
  /// is not to be repaired.
  [[nodiscard]] Result<Plan> plan(const std::optional<std::string>& session,
                                  WalkExtent extent) const;
  /// Does it, and goes on after a failure. What was done, one line each.
  [[nodiscard]] Result<std::vector<Line>> execute(const Plan& plan);

 private:
  [[nodiscard]] Result<void> refuse_live(const SessionRecord& record) const;
  [[nodiscard]] Result<std::string> defuse(const std::string& project, const HandoffItem& item,
                                           const std::filesystem::path& quarantine);
  [[nodiscard]] Result<std::string> move_out(const std::string& project, const HandoffItem& item,
                                             const std::filesystem::path& quarantine);
  [[nodiscard]] Result<std::string> defuse_config(const std::string& project,
                                                  const HandoffItem& item,
                                                  const std::filesystem::path& quarantine);

  Ports ports_;
  ReconcileSessions& reconcile_;
  std::filesystem::path directory_;
  AuditWriter audit_;
};

}  // namespace mino::application
