#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/credential/credential.hpp"
#include "domain/result.hpp"

namespace mino {

/// What the cache has under a key.
struct CachedCredential {
  std::optional<IssuedCredential> credential;  ///< nothing: none that can be used
  std::string complaint;  ///< why one that is there cannot be used; empty if that is no news
};

/// Held while a credential is fetched, so that others wait for it. Dropped with the object and with
/// the process.
class CredentialLock {
 public:
  CredentialLock() = default;
  CredentialLock(const CredentialLock&) = delete;
  CredentialLock& operator=(const CredentialLock&) = delete;
  virtual ~CredentialLock() = default;
};

/// Keeps credentials between runs, readable for this user only. A key is a digest: lower-case hex.
class CredentialCache {
 public:
  CredentialCache() = default;
  CredentialCache(const CredentialCache&) = delete;
  CredentialCache& operator=(const CredentialCache&) = delete;
  virtual ~CredentialCache() = default;

  /// Never fails: what cannot be read, understood or trusted is not there.
  [[nodiscard]] virtual CachedCredential load(CredentialProvider provider,
                                              const std::string& key) const = 0;
  /// Puts the credential in the place of what is there, in one step and so that it survives a power
  /// loss, and removes those that ended before `now`. kPermission: the place is open to others.
  [[nodiscard]] virtual Result<void> store(CredentialProvider provider, const std::string& key,
                                           const IssuedCredential& issued, Timestamp now) = 0;
  /// Waits for those that hold one of these keys. kTimeout when one is still held after `patience`.
  [[nodiscard]] virtual Result<std::unique_ptr<CredentialLock>> lock(
      const std::vector<std::string>& keys, std::chrono::milliseconds patience) = 0;
};

}  // namespace mino
