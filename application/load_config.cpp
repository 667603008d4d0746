#include "application/load_config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace mino::application {
namespace {

std::vector<std::string> paths_of(const ConfigLayer& layer) {
  std::vector<std::string> paths;
  for (const ConfigEntry& entry : layer) paths.push_back(entry.path());
  return paths;
}

std::string question(const ProjectSnapshot& snapshot, const ConfigLayer& gated, bool changed) {
  std::string text = fmt::format("{} {}:\n", snapshot.file.string(),
                                 changed ? "has changed since it was approved, and sets" : "sets");
  for (const std::string& line : describe_gated(gated)) text += "  " + line + "\n";
  if (!snapshot.layers.empty())
    text += fmt::format("and the project brings layers of its own ({} files in .mino/layers)\n",
                        snapshot.layers.size());
  return text + "Apply this, now and until the file changes?";
}

}  // namespace

LoadConfig::LoadConfig(Ports ports, ProjectOwner owner)
    : ports_(ports), owner_(std::move(owner)), project_(ports.files, owner_) {}

Result<LoadedConfig> LoadConfig::execute(const LoadConfigRequest& request) {
  LoadedConfig loaded;
  const auto lay = [&](const Result<ConfigLayer>& layer) -> Result<void> {
    if (!layer.ok()) return tolerated(layer.error(), request.errors);
    loaded.config.apply(*layer);
    if (request.errors == ConfigErrors::kFail) warn_ignored(*layer);
    return {};
  };
  MINO_TRY(lay(global_layer(request)));
  if (request.project_dir) {
    Result<void> applied = apply_project(request, loaded);
    if (!applied.ok() && applied.error().hint().empty())
      applied.error().set_hint("--no-local leaves the project's file out");
    MINO_TRY(tolerated(std::move(applied), request.errors));
  }
  MINO_TRY(lay(layer_from_environment(
      [this](std::string_view name) { return ports_.environment.get(name); })));
  MINO_ASSIGN(const ConfigLayer flags, layer_from_flags(request.overrides));
  loaded.config.apply(flags);
  return loaded;
}

Result<ConfigLayer> LoadConfig::global_layer(const LoadConfigRequest& request) const {
  MINO_ASSIGN(auto bytes, ports_.files.read(request.global_file, ConfigSource::kMaxBytes));
  if (!bytes) {
    if (request.global == GlobalFile::kMayBeMissing) return ConfigLayer();
    return Error(ErrorCode::kNotFound,
                 fmt::format("configuration file {} does not exist", request.global_file.string()));
  }
  MINO_ASSIGN(const ConfigDocument document,
              ports_.source.parse(request.global_file.string(), *std::move(bytes)));
  return layer_from_document(document, OriginKind::kGlobalFile);
}

Result<void> LoadConfig::apply_project(const LoadConfigRequest& request, LoadedConfig& loaded) {
  MINO_ASSIGN(const auto found, project_.find(*request.project_dir));
  if (!found) return {};
  const std::string name = found->path.string();
  if (found->refusal) {
    ports_.notices.warn(fmt::format("{} is ignored: {}", name, *found->refusal),
                        "chmod go-w or remove it; --no-local says nothing about it");
    return {};
  }
  MINO_ASSIGN(ProjectSnapshot snapshot, project_.read(found->path));
  if (!snapshot.bytes && snapshot.layers.empty()) return {};
  MINO_ASSIGN(const ConfigDocument document,
              ports_.source.parse(name, snapshot.bytes.value_or(std::string())));
  MINO_ASSIGN(const ConfigLayer layer, layer_from_document(document, OriginKind::kProjectFile));
  if (snapshot.bytes) loaded.project_file = found->path;
  const GatedLayer sorted = sort_by_trust(layer, loaded.config);
  bool approved = true;
  if (!sorted.gated.empty()) {
    MINO_ASSIGN(approved, is_approved(snapshot, sorted.gated, request.trust, loaded));
  }
  loaded.config.apply(approved ? layer : sorted.narrowing);
  if (approved) warn_ignored(layer);
  if (!approved) loaded.skipped = paths_of(sorted.gated);
  if (snapshot.layers.empty()) return {};
  std::string digest = snapshot.digest(ports_.digest);
  const bool was_asked =
      !sorted.gated.empty() && request.trust == LocalTrust::kAsk && ports_.prompter.interactive();
  auto trust = trust_in_layers(snapshot, digest, request.trust, was_asked);
  if (loaded.granted) trust = ProjectLayers::Trust::kApproved;
  loaded.layers =
      ProjectLayers{std::move(snapshot), std::move(digest), trust, describe_gated(sorted.gated)};
  return {};
}

