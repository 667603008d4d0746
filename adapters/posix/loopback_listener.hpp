#pragma once

#include "adapters/posix/unique_fd.hpp"
#include "ports/host_listener.hpp"

namespace mino::posix {

class LoopbackListener final : public HostListener {
 public:
  [[nodiscard]] Result<HostSockets> open() override;
  [[nodiscard]] Arrivals arrivals() override;

 private:
  UniqueFd stream_v4_;
  UniqueFd stream_v6_;
  UniqueFd datagram_;
  UniqueFd local_;
};

}  // namespace mino::posix
