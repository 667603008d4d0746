#pragma once

#include <optional>
#include <string_view>

namespace mino {

/// How a box reaches the network. `kHost` in a plan always comes with a HostNetworkGrant.
enum class NetworkMode { kBridge, kHost, kNone };

[[nodiscard]] constexpr std::string_view to_string(NetworkMode mode) {
  switch (mode) {
    case NetworkMode::kBridge:
      return "bridge";
    case NetworkMode::kHost:
      return "host";
    case NetworkMode::kNone:
      return "none";
  }
  return "";
}

[[nodiscard]] constexpr std::optional<NetworkMode> parse_network_mode(std::string_view text) {
  for (const NetworkMode mode : {NetworkMode::kBridge, NetworkMode::kHost, NetworkMode::kNone}) {
    if (text == to_string(mode)) return mode;
  }
  return std::nullopt;
}

}  // namespace mino
