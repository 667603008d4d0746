#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace mino {

/// Whose credentials a box can get.
enum class CredentialProvider { kAws, kGcp, kAzure, kGithub };

inline constexpr std::array<CredentialProvider, 4> kCredentialProviders{
    CredentialProvider::kAws, CredentialProvider::kGcp, CredentialProvider::kAzure,
    CredentialProvider::kGithub};

/// The word of configuration keys, flags, files and JSON: "aws", "gcp", "azure", "github".
[[nodiscard]] std::string_view to_string(CredentialProvider provider);
[[nodiscard]] std::optional<CredentialProvider> parse_credential_provider(std::string_view text);
/// For a person: "AWS", "GCP", "Azure", "GitHub".
[[nodiscard]] std::string_view display_name(CredentialProvider provider);
/// The provider's command-line program: "aws", "gcloud", "az", "gh".
[[nodiscard]] std::string_view cli_program(CredentialProvider provider);

}  // namespace mino
