#pragma once

#include "domain/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mino::podman {

/// What podman was asked to do when it failed.
struct FailedCommand {
  std::string action;            ///< "creating the box"
  std::string image;             ///< the image it was about; may be empty
  std::optional<int> exit_code;  ///< nothing when a signal ended it
};

/// The line of podman's output that says why it failed, without its "Error: ", control characters
/// and log lines; at most 400 bytes. Empty when it said nothing.
[[nodiscard]] std::string reason_of(std::string_view output);

/// One error for the user: "<action>: <what is wrong> (podman: <its own words>)" with a hint for
/// the failures that have a known cure. kNotFound: there is no such image; kUnavailable: podman or
/// the machine is not set up; else kInternal.
[[nodiscard]] Error reworded(const FailedCommand& command, std::string_view output);

/// kUnavailable, with the command that installs podman.
[[nodiscard]] Error no_podman();

}  // namespace mino::podman
