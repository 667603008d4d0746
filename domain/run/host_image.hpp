#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mino {

// `--image host`: a box without an image. Its root is a skeleton directory, below a throw-away
// upper layer; the host's /usr and chosen parts of its /etc are mounted over it, read-only.

inline constexpr std::string_view kHostImageUser = "developer";
inline constexpr std::string_view kHostImageHome = "/home/developer";
inline constexpr std::string_view kHostImageShell = "/bin/bash";
inline constexpr std::uint32_t kHostImageUserId = 1000;
inline constexpr std::uint32_t kHostImageGroupId = 1000;

/// What is shown of the host's /etc, relative to it; a final `*` stands for any rest of a name.
/// Nothing that names users, hosts or keys is in it.
[[nodiscard]] std::span<const std::string_view> shown_etc_patterns();

/// Whether `name` is `pattern`, where a final `*` of the pattern stands for any rest without a
/// slash.
[[nodiscard]] bool matches_name(std::string_view pattern, std::string_view name);

/// The absolute paths in /etc that may be shown, given the names in it. Those with two components
/// (`/etc/ssl/certs`) may be missing still.
[[nodiscard]] std::vector<std::string> shown_etc_candidates(
    std::span<const std::string> names_in_etc);

/// Whether the path is one that a box without an image may see of the host's system: /usr, /opt, a
/// program directory, or a path in /etc that shown_etc_patterns() allows.
[[nodiscard]] bool is_shown_path(std::string_view path);

/// Top-level directories that hold programs and libraries; each is a link into /usr, a directory of
/// its own, or missing.
[[nodiscard]] std::span<const std::string_view> program_directories();

/// How the host has one of program_directories().
struct ProgramDirectory {
  std::string name;  ///< "bin"
  std::optional<std::string>
      link;  ///< where the host's link leads, e.g. "usr/bin"; nothing for a directory
  bool operator==(const ProgramDirectory&) const = default;
};

/// One entry of the skeleton.
struct SkeletonEntry {
  enum class Kind { kDirectory, kLink, kFile };
  Kind kind = Kind::kDirectory;
  std::string path;     ///< relative to the skeleton's root; parents come first
  std::string content;  ///< a link's target or a file's bytes
  std::uint32_t mode = 0;
  bool operator==(const SkeletonEntry&) const = default;
};

/// The skeleton, with the program directories that the host has.
[[nodiscard]] std::vector<SkeletonEntry> host_image_skeleton(
    std::span<const ProgramDirectory> directories);

/// The skeleton as one text, so that two of them can be told apart by a digest of it.
[[nodiscard]] std::string fingerprint(std::span<const SkeletonEntry> skeleton);

}  // namespace mino
