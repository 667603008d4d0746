#pragma once

#include "ports/environment.hpp"
#include "ports/file_system.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mino::podman {

using Variables = std::vector<std::pair<std::string, std::string>>;

/// What podman is started for. Only a pull talks to the network by itself and so gets the proxy
/// variables.
enum class PodmanPurpose { kLocal, kPull };

/// The environment of podman: an allow-list, because podman runs on the host and obeys it. English,
/// so that its errors can be recognised.
[[nodiscard]] Variables podman_environment(const Environment& environment, PodmanPurpose purpose);

/// The same as NAME=VALUE.
[[nodiscard]] std::vector<std::string> as_words(const Variables& variables);

/// The path of a program on the PATH of these variables. Only looks; nothing when there is none.
[[nodiscard]] std::optional<std::string> find_program(const FileSystem& files,
                                                      const Variables& variables,
                                                      std::string_view name);

}  // namespace mino::podman
