#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/run/run_plan.hpp"
#include "domain/selftest/wall.hpp"

namespace mino {

/// Where the host listens for a box that should not reach it.
struct HostSockets {
  std::uint16_t tcp_port = 0;  ///< of 127.0.0.1 and ::1
  std::uint16_t udp_port = 0;  ///< of 127.0.0.1
  std::string abstract_name;   ///< of a UNIX socket
  bool operator==(const HostSockets&) const = default;
};

/// Places of the host that a box has no business to know, absolute.
struct SelfTestPlaces {
  std::string planted;  ///< a file beside the scratch project
  std::string state;    ///< mino's state directory
  /// Files with something in them, relative to the scratch project, that the plan hides.
  std::vector<std::string> hidden;
  std::optional<HostSockets> sockets;  ///< nothing: they could not be opened
};

/// In the scratch project: a link to SelfTestPlaces::planted.
inline constexpr std::string_view kScratchLink = "link";

/// Names that are files in the scratch project before the box is built, so that both are tried:
/// what is protected because it is there, and what is because a placeholder is.
[[nodiscard]] std::vector<std::string> scratch_files();

/// Attempts whose outcome the host knows better than the box: whether something arrived.
inline constexpr std::string_view kLoopbackAttempt = "host_loopback";
inline constexpr std::string_view kLoopbackDatagramAttempt = "host_loopback_datagram";
inline constexpr std::string_view kAbstractSocketAttempt = "abstract_socket";
inline constexpr std::string_view kVariablesAttempt = "variables";

/// The walls of a plan's box, in the order in which they are shown. What the plan grants is off,
/// with the place that asked for it.
[[nodiscard]] std::vector<Wall> walls_of(const RunPlan& plan, const SelfTestPlaces& places);

// The parts of walls_of(), a subject each.
void add_host_walls(const RunPlan& plan, const SelfTestPlaces& places, std::vector<Wall>& walls);
void add_kernel_walls(const RunPlan& plan, std::vector<Wall>& walls);
void add_network_walls(const RunPlan& plan, const SelfTestPlaces& places, std::vector<Wall>& walls);
void add_project_walls(const RunPlan& plan, const SelfTestPlaces& places, std::vector<Wall>& walls);

/// "container.network = bridge (default)" for a decision of the plan.
[[nodiscard]] std::string setting_behind(const RunPlan& plan, std::string_view subject,
                                         std::string_view key);

}  // namespace mino
