#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mino {

/// Who commits, as git's configuration says.
struct GitIdentity {
  std::string name;
  std::string email;
  bool operator==(const GitIdentity&) const = default;
};

/// `user.name` and `user.email` of a file in git's configuration format; nothing unless it sets
/// both. Includes are not followed.
[[nodiscard]] std::optional<GitIdentity> git_identity_of(std::string_view configuration);

/// Where the box's git finds its defaults (GIT_CONFIG_SYSTEM, git(1)); they yield to whatever the
/// image, the box's home and the repository set.
inline constexpr std::string_view kGitDefaultsPath = "/run/mino/gitconfig";

/// A program that git asks for the password of one host (gitcredentials(7)).
struct GitCredentialHelper {
  std::string program;
  std::string host;
};

enum class RepositoryConfig { kWritable, kReadOnly };

/// The file for kGitDefaultsPath, empty when there is nothing to say. Where a repository's
/// configuration is read-only, git is told not to record upstream branches there, which it would
/// fail at, and to push to a branch of the same name without one.
[[nodiscard]] std::string git_defaults(const std::optional<GitIdentity>& identity,
                                       RepositoryConfig repository,
                                       const std::optional<GitCredentialHelper>& helper);

}  // namespace mino
