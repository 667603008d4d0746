#pragma once

#include "domain/config/schema.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mino::cli {

enum class Shell { kBash, kZsh, kFish, kElvish, kPowerShell };

/// By the name that the command line knows.
[[nodiscard]] std::optional<Shell> parse_shell(std::string_view name);

/// A script for `shell` that completes commands, options, their values and configuration keys from
/// the command table and `keys`. It asks `mino list` for the names of sessions and podman for
/// images, when they are wanted.
[[nodiscard]] std::string completion_script(Shell shell, std::span<const ConfigKey> keys);

[[nodiscard]] std::string bash_completion(std::span<const ConfigKey> keys);
[[nodiscard]] std::string zsh_completion(std::span<const ConfigKey> keys);
[[nodiscard]] std::string fish_completion(std::span<const ConfigKey> keys);
[[nodiscard]] std::string elvish_completion(std::span<const ConfigKey> keys);
[[nodiscard]] std::string powershell_completion(std::span<const ConfigKey> keys);

}  // namespace mino::cli
