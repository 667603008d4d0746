#pragma once

#include <filesystem>

#include "domain/session/session_name.hpp"

namespace mino::application {

/// Where the network log of a session lies. It ends unlike the log of what an agent printed, since
/// "a.network" is a session's name too.
[[nodiscard]] inline std::filesystem::path network_log_path(
    const std::filesystem::path& log_directory, const SessionName& session) {
  return log_directory / (session.str() + ".network");
}

}  // namespace mino::application
