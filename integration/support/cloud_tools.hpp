#pragma once

#include <cstdint>
#include <string>

namespace mino::integration {

/// What a script in integration/env has fetched out of a package registry: the directory that it
/// names, or why there is none.
struct Fetched {
  std::string directory;
  std::string problem;
};
/// Runs the script; minutes, the first time.
[[nodiscard]] Fetched fetch_by(const std::string& script);

/// A port of the loopback that nobody has now.
[[nodiscard]] std::uint16_t free_port();
/// Whether somebody listens there.
[[nodiscard]] bool answers(std::uint16_t port);

}  // namespace mino::integration
