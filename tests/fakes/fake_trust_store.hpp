#pragma once

#include <map>
#include <optional>
#include <vector>

#include "ports/trust_store.hpp"

namespace mino::fakes {

/// Approvals in memory.
class FakeTrustStore final : public TrustStore {
 public:
  [[nodiscard]] Result<std::optional<Approval>> find(
      const std::filesystem::path& file) const override {
    if (failure) return *failure;
    const auto found = approvals.find(file);
    if (found == approvals.end()) return std::optional<Approval>();
    return std::optional(found->second);
  }
  [[nodiscard]] Result<std::vector<Approval>> list() const override {
    if (failure) return *failure;
    std::vector<Approval> all;
    for (const auto& [file, approval] : approvals) all.push_back(approval);
    return all;
  }
  [[nodiscard]] Result<void> grant(const Approval& approval) override {
    if (failure) return *failure;
    approvals.insert_or_assign(approval.file, approval);
    return {};
  }
  [[nodiscard]] Result<Revocation> revoke(const std::filesystem::path& file) override {
    if (failure) return *failure;
    return approvals.erase(file) == 0 ? Revocation::kNothingToRevoke : Revocation::kRevoked;
  }

  std::map<std::filesystem::path, Approval> approvals;
  std::optional<Error> failure;  ///< what every call returns while set
};

}  // namespace mino::fakes
