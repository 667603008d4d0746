#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "application/account_inputs.hpp"
#include "domain/credential/credential.hpp"
#include "domain/result.hpp"
#include "ports/clock.hpp"
#include "ports/credential_cache.hpp"
#include "ports/credential_source.hpp"
#include "ports/digest.hpp"

namespace mino::application {

/// One request, and what became of it.
struct FetchedCredential {
  CredentialRequest request;
  Result<IssuedCredential> issued;
  bool from_cache = false;
  std::string cache_complaint;  ///< why one that was kept was not used; empty if that is no news
  std::optional<Error> keep_complaint;  ///< why this one is not kept for the next run
};

/// Gets credentials: out of the cache while they are good, else from the providers' own programs,
/// all at the same time. Of several processes that want the same one at once, one starts the
/// program and the others wait for it. Says nothing to anybody.
class FetchCredentials {
 public:
  /// All outlive this.
  struct Ports {
    CredentialSource& source;
    CredentialCache& cache;
    const Digest& digest;
    Clock& clock;
  };
  /// Whether one that was kept will do.
  using Judge =
      std::function<CredentialUse(CredentialProvider, const IssuedCredential&, Timestamp)>;
  /// Called before the programs are started.
  using Starting = std::function<void(const CredentialRequest&)>;

  FetchCredentials(Ports ports, const AccountFiles& accounts);

  /// One for each request, in their order. Blocks for 70 s at most. An error carries a hint and no
  /// secret.
  [[nodiscard]] std::vector<FetchedCredential> execute(
      const std::vector<CredentialRequest>& requests, const Judge& judge,
      const Starting& starting) const;

 private:
  /// One request on its way.
  struct Wanted {
    CredentialRequest request;
    std::string key;
    Keeping keeping = Keeping::kAllowed;
    std::optional<Result<IssuedCredential>> result;
    bool from_cache = false;
    std::string cache_complaint;
    std::optional<Error> keep_complaint;
  };

  [[nodiscard]] Wanted wanted(const CredentialRequest& request) const;
  void look_in_cache(std::vector<Wanted>& all, const Judge& judge) const;
  [[nodiscard]] std::unique_ptr<CredentialLock> lock(const std::vector<Wanted>& all) const;
  void fetch(std::vector<Wanted>& all, const Starting& starting) const;
  void keep(Wanted& wanted) const;

  Ports ports_;
  const AccountFiles& accounts_;
};

}  // namespace mino::application
