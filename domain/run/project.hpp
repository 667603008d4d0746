#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "domain/result.hpp"

namespace mino {

/// The place of a project whose folder's name cannot be used.
inline constexpr std::string_view kDefaultWorkdir = "/workspace";

/// Names of top-level directories of a box that no project is mounted over.
[[nodiscard]] std::span<const std::string_view> reserved_folder_names();

/// `/<folder name>` for a canonical project path, or kDefaultWorkdir when the name is reserved or
/// there is none.
[[nodiscard]] std::string derive_workdir(std::string_view project);

/// Where the project is mounted: `configured` unless it is kDefaultWorkdir, which means to derive
/// it. kConfig when that path is not absolute and normalized, or is a place that no mount may take.
[[nodiscard]] Result<std::string> choose_workdir(std::string_view project,
                                                 std::string_view configured);

/// Success unless mino, podman or the kernel needs that place of the box for itself (`/`, `/proc`,
/// `/sys`, `/dev`,
/// `/etc/hosts`, the init). `target` is normalized. kUsage.
[[nodiscard]] Result<void> check_mount_target(std::string_view target);

/// Why a directory must not be given to a box unasked: it is `/`, is or holds `home`, or lies in or
/// holds one of `sensitive_paths`; nothing when it may. Reads on after a "which": "holds your home
/// directory". All paths normalized.
[[nodiscard]] std::optional<std::string> why_sensitive(
    std::string_view path, std::string_view home, std::span<const std::string> sensitive_paths);

}  // namespace mino
