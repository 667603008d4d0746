#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "domain/config/config.hpp"
#include "domain/credential/request.hpp"
#include "ports/digest.hpp"
#include "ports/environment.hpp"
#include "ports/file_system.hpp"

namespace mino::application {

/// Whether a credential may be kept on disk.
enum class Keeping {
  kAllowed,
  kForbidden,  ///< the provider's program keeps it in a safer place: a keyring, or nowhere
};

/// What decides, beside the request, whose credential a provider's program hands out.
struct AccountInputs {
  std::string text;  ///< changes when the account may have changed; holds digests, no value
  Keeping keeping = Keeping::kAllowed;
};

/// Looks at the files and variables from which the providers' programs take the account, and starts
/// none of them.
class AccountFiles {
 public:
  /// The ports must outlive this.
  AccountFiles(const FileSystem& files, const Environment& environment, const Digest& digest,
               std::filesystem::path home);

  [[nodiscard]] AccountInputs inputs(const CredentialRequest& request) const;

  /// Whether the configuration asks for GitHub, and `gh` is on the PATH and has, as far as can be
  /// seen, a token for the configured host.
  [[nodiscard]] bool has_github_login(const Config& config) const;

 private:
  [[nodiscard]] std::filesystem::path place(std::string_view variable,
                                            std::filesystem::path otherwise) const;
  [[nodiscard]] std::vector<std::filesystem::path> files_of(CredentialProvider provider) const;
  [[nodiscard]] std::filesystem::path github_hosts() const;
  [[nodiscard]] std::string fingerprint(const std::filesystem::path& file) const;
  [[nodiscard]] std::optional<std::string> read_github_hosts() const;
  [[nodiscard]] bool has_github_variable(const std::string& host) const;
  [[nodiscard]] bool is_on_path(std::string_view program) const;

  const FileSystem& files_;
  const Environment& environment_;
  const Digest& digest_;
  std::filesystem::path home_;
};

}  // namespace mino::application
