#pragma once

#include <map>
#include <string>
#include <vector>

#include "adapters/posix/unique_fd.hpp"
#include "ports/placeholder_store.hpp"

namespace mino::posix {

/// The directories that placeholders are in, each opened once.
class PlaceholderRoots {
 public:
  /// -1 when it cannot be opened.
  [[nodiscard]] int of(const std::string& project);

 private:
  std::map<std::string, UniqueFd> open_;
};

// Placeholders on the disk. The project may be written by boxes at the same time, so everything is
// reached from the project's directory without following a link.

/// Whether what stands there is the placeholder as it was made: an empty directory, or a file with
/// that content.
[[nodiscard]] bool is_untouched(PlaceholderRoots& roots, const Placeholder& placeholder);
/// Whether nothing is there, and the directory for it is.
[[nodiscard]] bool is_free(PlaceholderRoots& roots, const Placeholder& placeholder);

enum class Made {
  kYes,
  kOccupied,    ///< something came between
  kImpossible,  ///< nobody can make it there
};
/// An error says what keeps it from being made although a program of this user could make it.
[[nodiscard]] Result<Made> make_placeholder(PlaceholderRoots& roots,
                                            const Placeholder& placeholder);

/// Removes those that are untouched; anything else stays. What lies in a directory comes before the
/// directory.
void remove_placeholders(PlaceholderRoots& roots,
                         const std::vector<const Placeholder*>& placeholders);

/// Puts these patterns, and no others of ours, into info/exclude of a git directory. Where that
/// cannot be written, nothing is done: the placeholders then show in `git status`.
void write_excludes(const std::string& git_directory, const std::vector<std::string>& patterns);

}  // namespace mino::posix
