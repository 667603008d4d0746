#pragma once

#include <optional>
#include <string>
#include <vector>

#include "application/audit_writer.hpp"
#include "application/fetch_credentials.hpp"
#include "domain/credential/credential.hpp"
#include "domain/run/run_plan.hpp"
#include "ports/audit_sink.hpp"
#include "ports/notices.hpp"

namespace mino::application {

/// A credential of a run.
struct BoxCredential {
  CredentialRequest request;
  std::optional<IssuedCredential> issued;  ///< nothing: it could not be had
};

/// Gets a run's credentials, and says and records what came of it.
class IssueCredentials {
 public:
  /// All outlive this.
  struct Ports {
    const FetchCredentials& fetch;
    AuditSink& audit;
    Notices& notices;
  };

  explicit IssueCredentials(Ports ports);

  /// Those of the requests, which are those of the plan, in their order. Each that could not be had
  /// is a warning and a line of the audit log; one that nobody asked for and whose program is not
  /// there is neither, and is left out. kUnavailable when the plan says that a lack ends the run.
  [[nodiscard]] Result<std::vector<BoxCredential>> execute(
      const RunPlan& plan, const std::vector<CredentialRequest>& requests);

 private:
  void say_complaints(const FetchedCredential& fetched);
  void report_lack(const RunPlan& plan, const CredentialRequest& request, const Error& error);
  void record(const RunPlan& plan, const FetchedCredential& fetched);

  Ports ports_;
  AuditWriter audit_;
};

}  // namespace mino::application
