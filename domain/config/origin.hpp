#pragma once

#include <cstdint>
#include <string>

namespace mino {

/// Where a configuration value comes from, lowest precedence first.
enum class OriginKind { kDefault, kGlobalFile, kProjectFile, kEnvironment, kFlag };

struct Origin {
  OriginKind kind = OriginKind::kDefault;
  std::string
      name;  ///< the file's path, the variable's name or the flag ("--image"); empty for a default
  std::uint32_t line = 0;    ///< from 1, of a file
  std::uint32_t column = 0;  ///< from 1, in bytes, of a file
  bool operator==(const Origin&) const = default;
};

/// "default", "/home/a/.config/mino/config.toml:3:1", "environment MINO_CONTAINER_IMAGE" or "flag
/// --image".
[[nodiscard]] std::string to_string(const Origin& origin);
/// "<file>:<line>:<column>", or the name alone when it is no file.
[[nodiscard]] std::string location(const Origin& origin);

}  // namespace mino
