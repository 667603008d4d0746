#include "application/config_writer.hpp"

#include <fmt/format.h>

#include <utility>

#include "domain/config/layers.hpp"

namespace mino::application {
namespace {

constexpr std::uint32_t kUserFileMode = 0600;
constexpr std::uint32_t kUserDirectoryMode = 0700;
constexpr std::uint32_t kProjectFileMode = 0644;
constexpr std::uint32_t kProjectDirectoryMode = 0755;

OriginKind origin_of(ConfigTarget target) {
  return target == ConfigTarget::kUserFile ? OriginKind::kGlobalFile : OriginKind::kProjectFile;
}

}  // namespace

ConfigWriter::ConfigWriter(Ports ports, ProjectOwner owner)
    : ports_(ports), project_(ports.files, std::move(owner)) {}

Result<ProjectSnapshot> ConfigWriter::read(const std::filesystem::path& file,
                                           ConfigTarget target) const {
  if (target == ConfigTarget::kUserFile) {
    // The link stays and what it leads to is changed.
    MINO_ASSIGN(const auto canonical, ports_.files.canonical(file));
    const std::filesystem::path path = canonical.value_or(file);
    MINO_ASSIGN(auto bytes, ports_.files.read(path, ConfigSource::kMaxBytes));
    return ProjectSnapshot{path, std::move(bytes), {}};
  }
  MINO_ASSIGN(const auto found, project_.at(file));
  if (found && found->refusal)
    return Error(ErrorCode::kPermission,
                 fmt::format("{} is not changed: {}", file.string(), *found->refusal));
  return project_.read(file);
}

Result<bool> ConfigWriter::was_trusted(const ProjectSnapshot& before, const Config& user) const {
  if (!before.bytes && before.layers.empty()) return true;
  MINO_ASSIGN(const auto approval, ports_.trust.find(before.file));
  if (approval && approval->digest == before.digest(ports_.digest)) return true;
  if (!before.layers.empty()) return false;
  const auto document = ports_.source.parse(before.file.string(), *before.bytes);
  if (!document.ok()) return false;
  const auto layer = layer_from_document(*document, OriginKind::kProjectFile);
  return layer.ok() && sort_by_trust(*layer, user).gated.empty();
}

Result<void> ConfigWriter::check(const std::filesystem::path& file, const std::string& text,
                                 ConfigTarget target) const {
  MINO_ASSIGN(const ConfigDocument document, ports_.source.parse(file.string(), text));
  MINO_TRY(layer_from_document(document, origin_of(target)));
  return {};
}

Result<WrittenConfig> ConfigWriter::write(const ProjectSnapshot& before, const std::string& text,
                                          ConfigTarget target, TrustAfterWrite trust) {
  MINO_TRY(check(before.file, text, target));
  const bool is_users = target == ConfigTarget::kUserFile;
  MINO_TRY(ports_.files.make_directories(before.file.parent_path(),
                                         is_users ? kUserDirectoryMode : kProjectDirectoryMode));
  MINO_ASSIGN(const auto info, ports_.files.info(before.file, FollowLinks::kYes));
  const std::uint32_t mode = info ? info->mode : (is_users ? kUserFileMode : kProjectFileMode);
  MINO_TRY(ports_.files.write_atomic(before.file, text, mode, Durability::kSync));
  WrittenConfig written{before.file, trust, std::nullopt};
  if (trust == TrustAfterWrite::kGranted) {
    MINO_ASSIGN(written.granted,
                approve(before, text).with_context("the file is written, but not approved"));
  }
  return written;
}

Result<Approval> ConfigWriter::approve(const ProjectSnapshot& before, const std::string& text) {
  MINO_ASSIGN(const auto canonical, ports_.files.canonical(before.file));
  const ProjectSnapshot after{canonical.value_or(before.file), text, before.layers};
  Approval approval{after.file, after.digest(ports_.digest), ports_.clock.now()};
  MINO_TRY(ports_.trust.grant(approval));
  return approval;
}

}  // namespace mino::application
