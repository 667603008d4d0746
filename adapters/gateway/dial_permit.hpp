#pragma once

#include <cstdint>
#include <utility>

#include "adapters/gateway/dial_channel.hpp"
#include "adapters/gateway/policy_assembler.hpp"
#include "adapters/posix/unique_fd.hpp"

namespace mino::gateway {

/// Whether the dialler does what the gateway asks of it. The gateway reads what the box sends, so
/// its word alone is not enough.
class DialPermit {
 public:
  DialPermit() = default;
  DialPermit(const DialPermit&) = delete;
  DialPermit& operator=(const DialPermit&) = delete;
  virtual ~DialPermit() = default;

  [[nodiscard]] virtual bool permits(const DialOrder& order) = 0;
  /// Readable when take_rules() has something to do; -1 when there never is.
  [[nodiscard]] virtual int fd() const = 0;
  enum class Rules : std::uint8_t {
    kMayChange,
    kFinal,  ///< nothing comes over fd() any more
  };
  virtual Rules take_rules() = 0;
};

/// By the session's rules, which the owner sends to the dialler itself (wire.hpp). Nothing is
/// permitted before they have come.
class PolicyPermit final : public DialPermit {
 public:
  /// `owner` is also read, without blocking, before each decision: the owner tells the dialler of
  /// changed rules before it tells the gateway.
  explicit PolicyPermit(posix::UniqueFd owner) : owner_(std::move(owner)) {}
  [[nodiscard]] bool permits(const DialOrder& order) override;
  [[nodiscard]] int fd() const override { return owner_.get(); }
  Rules take_rules() override;

 private:
  posix::UniqueFd owner_;
  Rules rules_ = Rules::kMayChange;
  PolicyAssembler assembler_;
  EgressPolicy policy_;
};

}  // namespace mino::gateway
