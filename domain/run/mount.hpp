#pragma once

#include <string>
#include <string_view>

#include "domain/result.hpp"

namespace mino {

enum class MountAccess { kReadOnly, kReadWrite };
/// SELinux relabelling of a bind mount's source.
enum class MountLabel { kKeep, kShared, kPrivate };
enum class MountKind {
  kBind,    ///< `source` is a path of the host
  kVolume,  ///< `source` is a volume's name; empty: a fresh one that goes with the box
  kTmpfs,   ///< no source
};

/// One mount of the box. Paths are absolute UTF-8 without a newline or NUL.
struct Mount {
  MountKind kind = MountKind::kBind;
  std::string source;
  std::string target;
  MountAccess access = MountAccess::kReadOnly;
  MountLabel label = MountLabel::kKeep;
  bool operator==(const Mount&) const = default;
};

/// What a person writes as `--volume HOST:CONTAINER[:ro|rw|z|Z[,…]]`. The split is at the last
/// `:/`, so the host path may hold colons. HOST is an absolute path, one that starts with `~/`,
/// `./` or `../` (made absolute against `home` and `directory`), or the name of a volume. kUsage
/// says what is wrong.
[[nodiscard]] Result<Mount> parse_volume(std::string_view text, std::string_view home,
                                         std::string_view directory);

/// Success for text that can stand in a mount: valid UTF-8 without control characters.
[[nodiscard]] Result<void> check_mountable(std::string_view path);

/// Lexically absolute path without `.`, `..` and doubled slashes. `path` must start with a slash.
[[nodiscard]] std::string normalize_path(std::string_view path);

/// True when `path` is `ancestor` or lies below it; both normalized.
[[nodiscard]] bool is_within(std::string_view path, std::string_view ancestor);

/// A path as a person types it, normalized: `~` and `~/…` are `home`, what is relative is taken
/// from `directory`; both are absolute.
[[nodiscard]] std::string absolute_path(std::string_view text, std::string_view home,
                                        std::string_view directory);

}  // namespace mino
