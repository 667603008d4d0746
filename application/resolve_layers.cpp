#include "application/resolve_layers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "application/config_audit.hpp"
#include "domain/layer/layer_name.hpp"
#include "domain/run/mount.hpp"
#include "domain/run/text.hpp"

namespace mino::application {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kManifest = "layer.toml";
constexpr std::string_view kScript = "install.sh";

std::string question(const ProjectLayers& project, const std::vector<std::string>& names) {
  std::string text = fmt::format(
      "{} brings layers of its own: {}.\nBuilding one runs its install.sh as root in a container "
      "with the network open.\n",
      (project.snapshot.file.parent_path() / ".mino/layers").string(), fmt::join(names, ", "));
  if (!project.effect.empty()) {
    text += fmt::format("The same approval lets {} set:\n", project.snapshot.file.string());
    for (const std::string& line : project.effect) text += "  " + line + "\n";
  }
  return text + "Use them, now and until anything of it changes?";
}

/// The first part of a path with more than one.
std::optional<std::string> directory_of(std::string_view path, std::string_view file) {
  const std::size_t slash = path.find('/');
  if (slash == path.npos || path.substr(slash + 1) != file) return std::nullopt;
  return std::string(path.substr(0, slash));
}

}  // namespace

ResolveLayers::ResolveLayers(Ports ports, Places places)
    : ports_(ports), places_(std::move(places)) {}

Result<std::vector<Layer>> ResolveLayers::resolve(const std::vector<std::string>& names,
                                                  Approving approving) {
  std::vector<Layer> layers;
  for (const std::string& name : names) {
    MINO_TRY(check_layer_name(name));
    MINO_ASSIGN(Layer layer, find(name, approving));
    layers.push_back(std::move(layer));
  }
  return layers;
}

Result<Layer> ResolveLayers::find(const std::string& name, Approving approving) {
  bool passed_over = false;
  if (const auto own = names_in_project(); std::ranges::find(own, name) != own.end()) {
    MINO_ASSIGN(const bool usable, may_use_project(name, approving));
    passed_over = !usable;
    if (usable) {
      MINO_ASSIGN(auto found, project_layer(name));
      if (found) return *std::move(found);
    }
  }
  MINO_ASSIGN(auto users, user_layer(name));
  if (users) return *std::move(users);
  MINO_ASSIGN(auto built_in, built_in_layer(name));
  if (built_in) return *std::move(built_in);
  Error error(ErrorCode::kNotFound, fmt::format("there is no layer {}", name));
  if (passed_over) return std::move(error.set_hint("approve the project's: mino trust"));
  return std::move(error.set_hint(fmt::format(
      "see what there is with: mino layers list; make one with: mino layers new {}", name)));
}

Result<bool> ResolveLayers::may_use_project(const std::string& name, Approving approving) {
  ProjectLayers& project = *places_.project;
  if (project.trust == ProjectLayers::Trust::kUndecided && approving == Approving::kMayAsk &&
      ports_.prompter.interactive()) {
    MINO_ASSIGN(const Answer answer,
                ports_.prompter.confirm(question(project, names_in_project()), Answer::kNo));
    project.trust =
        answer == Answer::kYes ? ProjectLayers::Trust::kApproved : ProjectLayers::Trust::kRefused;
    if (answer == Answer::kYes) {
      const Approval approval{project.snapshot.file, project.digest, ports_.clock.now()};
      const Result<void> stored = ports_.trust.grant(approval);
      if (!stored.ok()) {
        ports_.notices.warn(
            fmt::format("the approval holds for this once: {}", stored.error().text()),
            stored.error().hint());
      }
      audit_trust_granted(ports_.audit, ports_.notices, approval);
    }
  }
  if (project.trust == ProjectLayers::Trust::kApproved) return true;
  ports_.notices.warn(
      fmt::format("the project's layer {} is not approved and is left out", name),
      fmt::format("mino trust {}", project_directory().parent_path().parent_path().string()));
  return false;
}

fs::path ResolveLayers::project_directory() const {
  return places_.project->snapshot.file.parent_path() / ".mino" / "layers";
}

std::vector<std::string> ResolveLayers::names_in_project() const {
  std::vector<std::string> names;
  if (!places_.project) return names;
  for (const LayerFile& file : places_.project->snapshot.layers) {
    if (auto name = directory_of(file.path, kManifest)) names.push_back(*std::move(name));
  }
  return names;
}

Result<std::optional<Layer>> ResolveLayers::project_layer(const std::string& name) const {
  Texts texts;
  bool found = false;
  for (const LayerFile& file : places_.project->snapshot.layers) {
    if (file.path == fmt::format("{}/{}", name, kManifest)) {
      found = true;
      texts.manifest = file.bytes;
    }
    if (file.path == fmt::format("{}/{}", name, kScript)) texts.script = file.bytes;
  }
  if (!found) return std::optional<Layer>();
  MINO_ASSIGN(Layer layer, parse(name, LayerSource::kProject, (project_directory() / name).native(),
                                 std::move(texts)));
  return std::optional(std::move(layer));
}

