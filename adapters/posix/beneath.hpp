#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "adapters/posix/unique_fd.hpp"
#include "domain/result.hpp"

namespace mino::posix {

// Paths below a directory that programs we do not trust may change at the same time: no call
// follows a link, in any component, or leaves the directory (openat2(2), Linux 5.6).

/// Like open(2); -1 with errno. `path` is relative; empty is the directory itself.
[[nodiscard]] UniqueFd open_beneath(int directory, const std::string& path, int flags,
                                    mode_t mode = 0);

/// An absolute path without links, as realpath(3) gives it; -1 with ELOOP when one has come into it
/// since.
[[nodiscard]] UniqueFd open_canonical(const std::string& path, int flags);

enum class Kind { kAbsent, kFile, kDirectory, kLink, kOther };
/// Of the last component, not followed. A path whose parents are missing or are no directories is
/// absent.
[[nodiscard]] Kind kind_beneath(int directory, const std::string& path);

/// The bytes of a regular file; nothing when it is not one, cannot be read, or is larger.
[[nodiscard]] std::optional<std::string> read_beneath(int directory, const std::string& path,
                                                      std::size_t max_bytes);

/// A directory that holds the last component of a path, and that component.
struct ParentAndName {
  UniqueFd parent;
  std::string name;
};
/// -1 in `parent`, with errno, when there is no such directory. `path` is not empty.
[[nodiscard]] ParentAndName open_parent_beneath(int directory, const std::string& path);

/// Replaces or creates a file by rename, with the mode of the one that is there, else `mode`.
[[nodiscard]] Result<void> write_beneath(int directory, const std::string& path,
                                         std::string_view bytes, mode_t mode);

}  // namespace mino::posix
