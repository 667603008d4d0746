#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mino {

/// Files and directories, relative to the home directory, that hold credentials, keys or mino's own
/// decisions. No project and no host path may be, hold or lie in one of them without the user's
/// word.
[[nodiscard]] std::span<const std::string_view> sensitive_names();

/// sensitive_names() below `home`, absolute.
[[nodiscard]] std::vector<std::string> sensitive_paths_below(std::string_view home);

}  // namespace mino