Result<bool> LoadConfig::is_approved(const ProjectSnapshot& snapshot, const ConfigLayer& gated,
                                     LocalTrust trust, LoadedConfig& loaded) {
  const std::string name = snapshot.file.string();
  const std::string keys = fmt::format("{}", fmt::join(paths_of(gated), ", "));
  const std::string digest = snapshot.digest(ports_.digest);
  const std::optional<Approval> approval = stored_approval(snapshot.file);
  if (approval && approval->digest == digest) return true;
  if (trust == LocalTrust::kApply) {
    ports_.notices.warn(fmt::format("{} is applied without approval: it sets {}", name, keys), "");
    return true;
  }
  if (trust == LocalTrust::kAsk && ports_.prompter.interactive()) {
    MINO_ASSIGN(const bool yes, ask(snapshot, gated, digest, loaded));
    if (yes) return true;
  }
  ports_.notices.warn(
      fmt::format("{} {}; not applied: {}", name,
                  approval ? "has changed since it was approved" : "is not approved", keys),
      fmt::format("mino trust {}", name));
  return false;
}

Result<bool> LoadConfig::ask(const ProjectSnapshot& snapshot, const ConfigLayer& gated,
                             const std::string& digest, LoadedConfig& loaded) {
  const bool changed = stored_approval(snapshot.file).has_value();
  MINO_ASSIGN(const Answer answer,
              ports_.prompter.confirm(question(snapshot, gated, changed), Answer::kNo));
  if (answer == Answer::kNo) return false;
  Approval approval{snapshot.file, digest, ports_.clock.now()};
  const Result<void> stored = ports_.trust.grant(approval);
  if (!stored.ok())
    ports_.notices.warn(fmt::format("the approval holds for this once: {}", stored.error().text()),
                        stored.error().hint());
  loaded.granted = std::move(approval);
  return true;
}

ProjectLayers::Trust LoadConfig::trust_in_layers(const ProjectSnapshot& snapshot,
                                                 const std::string& digest, LocalTrust trust,
                                                 bool was_asked) const {
  if (trust == LocalTrust::kApply) return ProjectLayers::Trust::kApproved;
  const std::optional<Approval> approval = stored_approval(snapshot.file);
  if (approval && approval->digest == digest) return ProjectLayers::Trust::kApproved;
  return was_asked ? ProjectLayers::Trust::kRefused : ProjectLayers::Trust::kUndecided;
}

std::optional<Approval> LoadConfig::stored_approval(const std::filesystem::path& file) const {
  Result<std::optional<Approval>> found = ports_.trust.find(file);
  if (found.ok()) return std::move(found).value();
  ports_.notices.warn(found.error().text(), found.error().hint());
  return std::nullopt;
}

void LoadConfig::warn_ignored(const ConfigLayer& layer) const {
  for (const ConfigEntry& entry : layer) {
    if (entry.key->effect == Effect::kIgnored)
      ports_.notices.warn(fmt::format("{}: {} has no effect", location(entry.origin), entry.path()),
                          "");
  }
}

Result<void> LoadConfig::tolerated(Result<void> result, ConfigErrors errors) const {
  if (result.ok() || errors == ConfigErrors::kFail) return result;
  ports_.notices.warn(fmt::format("left out: {}", result.error().text()), result.error().hint());
  return {};
}

}  // namespace mino::application
