#pragma once

#include <string>
#include <vector>

#include "application/audit_writer.hpp"
#include "application/session_part.hpp"
#include "application/ssh_tally.hpp"
#include "ports/audit_sink.hpp"
#include "ports/clock.hpp"
#include "ports/file_system.hpp"
#include "ports/notices.hpp"
#include "ports/ssh_agent_filter.hpp"

namespace mino::application {

/// The SSH agent of a session whose plan has one: the copy of the known hosts, the filter, and what
/// becomes of its reports, which are the audit log and a summary of what was refused. Comes after
/// the part that makes the runtime directory.
class SshPart final : public SessionPart, private SshSink {
 public:
  /// All outlive this.
  struct Ports {
    SshAgentFilter& filter;
    FileSystem& files;
    AuditSink& audit;
    Clock& clock;
    Notices& notices;
  };
  explicit SshPart(Ports ports);

  [[nodiscard]] Result<void> prepare(const SessionContext& context) override;
  void started(const SessionContext& context) override;
  void exec_started(const SessionContext& context,
                    const std::vector<std::string>& command) override;
  void ended(const SessionContext& context) override;
  void abandon(const SessionContext& context) override;

 private:
  void ssh_used(const SshEvent& event) override;
  void agent_unreachable(const std::string& why) override;
  void filter_lost() override;
  [[nodiscard]] Result<void> copy_known_hosts(const SshPlan& ssh);
  void audit_counts(const std::vector<SshTally::Count>& counts);
  void finish(const SessionContext& context);

  Ports ports_;
  AuditWriter audit_;
  std::string session_;
  SshTally tally_;
  bool has_warned_of_agent_ = false;
  bool has_warned_of_nobody_ = false;
};

}  // namespace mino::application
