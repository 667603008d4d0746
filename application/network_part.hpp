#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "application/audit_writer.hpp"
#include "application/egress_tally.hpp"
#include "application/session_part.hpp"
#include "ports/audit_sink.hpp"
#include "ports/clock.hpp"
#include "ports/egress_gateway.hpp"
#include "ports/network_log.hpp"
#include "ports/notices.hpp"

namespace mino::application {

/// The gateway of a session whose plan has egress rules, and what becomes of its reports: the audit
/// log, the session's network log, and a summary of what was refused. Neither log stops a session.
class NetworkPart : public SessionPart, public EgressSink {
 public:
  /// The ports must outlive this.
  NetworkPart(EgressGateway& gateway, NetworkLog& log, AuditSink& audit, Clock& clock,
              Notices& notices, std::filesystem::path log_directory);

  [[nodiscard]] Result<void> prepare(const SessionContext& context) override;
  void started(const SessionContext& context) override;
  void exec_started(const SessionContext& context,
                    const std::vector<std::string>& command) override;
  void ended(const SessionContext& context) override;
  void abandon(const SessionContext& context) override;

  void egress(const EgressEvent& event) override;
  void rules_changed(const NetworkRequest& request) override;
  void gateway_lost(const std::string& why) override;

 private:
  void open_log(const SessionContext& context, const std::filesystem::path& path);
  void log_line(const std::string& line);
  void audit_closed(const EgressEvent& event);
  void audit_counts(const std::vector<EgressTally::Count>& counts);
  void finish(const SessionContext& context);

  EgressGateway& gateway_;
  NetworkLog& log_;
  AuditWriter audit_;
  Clock& clock_;
  Notices& notices_;
  std::filesystem::path log_directory_;

  std::string session_;
  bool log_is_open_ = false;
  EgressTally tally_;
  std::map<std::uint64_t, EgressEvent> open_;  ///< by connection; as many as the gateway has
};

}  // namespace mino::application
