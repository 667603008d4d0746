#include "cli/host_programs.hpp"

#include "cli/render/text.hpp"
#include "domain/run/mount.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <string_view>

namespace mino::cli {

namespace {

namespace fs = std::filesystem;

std::optional<fs::path> find_on_path(const FileSystem& files, const std::string& path,
                                     const std::string& command) {
  constexpr std::uint32_t kAnyExecute = 0111;
  std::string_view rest = path;
  while (!rest.empty()) {
    const std::string_view directory = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(rest.size(), directory.size() + 1));
    if (directory.empty() || directory.front() != '/') continue;
    const fs::path candidate = fs::path(directory) / command;
    const auto info = files.info(candidate, FollowLinks::kYes);
    if (info.ok() && info->has_value() && (*info)->kind == FileKind::kRegular &&
        ((*info)->mode & kAnyExecute) != 0)
      return candidate;
  }
  return std::nullopt;
}

/// The directory to show: an installation prefix rather than its bin, so that what lies beside bin
/// comes along.
fs::path directory_to_show(const fs::path& program) {
  const fs::path directory = program.parent_path();
  return directory.filename() == "bin" && directory.parent_path().filename() != ".local"
             ? directory.parent_path()
             : directory;
}

}  // namespace

std::string host_program_hint(const FileSystem& files, const Environment& environment,
                              const std::string& command) {
  if (command.empty() || command.find('/') != std::string::npos) return {};
  const auto found = find_on_path(files, environment.get("PATH").value_or(""), command);
  if (!found) return {};
  const fs::path shown = directory_to_show(*found);
  std::string options = fmt::format("--host-path {}", printable(shown.string()));
  // A link that leads elsewhere needs its target too.
  const auto canonical = files.canonical(*found);
  if (canonical.ok() && canonical->has_value() &&
      !is_within((*canonical)->string(), shown.string())) {
    options += fmt::format(" --host-path {}", printable(directory_to_show(**canonical).string()));
  }
  return fmt::format("it is {} on this machine, which the box does not see: add {}",
                     printable(found->string()), options);
}

}  // namespace mino::cli
