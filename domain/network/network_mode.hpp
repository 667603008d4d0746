#pragma once

#include <optional>
#include <string_view>

namespace mino {

/// How a box reaches the network. `kHost` in a plan always comes with a HostNetworkGrant, and
/// `kAllowList` with the rules of an EgressPlan.
enum class NetworkMode { kBridge, kHost, kNone, kAllowList };

[[nodiscard]] constexpr std::string_view to_string(NetworkMode mode) {
  switch (mode) {
    case NetworkMode::kBridge:
      return "bridge";
    case NetworkMode::kHost:
      return "host";
    case NetworkMode::kNone:
      return "none";
    case NetworkMode::kAllowList:
      return "allow-list";
  }
  return "";
}

/// A mode that can be asked for by name; an allow-list is asked for by its rules.
[[nodiscard]] constexpr std::optional<NetworkMode> parse_network_mode(std::string_view text) {
  for (const NetworkMode mode : {NetworkMode::kBridge, NetworkMode::kHost, NetworkMode::kNone}) {
    if (text == to_string(mode)) return mode;
  }
  return std::nullopt;
}

}  // namespace mino
