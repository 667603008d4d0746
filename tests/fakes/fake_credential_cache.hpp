#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ports/credential_cache.hpp"

namespace mino::fakes {

/// A cache in memory. Locks are held by their objects.
class FakeCredentialCache final : public CredentialCache {
 public:
  [[nodiscard]] CachedCredential load(CredentialProvider provider,
                                      const std::string& key) const override {
    if (const auto found = complaints.find(key); found != complaints.end())
      return {std::nullopt, found->second};
    const auto found = entries.find(key);
    if (found == entries.end() || found->second.first != provider) return {};
    return {found->second.second, {}};
  }
  [[nodiscard]] Result<void> store(CredentialProvider provider, const std::string& key,
                                   const IssuedCredential& issued, Timestamp now) override {
    if (failure) return *failure;
    std::erase_if(entries, [now](const auto& entry) {
      const IssuedCredential& old = entry.second.second;
      return now - old.credential.expires_at.value_or(old.issued_at) > std::chrono::hours(1);
    });
    complaints.erase(key);
    entries.insert_or_assign(key, std::pair(provider, issued));
    return {};
  }
  [[nodiscard]] Result<std::unique_ptr<CredentialLock>> lock(
      const std::vector<std::string>& keys, std::chrono::milliseconds /*patience*/) override {
    if (while_waiting) while_waiting();
    for (const std::string& key : keys) {
      if (held_.contains(key)) return Error(ErrorCode::kTimeout, key + " is locked");
    }
    locked.insert(locked.end(), keys.begin(), keys.end());
    return std::unique_ptr<CredentialLock>(std::make_unique<Lock>(*this, keys));
  }

  std::map<std::string, std::pair<CredentialProvider, IssuedCredential>> entries;
  std::map<std::string, std::string> complaints;  ///< by key: why what is there cannot be used
  std::optional<Error> failure;                   ///< what store() returns while set
  std::function<void()> while_waiting;            ///< what others do before lock() returns
  std::vector<std::string> locked;                ///< every key that was ever locked

 private:
  class Lock final : public CredentialLock {
   public:
    Lock(FakeCredentialCache& cache, std::vector<std::string> keys)
        : cache_(cache), keys_(std::move(keys)) {
      for (const std::string& key : keys_) ++cache_.held_[key];
    }
    ~Lock() override {
      for (const std::string& key : keys_) cache_.held_.erase(key);
    }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

   private:
    FakeCredentialCache& cache_;
    std::vector<std::string> keys_;
  };

  std::map<std::string, int> held_;
};

}  // namespace mino::fakes
