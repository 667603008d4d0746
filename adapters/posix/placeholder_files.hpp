#pragma once

#include <string>
#include <vector>

#include "ports/placeholder_store.hpp"

namespace mino::posix {

// Placeholders on the disk. The project may be written by boxes at the same time, so everything is
// reached from the project's directory without following a link.

/// Whether what stands there is the placeholder as it was made: an empty directory, or a file with
/// that content.
[[nodiscard]] bool is_untouched(const Placeholder& placeholder);
/// Whether nothing is there, and the directory for it is.
[[nodiscard]] bool is_free(const Placeholder& placeholder);

enum class Made {
  kYes,
  kOccupied,    ///< something came between
  kImpossible,  ///< nobody can make it there
};
/// An error says what keeps it from being made although a program of this user could make it.
[[nodiscard]] Result<Made> make_placeholder(const Placeholder& placeholder);

/// Removes it when it is untouched; anything else stays.
void remove_placeholder(const Placeholder& placeholder);

/// Puts these patterns, and no others of ours, into info/exclude of a git directory. Where that
/// cannot be written, nothing is done: the placeholders then show in `git status`.
void write_excludes(const std::string& git_directory, const std::vector<std::string>& patterns);

}  // namespace mino::posix
