#pragma once

#include <optional>

#include "ports/host_listener.hpp"

namespace mino::fakes {

class FakeHostListener final : public HostListener {
 public:
  [[nodiscard]] Result<HostSockets> open() override {
    if (failure) return *failure;
    return sockets;
  }
  [[nodiscard]] Arrivals arrivals() override { return arrived; }

  std::optional<Error> failure{};
  HostSockets sockets{.tcp_port = 40001, .udp_port = 40002, .abstract_name = "0002a"};
  Arrivals arrived{};
};

}  // namespace mino::fakes
