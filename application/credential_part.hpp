#pragma once

#include <string>
#include <vector>

#include "application/audit_writer.hpp"
#include "application/session_part.hpp"
#include "domain/credential/provider.hpp"

namespace mino::application {

/// Records which credentials a box was given.
class CredentialPart final : public SessionPart {
 public:
  /// Both ports must outlive this.
  CredentialPart(AuditSink& audit, Notices& notices, std::vector<CredentialProvider> providers);

  [[nodiscard]] Result<void> prepare(const SessionContext& context) override;
  void started(const SessionContext& context) override;
  void exec_started(const SessionContext& context,
                    const std::vector<std::string>& command) override;
  void ended(const SessionContext& context) override;
  void abandon(const SessionContext& context) override;

 private:
  AuditWriter audit_;
  std::vector<CredentialProvider> providers_;
};

}  // namespace mino::application
