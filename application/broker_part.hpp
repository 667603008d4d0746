#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "application/audit_writer.hpp"
#include "application/fetch_credentials.hpp"
#include "application/issue_credentials.hpp"
#include "application/repeat_tally.hpp"
#include "application/session_part.hpp"
#include "domain/credential/lease.hpp"
#include "ports/audit_sink.hpp"
#include "ports/clock.hpp"
#include "ports/credential_broker.hpp"
#include "ports/notices.hpp"
#include "ports/side_work.hpp"

namespace mino::application {

/// The broker of a session whose plan has one: it hands out the credentials that the run has got,
/// and renews them, out of the cache or by the providers' programs, while the session goes on.
class BrokerPart final : public SessionPart, private BrokerSink {
 public:
  /// All outlive this.
  struct Ports {
    CredentialBroker& broker;
    SideWork& side_work;
    const FetchCredentials& fetch;
    AuditSink& audit;
    Clock& clock;
    Notices& notices;
  };
  /// What is renewed must not be shown either.
  using Hide = std::function<void(const Secret&)>;

  BrokerPart(Ports ports, Secret token, std::vector<BoxCredential> credentials, Hide hide);

  [[nodiscard]] Result<void> prepare(const SessionContext& context) override;
  void started(const SessionContext& context) override;
  void exec_started(const SessionContext& context,
                    const std::vector<std::string>& command) override;
  void ended(const SessionContext& context) override;
  void abandon(const SessionContext& context) override;

 private:
  struct Served {
    CredentialRequest request;
    CredentialLease lease;
    bool is_lacking = false;  ///< the user was told so
  };
  /// What is counted: a refusal, or that a credential was handed out.
  struct Kind {
    std::optional<BrokerRefusal> refusal;
    std::optional<CredentialProvider> provider;
    auto operator<=>(const Kind&) const = default;
  };
  struct Waiting {
    Question question;
    CredentialProvider provider;
    std::string subject;
  };

  void asked(Question question, CredentialProvider provider, const std::string& subject) override;
  void refused(BrokerRefusal refusal, std::optional<CredentialProvider> provider) override;
  void woken() override;
  void broker_lost() override;

  [[nodiscard]] Served* served(CredentialProvider provider, const std::string& subject);
  void renew(Served& served);
  void renewal_ended(CredentialProvider provider, const std::string& subject,
                     Result<JsonValue> result);
  void renewal_failed(Served& served, const Error& error);
  void answer_waiting(CredentialProvider provider, const std::string& subject);
  void set_alarm();
  void count(const Kind& kind);
  void write(const Kind& kind, std::uint64_t times);
  void finish(const SessionContext& context);

  Ports ports_;
  AuditWriter audit_;
  Secret token_;
  std::vector<Served> served_;
  Hide hide_;
  std::string session_;
  std::vector<Waiting> waiting_;
  RepeatTally<Kind> tally_;
};

}  // namespace mino::application
