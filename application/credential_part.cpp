#include "application/credential_part.hpp"

#include <utility>

namespace mino::application {

CredentialPart::CredentialPart(AuditSink& audit, Notices& notices,
                               std::vector<CredentialProvider> providers)
    : audit_(audit, notices), providers_(std::move(providers)) {}

Result<void> CredentialPart::prepare(const SessionContext& /*context*/) { return {}; }

void CredentialPart::started(const SessionContext& context) {
  if (providers_.empty()) return;
  JsonValue::Array names;
  for (const CredentialProvider provider : providers_) names.emplace_back(to_string(provider));
  audit_.record("credentials.injected",
                {{"session_name", context.record.name.str()}, {"providers", std::move(names)}});
}

void CredentialPart::exec_started(const SessionContext& /*context*/,
                                  const std::vector<std::string>& /*command*/) {}
void CredentialPart::ended(const SessionContext& /*context*/) {}
void CredentialPart::abandon(const SessionContext& /*context*/) {}

}  // namespace mino::application
