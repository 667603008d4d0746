#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "application/account_inputs.hpp"
#include "application/audit_writer.hpp"
#include "domain/credential/credential.hpp"
#include "domain/run/run_plan.hpp"
#include "ports/clock.hpp"
#include "ports/credential_cache.hpp"
#include "ports/credential_source.hpp"
#include "ports/digest.hpp"
#include "ports/notices.hpp"

namespace mino::application {

/// A credential for the box.
struct BoxCredential {
  CredentialProvider provider = CredentialProvider::kAws;
  std::map<std::string, Secret> variables;
};

/// Gets a run's credentials: out of the cache while they are good, else from the providers' own
/// programs, all at the same time. Of several runs that want the same one at once, one starts the
/// program and the others wait for it.
class IssueCredentials {
 public:
  struct Ports {
    CredentialSource& source;
    CredentialCache& cache;
    const Digest& digest;
    Clock& clock;
    AuditSink& audit;
    Notices& notices;
  };

  /// All must outlive this.
  IssueCredentials(Ports ports, const AccountFiles& accounts);

  /// Those that could be had, in the order of the requests, which are those of the plan. Each that
  /// could not is a warning and a line of the audit log; one that nobody asked for and whose
  /// program is not there is neither. kUnavailable when the plan says that a lack ends the run.
  [[nodiscard]] Result<std::vector<BoxCredential>> execute(
      const RunPlan& plan, const std::vector<CredentialRequest>& requests);

 private:
  /// One request on its way.
  struct Wanted {
    CredentialRequest request;
    std::string key;
    Keeping keeping = Keeping::kAllowed;
    std::optional<IssuedCredential> issued;
    bool from_cache = false;
  };
  enum class Complaints { kSaid, kKept };

  [[nodiscard]] Wanted wanted(const CredentialRequest& request) const;
  void look_in_cache(std::vector<Wanted>& all, Complaints complaints);
  [[nodiscard]] std::unique_ptr<CredentialLock> lock(const std::vector<Wanted>& all);
  void fetch(const RunPlan& plan, std::vector<Wanted>& all);
  void keep(const Wanted& wanted);
  void report_lack(const RunPlan& plan, const CredentialRequest& request, const Error& error);
  void record(const RunPlan& plan, const Wanted& wanted);

  Ports ports_;
  const AccountFiles& accounts_;
  AuditWriter audit_;
  std::vector<CredentialProvider> lacking_;
};

}  // namespace mino::application
