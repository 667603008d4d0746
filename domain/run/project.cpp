#include "domain/run/project.hpp"

#include <algorithm>
#include <array>

#include "domain/run/mount.hpp"
#include "domain/run/text.hpp"

namespace mino {
namespace {

constexpr std::array kReservedNames = std::to_array<std::string_view>(
    {"bin",   "boot",   "cache",     "dev", "etc", "home", "lib",  "lib32",
     "lib64", "libx32", "media",     "mnt", "opt", "proc", "root", "run",
     "sbin",  "srv",    "ssh-agent", "sys", "tmp", "usr",  "var",  "workspace"});

/// Places of which nothing below may be mounted over either.
constexpr std::array kKernelTrees = std::to_array<std::string_view>({"/proc", "/sys", "/dev"});
/// podman mounts the init at the last one.
constexpr std::array kTakenFiles =
    std::to_array<std::string_view>({"/etc/hosts", "/run/podman-init"});

}  // namespace

std::span<const std::string_view> reserved_folder_names() { return kReservedNames; }

std::string derive_workdir(std::string_view project) {
  const std::string_view name = project.substr(project.rfind('/') + 1);
  if (name.empty() || std::ranges::find(kReservedNames, name) != kReservedNames.end())
    return std::string(kDefaultWorkdir);
  return "/" + std::string(name);
}

Result<std::string> choose_workdir(std::string_view project, std::string_view configured) {
  if (configured == kDefaultWorkdir) return derive_workdir(project);
  const std::string name = "container.workdir \"" + visible_text(configured) + "\"";
  if (!configured.starts_with('/') || normalize_path(configured) != configured) {
    return Error(
        ErrorCode::kConfig,
        name + " is not an absolute path without \".\", \"..\" and doubled or final slashes");
  }
  for (const Result<void>& allowed : {check_mountable(configured), check_mount_target(configured)})
    if (!allowed.ok()) return Error(ErrorCode::kConfig, name + ": " + allowed.error().message());
  return std::string(configured);
}

Result<void> check_mount_target(std::string_view target) {
  const auto taken = [target](std::string_view tree) { return is_within(target, tree); };
  const bool kernel = std::ranges::any_of(kKernelTrees, taken);
  const bool file = std::ranges::find(kTakenFiles, target) != kTakenFiles.end();
  if (target != "/" && !kernel && !file) return {};
  return Error(ErrorCode::kUsage,
               "nothing can be mounted at " + visible_text(target) + " in the box");
}

std::optional<std::string> why_sensitive(std::string_view path, std::string_view home,
                                         std::span<const std::string> sensitive_paths) {
  if (path == "/") return "is the whole file system";
  if (!home.empty() && home != "/") {
    if (path == home) return "is your home directory";
    if (is_within(home, path)) return "holds your home directory";
  }
  for (const std::string& sensitive : sensitive_paths) {
    if (path == sensitive) return "is a sensitive directory";
    if (is_within(path, sensitive)) return "lies in the sensitive " + sensitive;
    if (is_within(sensitive, path)) return "holds the sensitive " + sensitive;
  }
  return std::nullopt;
}

}  // namespace mino
