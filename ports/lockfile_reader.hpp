#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "domain/result.hpp"

namespace mino {

/// Digests of files that a project's owner wrote, who is not trusted.
class LockfileReader {
 public:
  static constexpr std::uint64_t kMaxBytes = std::uint64_t{64} * 1024 * 1024;

  LockfileReader() = default;
  LockfileReader(const LockfileReader&) = delete;
  LockfileReader& operator=(const LockfileReader&) = delete;
  virtual ~LockfileReader() = default;

  /// SHA-256, in hex, of the file of that name in the project's directory. Nothing when there is
  /// none, also when a link there leads nowhere. Links are followed within the project. Never
  /// blocks on what is no regular file. kPermission: it may not be read, or a link leads out of the
  /// project; kCorrupt: it is no regular file, holds a NUL byte, or is larger than kMaxBytes.
  [[nodiscard]] virtual Result<std::optional<std::string>> digest(
      const std::filesystem::path& project, const std::string& name) const = 0;
};

}  // namespace mino
