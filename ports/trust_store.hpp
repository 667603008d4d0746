#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "domain/result.hpp"

namespace mino {

/// That the user approved a project file with exactly these contents.
struct Approval {
  std::filesystem::path file;  ///< canonical
  std::string digest;          ///< SHA-256 of approval_bytes(), in hex
  std::chrono::system_clock::time_point granted_at;
  bool operator==(const Approval&) const = default;
};

enum class Revocation { kRevoked, kNothingToRevoke };

/// Approvals of project files, at most one a file, kept for the user. Writes are atomic, happen
/// under a lock and survive a power loss. Blocks on the lock at most ten seconds (kTimeout).
/// kCorrupt, kNewerSchema: what is stored cannot be read, and is left alone.
class TrustStore {
 public:
  TrustStore() = default;
  TrustStore(const TrustStore&) = delete;
  TrustStore& operator=(const TrustStore&) = delete;
  virtual ~TrustStore() = default;

  [[nodiscard]] virtual Result<std::optional<Approval>> find(
      const std::filesystem::path& file) const = 0;
  /// Sorted by file.
  [[nodiscard]] virtual Result<std::vector<Approval>> list() const = 0;
  /// Replaces an earlier approval of the same file.
  [[nodiscard]] virtual Result<void> grant(const Approval& approval) = 0;
  [[nodiscard]] virtual Result<Revocation> revoke(const std::filesystem::path& file) = 0;
};

}  // namespace mino
