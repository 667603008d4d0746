#include "domain/credential/provider.hpp"

namespace mino {
namespace {

struct Names {
  std::string_view word;
  std::string_view display;
  std::string_view program;
};

constexpr Names names_of(CredentialProvider provider) {
  switch (provider) {
    case CredentialProvider::kAws:
      return {"aws", "AWS", "aws"};
    case CredentialProvider::kGcp:
      return {"gcp", "GCP", "gcloud"};
    case CredentialProvider::kAzure:
      return {"azure", "Azure", "az"};
    case CredentialProvider::kGithub:
      return {"github", "GitHub", "gh"};
  }
  return {};
}

}  // namespace

std::string_view to_string(CredentialProvider provider) { return names_of(provider).word; }
std::string_view display_name(CredentialProvider provider) { return names_of(provider).display; }
std::string_view cli_program(CredentialProvider provider) { return names_of(provider).program; }

std::optional<CredentialProvider> parse_credential_provider(std::string_view text) {
  for (const CredentialProvider provider : kCredentialProviders) {
    if (to_string(provider) == text) return provider;
  }
  return std::nullopt;
}

}  // namespace mino
