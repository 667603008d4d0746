#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/protect/protected_names.hpp"
#include "domain/result.hpp"
#include "domain/session/process_identity.hpp"

namespace mino {

/// Who needs placeholders: a session, as long as its owner lives.
struct PlaceholderHolder {
  std::string session_id;
  ProcessIdentity owner;
  bool operator==(const PlaceholderHolder&) const = default;
};

/// Something that stands in a project only so that a box can be kept from making it.
struct Placeholder {
  std::string project;  ///< canonical path of the host
  std::string path;     ///< below it, its parent exists or comes earlier in the same list
  ProtectedKind kind = ProtectedKind::kDirectory;
  std::string content;  ///< of a file
  /// For a file in a working tree of git: a git directory, absolute, and the pattern that keeps
  /// `git status` there silent about it. Git shows no empty directory.
  struct Exclude {
    std::string git_directory;
    std::string pattern;
    bool operator==(const Exclude&) const = default;
  };
  std::optional<Exclude> exclude;
  bool operator==(const Placeholder&) const = default;
};

/// Placeholders in the projects of all sessions of this user, counted over sessions. What is there
/// already and was not put there by this store is never touched. Every call takes a lock and blocks
/// on it for ten seconds at most.
class PlaceholderStore {
 public:
  PlaceholderStore() = default;
  PlaceholderStore(const PlaceholderStore&) = delete;
  PlaceholderStore& operator=(const PlaceholderStore&) = delete;
  virtual ~PlaceholderStore() = default;

  /// Makes what is absent and notes that `holder` needs it. One that somebody else's file stands in
  /// for, or that can be made by nobody (a read-only file system, a directory of somebody else), is
  /// passed over. What was made before a failure stays until release().
  [[nodiscard]] virtual Result<void> hold(const PlaceholderHolder& holder,
                                          const std::vector<Placeholder>& placeholders) = 0;
  /// Removes what no living session needs any more, `session_id` excepted from the living. A file
  /// with other content and a directory that is no longer empty stay.
  [[nodiscard]] virtual Result<void> release(const std::string& session_id) = 0;
  /// The same for sessions whose owner has gone. Costs one look at a directory when there are none.
  [[nodiscard]] virtual Result<void> sweep() = 0;
};

}  // namespace mino
