#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "ports/file_system.hpp"
#include "ports/json_codec.hpp"
#include "ports/trust_store.hpp"

namespace mino::state {

/// TrustStore in one JSON file (0600) whose directory is made when something is granted.
class JsonTrustStore final : public TrustStore {
 public:
  /// Both ports must outlive the store.
  JsonTrustStore(FileSystem& files, const JsonCodec& codec, std::filesystem::path file);

  [[nodiscard]] Result<std::optional<Approval>> find(
      const std::filesystem::path& file) const override;
  [[nodiscard]] Result<std::vector<Approval>> list() const override;
  [[nodiscard]] Result<void> grant(const Approval& approval) override;
  [[nodiscard]] Result<Revocation> revoke(const std::filesystem::path& file) override;

 private:
  /// Changes the list under the lock; `change` says whether there is anything to write.
  [[nodiscard]] Result<void> update(const std::function<bool(std::vector<Approval>&)>& change);

  FileSystem& files_;
  const JsonCodec& codec_;
  std::filesystem::path file_;
};

}  // namespace mino::state
