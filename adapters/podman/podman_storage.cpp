#include "adapters/podman/podman_storage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <utility>

#include "adapters/podman/podman_error.hpp"
#include "adapters/podman/podman_json.hpp"

namespace mino::podman {
namespace {

constexpr std::chrono::seconds kDeadline(30);
constexpr std::chrono::minutes kMeasuring(10);
/// Of a thing that is not there: `podman volume rm` and `podman rmi`.
constexpr int kNoSuchThing = 1;
/// Of one that something is made from or that a container has.
constexpr int kInUse = 2;

/// An error unless the command succeeded or there was nothing to remove.
Result<void> removed(const ProcessOutput& result, const std::string& action,
                     std::string_view nothing) {
  if (result.succeeded()) return {};
  if (result.exit_code == kNoSuchThing && result.errors.find(nothing) != std::string::npos)
    return {};
  Error error =
      reworded({.action = action, .image = {}, .exit_code = result.exit_code}, result.errors);
  if (result.exit_code == kInUse) error.set_code(ErrorCode::kBusy);
  return error;
}

}  // namespace

PodmanStorage::PodmanStorage(const Ports& ports)
    : ports_(ports),
      podman_(ports.runner, ports.files, ports.json, ports.environment, kDeadline),
      slow_podman_(ports.runner, ports.files, ports.json, ports.environment, kMeasuring) {}

Result<std::vector<StoredVolume>> PodmanStorage::volumes() {
  // A regular expression. Filters of several kinds are alternatives in podman 4.3, so there is one.
  MINO_ASSIGN(const JsonValue json,
              podman_.json("listing volumes",
                           {"volume", "ls", "--format", "json", "--filter", "name=^mino-"}));
  MINO_ASSIGN(std::vector<ListedVolume> listed, volumes_from_ls(json));
  std::vector<StoredVolume> volumes;
  for (ListedVolume& volume : listed) {
    volumes.push_back({std::move(volume.name), std::move(volume.labels), volume.created,
                       std::move(volume.mount_point)});
  }
  return volumes;
}

Result<std::set<std::string>> PodmanStorage::volumes_in_use() {
  MINO_ASSIGN(const std::string output,
              podman_.output("listing volumes in use",
                             {"volume", "ls", "--quiet", "--filter", "dangling=false"}));
  std::set<std::string> names;
  std::string_view rest = output;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (end > 0) names.emplace(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return names;
}

Result<void> PodmanStorage::remove_volume(const std::string& name) {
  const std::string action = fmt::format("removing the volume {}", name);
  // With --force podman would remove the containers that have it.
  MINO_ASSIGN(const ProcessOutput result,
              podman_.run({"volume", "rm", "--", name}).with_context(action));
  return removed(result, action, "no such volume");
}

Result<std::map<std::string, std::uint64_t>> PodmanStorage::measure(
    const std::vector<StoredVolume>& volumes) {
  std::map<std::string, std::uint64_t> sizes;
  std::vector<std::string> arguments{"unshare", "du", "-s", "-k", "--"};
  std::map<std::string, std::string> names;  // by path
  for (const StoredVolume& volume : volumes) {
    if (!volume.mount_point.starts_with('/')) continue;
    arguments.push_back(volume.mount_point);
    names.emplace(volume.mount_point, volume.name);
  }
  if (names.empty()) return sizes;
  // It fails when one has gone meanwhile, and still prints the others.
  MINO_ASSIGN(const ProcessOutput result,
              slow_podman_.run(arguments).with_context("measuring volumes"));
  for (const auto& [path, bytes] : sizes_from_du(result.output)) {
    if (const auto name = names.find(path); name != names.end()) sizes.emplace(name->second, bytes);
  }
  if (sizes.empty())
    return reworded({.action = "measuring volumes", .image = {}, .exit_code = result.exit_code},
                    result.errors);
  return sizes;
}

Result<std::optional<std::filesystem::path>> PodmanStorage::volume_directory() {
  MINO_ASSIGN(const EngineFacts facts, ports_.engine.facts());
  std::optional<std::filesystem::path> directory;
  if (!facts.volume_path.starts_with('/')) return directory;
  MINO_ASSIGN(const auto info, ports_.files.info(facts.volume_path, FollowLinks::kYes));
  if (info && info->kind == FileKind::kDirectory) directory = facts.volume_path;
  return directory;
}

Result<std::vector<std::string>> PodmanStorage::missing_volumes(
    const std::vector<std::string>& names) {
  std::vector<std::string> missing;
  MINO_ASSIGN(const auto directory, volume_directory());
  if (!directory) return missing;
  for (const std::string& name : names) {
    MINO_ASSIGN(const auto info, ports_.files.info(*directory / name, FollowLinks::kYes));
    if (!info) missing.push_back(name);
  }
  return missing;
}

Result<void> PodmanStorage::make_directories(const std::string& volume,
                                             const std::vector<std::string>& names) {
  constexpr std::uint32_t kMode = 0755;
  MINO_ASSIGN(const auto directory, volume_directory());
  if (!directory) return {};
  // Both ways in which mino maps users make the user of a box the user outside, so that these are
  // that user's in every box.
  const std::filesystem::path root = *directory / volume / "_data";
  MINO_ASSIGN(const auto info, ports_.files.info(root, FollowLinks::kNo));
  if (!info || info->kind != FileKind::kDirectory) return {};
  for (const std::string& name : names) {
    // A link in its place would be a box's doing.
    MINO_ASSIGN(const auto present, ports_.files.info(root / name, FollowLinks::kNo));
    if (!present) MINO_TRY(ports_.files.make_directories(root / name, kMode));
  }
  return {};
}

Result<std::vector<StoredImage>> PodmanStorage::images() {
  MINO_ASSIGN(const JsonValue json, podman_.json("listing images", {"images", "--format", "json"}));
  return images_from_ls(json);
}

Result<void> PodmanStorage::remove_image(const std::string& reference) {
  const std::string action = fmt::format("removing the image {}", reference);
  // Without --no-prune podman would also remove parents that have no name, whoever made them.
  MINO_ASSIGN(const ProcessOutput result,
              podman_.run({"rmi", "--no-prune", "--", reference}).with_context(action));
  return removed(result, action, "image not known");
}

std::map<std::string, std::uint64_t> sizes_from_du(std::string_view output) {
  constexpr std::uint64_t kKibibyte = 1024;
  std::map<std::string, std::uint64_t> sizes;
  while (!output.empty()) {
    const std::size_t end = std::min(output.find('\n'), output.size());
    const std::string_view line = output.substr(0, end);
    output.remove_prefix(std::min(end + 1, output.size()));
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos) continue;
    std::uint64_t blocks = 0;
    const auto [stop, failed] = std::from_chars(line.data(), line.data() + tab, blocks);
    if (failed != std::errc() || stop != line.data() + tab || blocks > UINT64_MAX / kKibibyte)
      continue;
    sizes.insert_or_assign(std::string(line.substr(tab + 1)), blocks * kKibibyte);
  }
  return sizes;
}

}  // namespace mino::podman
