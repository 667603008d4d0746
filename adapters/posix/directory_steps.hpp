#pragma once

#include <string_view>

#include "adapters/posix/unique_fd.hpp"

namespace mino::posix {

/// The directory at `path` below the directory `root`, reached step by step and through no link,
/// however long the path is. Empty for `root` itself. It can only be used as a starting point
/// (O_PATH). Not valid, with errno set, when there is none.
[[nodiscard]] UniqueFd open_directory_beneath(int root, std::string_view path);

/// "a/b" and "c" of "a/b/c"; an empty first part for a path of one name.
struct SplitPath {
  std::string_view directory;
  std::string_view name;
};
[[nodiscard]] SplitPath split_path(std::string_view path);

}  // namespace mino::posix
