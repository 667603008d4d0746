#include "adapters/podman/build_remains.hpp"

#include "adapters/podman/box_processes.hpp"
#include "adapters/podman/podman_error.hpp"
#include "adapters/posix/file_lock.hpp"

#include <fmt/format.h>

#include <signal.h>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace mino::podman {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMaxArguments = std::size_t{256} * 1024;

bool is_number(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

fs::path build_lock(const fs::path& builds, const std::string& key) {
  return builds / (key + ".lock");
}

BuildRemains::BuildRemains(const PodmanCommand& podman, FileSystem& files, ProcessTable& processes,
                           std::string oci_runtime)
    : podman_(podman), files_(files), processes_(processes), oci_runtime_(std::move(oci_runtime)) {}

Result<void> BuildRemains::clear_finished(const BuildPlace& place) const {
  Result<void> untagged = remove_tag(place);
  MINO_TRY(remove_directory(place.directory));
  return untagged;
}

Result<void> BuildRemains::clear_broken(const BuildPlace& place) const {
  end_podman(place);
  const auto bundles = files_.list(place.temporary());
  if (bundles.ok() && *bundles) {
    for (const std::string& bundle : **bundles) {
      if (bundle.starts_with("buildah"))
        static_cast<void>(
            podman_.succeeds({oci_runtime_, "delete", "--force", "buildah-" + bundle}));
    }
  }
  MINO_ASSIGN(const ProcessOutput removed,
              podman_.run({"rm", "--force", "--ignore", place.container()}));
  MINO_TRY(clear_finished(place));
  if (removed.succeeded()) return {};
  return reworded(
      {.action = "removing the container of a build", .image = {}, .exit_code = removed.exit_code},
      removed.errors);
}

void BuildRemains::end_podman(const BuildPlace& place) const {
  constexpr std::chrono::seconds kPatience(5);
  const auto entries = files_.list("/proc");
  if (!entries.ok() || !*entries) return;
  for (const std::string& entry : **entries) {
    if (!is_number(entry)) continue;
    const auto arguments = files_.read("/proc/" + entry + "/cmdline", kMaxArguments);
    if (!arguments.ok() || !*arguments) continue;
    if ((*arguments)->find(place.base_tag()) == std::string::npos) continue;
    const auto stat = files_.read("/proc/" + entry + "/stat", kMaxArguments);
    const auto start = stat.ok() && *stat ? start_time_from_stat(**stat) : std::nullopt;
    if (!start) continue;
    ProcessIdentity process;
    std::from_chars(entry.data(), entry.data() + entry.size(), process.pid);
    process.start_time = *start;
    if (process == processes_.self()) continue;
    if (processes_.signal(process, SIGKILL).ok())
      static_cast<void>(processes_.wait_gone(process, kPatience));
  }
}

Result<void> BuildRemains::remove_tag(const BuildPlace& place) const {
  // Both names: with one alone podman takes every tag of the image.
  MINO_ASSIGN(const ProcessOutput result,
              podman_.run({"untag", place.base_tag(), place.base_tag()}));
  if (result.succeeded() || result.errors.find("not known") != std::string::npos) return {};
  return reworded(
      {.action = "removing the tag of a build", .image = {}, .exit_code = result.exit_code},
      result.errors);
}

Result<void> BuildRemains::remove_directory(const fs::path& directory) const {
  Result<void> removed = files_.remove_tree(directory);
  if (removed.ok()) return {};
  // Bundles hold directories that only root of the user namespace may read.
  MINO_ASSIGN(const ProcessOutput result,
              podman_.run({"unshare", "rm", "-rf", "--", directory.native()}));
  if (result.succeeded()) return {};
  return removed;
}

void BuildRemains::sweep(const fs::path& builds) const {
  sweep_logs(builds);
  const auto names = files_.list(builds);
  if (!names.ok() || !*names) return;
  for (const std::string& name : **names) {
    const auto info = files_.info(builds / name, FollowLinks::kNo);
    if (!info.ok() || !*info || (*info)->kind != FileKind::kDirectory) continue;
    const auto lock = posix::FileLock::acquire(build_lock(builds, name), {});
    if (lock.ok()) sweep_key(builds / name);
  }
}

void BuildRemains::sweep_logs(const fs::path& builds) const {
  constexpr std::size_t kKept = 10;
  std::vector<std::pair<std::int64_t, fs::path>> logs;
  const auto names = files_.list(builds);
  for (const std::string& name : names.ok() && *names ? **names : std::vector<std::string>()) {
    const auto info = files_.info(builds / name, FollowLinks::kNo);
    if (name.ends_with(".log") && info.ok() && *info)
      logs.emplace_back((*info)->modified_ns, builds / name);
  }
  std::ranges::sort(logs);
  for (std::size_t i = 0; i + kKept < logs.size(); ++i)
    static_cast<void>(files_.remove(logs[i].second));
}

void BuildRemains::sweep_key(const fs::path& directory) const {
  const auto names = files_.list(directory);
  if (!names.ok() || !*names) return;
  for (const std::string& name : **names) static_cast<void>(clear_broken({directory / name}));
  static_cast<void>(files_.remove(directory));
}

}  // namespace mino::podman
