#include "application/approve_project.hpp"

#include <fmt/format.h>

#include <utility>

#include "domain/config/layers.hpp"

namespace mino::application {

ApproveProject::ApproveProject(Ports ports, ProjectOwner owner)
    : ports_(ports), project_(ports.files, std::move(owner)) {}

Result<std::optional<FoundProjectFile>> ApproveProject::find(
    const std::filesystem::path& path) const {
  MINO_ASSIGN(const auto info, ports_.files.info(path, FollowLinks::kNo));
  if (info && info->kind != FileKind::kDirectory) {
    MINO_ASSIGN(const auto directory,
                ports_.files.canonical(path.has_parent_path() ? path.parent_path() : "."));
    if (path.filename() != kProjectFileName || !directory)
      return Error(ErrorCode::kUsage, fmt::format("{} is neither a directory nor a {}",
                                                  path.string(), kProjectFileName));
    return project_.at(*directory / kProjectFileName);
  }
  return project_.find(path);
}

Result<ApprovedProject> ApproveProject::approve(const std::filesystem::path& path,
                                                const Config& user) {
  MINO_ASSIGN(const auto found, find(path));
  if (!found)
    return std::move(
        Error(ErrorCode::kNotFound, fmt::format("no {} and no .mino/layers in {} or above it",
                                                kProjectFileName, path.string()))
            .set_hint("mino init"));
  if (found->refusal)
    return Error(ErrorCode::kPermission,
                 fmt::format("{} cannot be approved: {}", found->path.string(), *found->refusal));
  MINO_ASSIGN(const ProjectSnapshot snapshot, project_.read(found->path));
  MINO_ASSIGN(const ConfigDocument document,
              ports_.source.parse(found->path.string(), snapshot.bytes.value_or(std::string())));
  MINO_ASSIGN(const ConfigLayer layer, layer_from_document(document, OriginKind::kProjectFile));
  ApprovedProject approved{{snapshot.file, snapshot.digest(ports_.digest), ports_.clock.now()},
                           describe_gated(sort_by_trust(layer, user).gated),
                           snapshot.layers.size()};
  MINO_TRY(ports_.trust.grant(approved.approval));
  return approved;
}

Result<std::filesystem::path> ApproveProject::revoke(const std::filesystem::path& path) {
  // The file or its whole project may be gone: then only the text of the path is left to go by.
  std::vector<std::filesystem::path> candidates{path.lexically_normal(),
                                                (path / kProjectFileName).lexically_normal()};
  if (const auto found = find(path); found.ok() && found->has_value())
    candidates.insert(candidates.begin(), (*found)->path);
  for (const std::filesystem::path& candidate : candidates) {
    MINO_ASSIGN(const Revocation revocation, ports_.trust.revoke(candidate));
    if (revocation == Revocation::kRevoked) return candidate;
  }
  return Error(ErrorCode::kNotFound, fmt::format("{} is not approved", path.string()));
}

}  // namespace mino::application