Result<std::optional<Layer>> ResolveLayers::user_layer(const std::string& name) const {
  const fs::path directory = places_.user / name;
  MINO_ASSIGN(const auto info, ports_.files.info(directory, FollowLinks::kYes));
  if (!info) return std::optional<Layer>();
  MINO_TRY(check_user_directory(directory));
  MINO_ASSIGN(auto manifest, read_user_file(directory / kManifest, ConfigSource::kMaxBytes));
  if (!manifest) return std::optional<Layer>();
  MINO_ASSIGN(auto script, read_user_file(directory / kScript, kMaxScriptBytes));
  MINO_ASSIGN(Layer layer, parse(name, LayerSource::kUser, directory.native(),
                                 {*std::move(manifest), std::move(script)}));
  return std::optional(std::move(layer));
}

Result<void> ResolveLayers::check_user_directory(const fs::path& directory) const {
  MINO_ASSIGN(const auto info, ports_.files.info(directory, FollowLinks::kYes));
  if (!info || info->kind != FileKind::kDirectory)
    return Error(ErrorCode::kConfig, fmt::format("{} is not a directory", directory.string()));
  MINO_ASSIGN(const auto canonical, ports_.files.canonical(directory));
  MINO_ASSIGN(const auto root, ports_.files.canonical(places_.user));
  if (canonical && root && is_within(canonical->native(), root->native())) return {};
  return Error(ErrorCode::kConfig, fmt::format("{} is a link that leads out of {}",
                                               directory.string(), places_.user.string()))
      .set_hint("copy the layer there");
}

Result<std::optional<std::string>> ResolveLayers::read_user_file(const fs::path& file,
                                                                 std::size_t max_bytes) const {
  MINO_ASSIGN(const auto info, ports_.files.info(file, FollowLinks::kNo));
  if (!info) return std::optional<std::string>();
  if (info->kind != FileKind::kRegular)
    return Error(ErrorCode::kConfig, fmt::format("{} is not a regular file", file.string()));
  if (info->size_bytes > max_bytes)
    return Error(ErrorCode::kConfig,
                 fmt::format("{} is larger than {} KiB", file.string(), max_bytes / 1024));
  return ports_.files.read(file, max_bytes);
}

Result<std::optional<Layer>> ResolveLayers::built_in_layer(const std::string& name) const {
  Texts texts;
  bool found = false;
  for (const CarriedLayerFile& file : places_.built_in) {
    if (file.path == fmt::format("{}/{}", name, kManifest)) {
      found = true;
      texts.manifest = file.bytes;
    }
    if (file.path == fmt::format("{}/{}", name, kScript)) texts.script = std::string(file.bytes);
  }
  if (!found) return std::optional<Layer>();
  MINO_ASSIGN(Layer layer, parse(name, LayerSource::kBuiltIn, "built-in", std::move(texts)));
  return std::optional(std::move(layer));
}

Result<Layer> ResolveLayers::parse(const std::string& name, LayerSource source,
                                   const std::string& place, Texts texts) const {
  const std::string file = source == LayerSource::kBuiltIn ? fmt::format("{} ({})", name, place)
                                                           : (fs::path(place) / kManifest).string();
  MINO_ASSIGN(const ConfigDocument document, ports_.source.parse(file, std::move(texts.manifest)));
  MINO_ASSIGN(LayerManifest manifest, manifest_from_document(document));
  if (manifest.name != name) {
    return Error(ErrorCode::kConfig,
                 fmt::format("{}: layer.name is {}, and the directory is called {}", file,
                             manifest.name, name))
        .set_hint("give both the same name");
  }
  if (texts.script && texts.script->find('\0') != std::string::npos)
    return Error(ErrorCode::kConfig, fmt::format("{} holds a NUL byte, so it is no script",
                                                 (fs::path(place) / kScript).string()));
  if (texts.script && !does_something(*texts.script)) texts.script.reset();
  return Layer{std::move(manifest), std::move(texts.script), source, place};
}

Result<std::vector<ResolveLayers::Listed>> ResolveLayers::list() const {
  std::vector<Listed> all;
  std::set<std::string> seen;
  const bool approved =
      places_.project && places_.project->trust == ProjectLayers::Trust::kApproved;
  const auto add = [&](const std::string& name, LayerSource source,
                       const Result<std::optional<Layer>>& layer) {
    Listed listed{.name = visible_text(name), .source = source};
    listed.approved = source != LayerSource::kProject || approved;
    if (layer.ok() && !*layer) return;
    if (layer.ok()) {
      listed.place = (*layer)->place;
      listed.description = (*layer)->manifest.description;
      listed.version = (*layer)->manifest.version;
    } else {
      listed.problem = layer.error().text();
    }
    listed.hidden = seen.contains(name);
    if (listed.approved) seen.insert(name);
    all.push_back(std::move(listed));
  };
  for (const std::string& name : names_in_project())
    add(name, LayerSource::kProject, project_layer(name));
  MINO_ASSIGN(const auto own, ports_.files.list(places_.user));
  for (const std::string& name : own.value_or(std::vector<std::string>()))
    add(name, LayerSource::kUser, user_layer(name));
  for (const CarriedLayerFile& file : places_.built_in) {
    if (const auto name = directory_of(file.path, kManifest))
      add(*name, LayerSource::kBuiltIn, built_in_layer(*name));
  }
  std::ranges::stable_sort(all, {}, &Listed::name);
  return all;
}

}  // namespace mino::application
