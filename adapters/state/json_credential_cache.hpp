#pragma once

#include <cstdint>
#include <filesystem>

#include "ports/credential_cache.hpp"
#include "ports/file_system.hpp"
#include "ports/json_codec.hpp"

namespace mino::state {

/// CredentialCache as a directory (0700) with a JSON file (0600) a credential. A file that another
/// user owns or may read, that is no regular file, or that is not understood, is not used.
class JsonCredentialCache final : public CredentialCache {
 public:
  /// Both ports must outlive the cache. `user_id` is whose files are trusted.
  JsonCredentialCache(FileSystem& files, const JsonCodec& codec, std::filesystem::path directory,
                      std::uint32_t user_id);

  [[nodiscard]] CachedCredential load(CredentialProvider provider,
                                      const std::string& key) const override;
  [[nodiscard]] Result<void> store(CredentialProvider provider, const std::string& key,
                                   const IssuedCredential& issued, Timestamp now) override;
  [[nodiscard]] Result<std::unique_ptr<CredentialLock>> lock(
      const std::vector<std::string>& keys, std::chrono::milliseconds patience) override;

 private:
  [[nodiscard]] std::filesystem::path file_of(const std::string& key) const;
  /// What keeps a path of ours from being trusted; empty when nothing does.
  [[nodiscard]] std::string distrust(const std::filesystem::path& path, FileKind kind) const;
  void remove_ended(Timestamp now);

  FileSystem& files_;
  const JsonCodec& codec_;
  std::filesystem::path directory_;
  std::uint32_t user_id_;
};

}  // namespace mino::state
