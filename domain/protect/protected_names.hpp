#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace mino {

/// How much of a project is kept from the agent (container.protect), from the least to the most.
enum class ProtectLevel {
  kOff,
  kGit,     ///< git's own files, which git itself runs or obeys, and mino's
  kStrict,  ///< also what editors, agents, shells and package managers run or obey
};

/// "off", "git", "strict".
[[nodiscard]] std::string_view to_string(ProtectLevel level);
[[nodiscard]] std::optional<ProtectLevel> parse_protect_level(std::string_view text);

enum class ProtectedKind { kFile, kDirectory };

/// What is done about a protected name that does not exist when a session starts.
enum class WhenAbsent {
  kPlaceholder,  ///< an empty directory, or a file with `placeholder`, is put there and protected
  kReport,       ///< agents make it in ordinary work: it may appear, and is reported
};

/// A name whose file or directory a program on the host would later run or obey.
struct ProtectedName {
  std::string_view name;
  ProtectedKind kind;
  WhenAbsent when_absent;
  ProtectLevel level;  ///< protected from this level on
  /// Content of a file's placeholder: what the program that reads it takes for nothing at all.
  std::string_view placeholder = {};
};

/// Names at the top of a project and of each working tree in it.
[[nodiscard]] std::span<const ProtectedName> protected_project_names();

/// Names in a git directory (".git", a bare repository, one below ".git/modules"). Paths with one
/// slash name a file in a directory that itself stays writable.
[[nodiscard]] std::span<const ProtectedName> protected_git_names();

/// Whether a program that folds case, or drops the characters that HFS+ ignores, would take `name`
/// for `protected_name`, although it is another one. Git refuses such names in its trees for the
/// same reason (CVE-2014-9390).
[[nodiscard]] bool looks_like(std::string_view name, std::string_view protected_name);

}  // namespace mino
