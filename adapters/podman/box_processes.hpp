#pragma once

#include "domain/result.hpp"
#include "domain/session/process_identity.hpp"
#include "ports/file_system.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mino::podman {

/// A process of the engine that works for one box.
struct BoxProcess {
  ProcessIdentity identity;
  std::string program;       ///< "podman", "conmon", "crun" …
  std::string container_id;  ///< as its arguments say; may be empty
  bool operator==(const BoxProcess&) const = default;
};

/// 64 lower-case hex digits.
[[nodiscard]] bool is_container_id(std::string_view text);

/// What the arguments of a process (as in /proc/PID/cmdline) say about the box it works for:
/// nothing unless it is a program of the engine and names the container by `name` or by one of
/// `ids`. The identity is left empty.
[[nodiscard]] std::optional<BoxProcess> box_process_from_arguments(
    std::string_view arguments, std::string_view name, const std::vector<std::string>& ids);

/// Start time in /proc/PID/stat.
[[nodiscard]] std::optional<std::uint64_t> start_time_from_stat(std::string_view stat);

/// The user's processes of the engine that work for the container of that name (may be empty) or of
/// one of those ids: a podman that still builds or cleans up, conmon, `crun create`.
[[nodiscard]] Result<std::vector<BoxProcess>> find_box_processes(
    const FileSystem& files, std::string_view name, const std::vector<std::string>& ids);

}  // namespace mino::podman
