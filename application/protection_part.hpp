#pragma once

#include <string>
#include <vector>

#include "application/audit_writer.hpp"
#include "application/session_part.hpp"
#include "domain/handoff/handoff_report.hpp"
#include "ports/audit_sink.hpp"
#include "ports/notices.hpp"
#include "ports/placeholder_store.hpp"
#include "ports/project_protection.hpp"

namespace mino::application {

/// Keeps the box from the project's protected paths for as long as it runs, and removes what was
/// put in the project for that. Says what happened meanwhile to the audit log, and to the user what
/// he has to look at.
class ProtectionPart final : public SessionPart, private ProtectionSink {
 public:
  /// All outlive this. What is defused while the session runs is added to `defused`, each path
  /// once.
  ProtectionPart(ProjectProtection& protection, PlaceholderStore& placeholders, AuditSink& audit,
                 Notices& notices, std::vector<DefusedFile>& defused);

  [[nodiscard]] Result<void> prepare(const SessionContext& context) override;
  void started(const SessionContext& context) override;
  void exec_started(const SessionContext& context,
                    const std::vector<std::string>& command) override;
  void ended(const SessionContext& context) override;
  void abandon(const SessionContext& context) override;

 private:
  void restored(const std::string& path, Gap gap) override;
  void defused(const std::string& path, const std::string& what) override;
  void warning(const std::string& text) override;
  void guard_lost() override;
  void finish(const SessionContext& context);

  ProjectProtection& protection_;
  PlaceholderStore& placeholders_;
  AuditWriter audit_;
  Notices& notices_;
  std::vector<DefusedFile>& defused_;
  std::string session_;
};

}  // namespace mino::application
