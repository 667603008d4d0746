#include "application/prepare_run.hpp"

#include <fmt/format.h>

#include <utility>

#include "application/account_inputs.hpp"
#include "application/encode_rule.hpp"
#include "domain/run/environment.hpp"
#include "domain/run/mount.hpp"
#include "domain/run/sensitive.hpp"
#include "domain/run/text.hpp"

namespace mino::application {
namespace fs = std::filesystem;
namespace {

std::string unique_suffix(RandomSource& random) {
  return fmt::format("{:04x}", random.next() & 0xFFFFU);
}

Result<SessionName> name_session(const RunRequest& request, RandomSource& random) {
  if (request.name) return SessionName::parse(*request.name);
  return SessionName::generate(random.next());
}

void set_image(Config& config, const std::string& reference, const Origin& origin) {
  config.apply({ConfigEntry{.key = find_config_key("container.image"),
                            .item = {},
                            .value = reference,
                            .origin = origin}});
}

fs::path typed_path(const std::string& text, const HostFacts& host) {
  if (text == "~" || text.starts_with("~/")) return host.home + text.substr(1);
  return fs::path(host.working_directory) / text;
}

}  // namespace

PrepareRun::PrepareRun(Ports ports, fs::path state_directory)
    : ports_(ports),
      state_directory_(std::move(state_directory)),
      host_root_(ports.files, ports.digest, state_directory_ / "host-root") {}

Result<PreparedRun> PrepareRun::execute(const RunRequest& request, const Config& config,
                                        const HostFacts& host, PlanPurpose purpose) {
  MINO_TRY(check_user(host));
  MINO_ASSIGN(RunInputs inputs, look_up(request, config, host));
  if (config.boolean("cache.enabled")) {
    inputs.caches = ports_.caches.execute(
        inputs.project, inputs.project_digest,
        purpose == PlanPurpose::kRun ? FindCaches::Adopt::kYes : FindCaches::Adopt::kNo);
  }
  MINO_TRY(choose_image(inputs, purpose));
  const bool without_image = requested_image_kind(inputs.config) == ImageChoice::Kind::kHost;
  std::vector<SkeletonEntry> skeleton;
  MINO_ASSIGN(inputs.host_paths, look_at_host_paths(inputs));
  if (without_image) {
    MINO_ASSIGN(skeleton, look_at_host_system(inputs.host));
  }
  MINO_ASSIGN(inputs.engine, ports_.engine.facts());

  // Whatever is wrong with the request is found before anything is written, pulled or built for it.
  MINO_ASSIGN(RunPlan plan, decide_run(inputs));
  MINO_TRY(check_sources(inputs));
  if (without_image) {
    if (purpose == PlanPurpose::kRun)
      MINO_TRY(host_root_.ensure(skeleton).with_context("writing the root of --image host"));
  } else {
    if (inputs.layers && purpose == PlanPurpose::kRun) MINO_TRY(ensure_layers(inputs));
    const std::string reference = inputs.config.text("container.image").value_or("");
    MINO_ASSIGN(inputs.image, inputs.layers && inputs.layers->state != LayeredImage::State::kReady
                                  ? facts_to_be(*inputs.layers)
                                  : find_image(reference, purpose));
    if (inputs.image) {
      MINO_ASSIGN(plan, decide_run(inputs));
    }
  }
  MINO_ASSIGN(const std::vector<VariableSetting> settings, planned_settings(plan, inputs));
  VariableValues values = variable_values(
      settings, [this](std::string_view name) { return ports_.environment.get(name); });
  MINO_ASSIGN(std::vector<CredentialRequest> credentials, planned_requests(plan, inputs));
  return PreparedRun{std::move(plan), std::move(values), std::move(credentials)};
}

Result<void> PrepareRun::choose_image(RunInputs& inputs, PlanPurpose purpose) const {
  MINO_ASSIGN(const ImageRequest wanted,
              requested_image(inputs.config, ports_.environment.get("MINO_LAYERS")));
  inputs.image_reason = wanted.reason;
  if (wanted.layers.empty()) {
    set_image(inputs.config, wanted.image, wanted.origin);
    return {};
  }
  if (ports_.layers == nullptr)
    return Error(ErrorCode::kUnavailable, "layers cannot be had here").set_hint("use an image");
  const auto approving = purpose == PlanPurpose::kRun ? ResolveLayers::Approving::kMayAsk
                                                      : ResolveLayers::Approving::kNever;
  MINO_ASSIGN(inputs.layers, ports_.layers->look_up(wanted, inputs.config, approving));
  set_image(inputs.config, inputs.layers->reference, wanted.origin);
  inputs.layer_cache_paths = layer_cache_paths(inputs.layers->layers);
  return {};
}

Result<void> PrepareRun::ensure_layers(RunInputs& inputs) const {
  MINO_TRY(ports_.layers->ensure(*inputs.layers, ComposeLayers::Build::kIfMissing));
  set_image(inputs.config, inputs.layers->reference, inputs.layers->origin);
  return {};
}

Result<std::optional<ImageFacts>> PrepareRun::facts_to_be(const LayeredImage& layers) const {
  MINO_ASSIGN(std::optional<ImageFacts> base, ports_.engine.image(layers.base.reference));
  if (base && base->family == ImageFamily::kForeign) base->family = ImageFamily::kLayered;
  return base;
}

Result<RunInputs> PrepareRun::look_up(const RunRequest& request, const Config& config,
                                      const HostFacts& host) {
  MINO_ASSIGN(SessionName session, name_session(request, ports_.random));
  MINO_ASSIGN(std::string project, find_project(request, host));
  std::string digest = ports_.digest.sha256_hex(project);
  RunInputs inputs{.request = request,
                   .config = config,
                   .host = host,
                   .engine = {},
                   .image = std::nullopt,
                   .session = std::move(session),
                   .project = std::move(project),
                   .project_digest = std::move(digest),
                   .container_suffix = unique_suffix(ports_.random),
                   .host_paths = {},
                   .missing_variables = {}};
  MINO_ASSIGN(inputs.encoded_rules, encode_rules(config));
  add_sensitive_paths(inputs.host);
  inputs.host.git_identity = find_git_identity(inputs.host);
  inputs.host.known_hosts = find_known_hosts(inputs.host);
  inputs.host.has_github_login =
      AccountFiles(ports_.files, ports_.environment, ports_.digest, host.home)
          .has_github_login(config);
  for (const std::string& name : requested_host_variables(request)) {
    if (ports_.environment.get(name)) continue;
    ports_.notices.info(fmt::format("{} is not set here and is left out", name));
    inputs.missing_variables.push_back(name);
  }
  return inputs;
}

Result<std::string> PrepareRun::find_project(const RunRequest& request,
                                             const HostFacts& host) const {
  constexpr std::string_view kHint = "name the project's directory with -p DIR";
  const fs::path path =
      request.project ? typed_path(*request.project, host) : fs::path(host.working_directory);
  const std::string shown = visible_text(request.project.value_or(host.working_directory));
  if (shown.empty())
    return Error(ErrorCode::kUsage, "the project's path is empty").set_hint(std::string(kHint));
  MINO_ASSIGN(const std::optional<fs::path> canonical,
              ports_.files.canonical(path).with_context("project"));
  if (!canonical) {
    return Error(ErrorCode::kNotFound, fmt::format("project {}: no such directory", shown))
        .set_hint(std::string(kHint));
  }
  MINO_ASSIGN(const std::optional<FileInfo> info,
              ports_.files.info(*canonical, FollowLinks::kYes).with_context("project"));
  if (!info || info->kind != FileKind::kDirectory) {
    return Error(ErrorCode::kUsage, fmt::format("project {} is not a directory", shown))
        .set_hint(std::string(kHint));
  }
  MINO_TRY(check_readable(canonical->native()));
  return canonical->native();
}

Result<void> PrepareRun::check_readable(const std::string& project) const {
  const auto names = ports_.files.list(project);
  if (names.ok()) return {};
  return Error(names.error())
      .add_context("the project cannot be read")
      .set_hint("see who may read it with: ls -ld " + shell_word(project));
}

Result<std::map<std::string, std::string>> PrepareRun::encode_rules(const Config& config) const {
  constexpr std::string_view kKey = "container.network_allow";
  std::map<std::string, std::string> encoded;
  for (const std::string& rule : config.list(kKey)) {
    auto text = encode_rule(ports_.names, rule);
    if (!text.ok()) {
      const Origin origin = config.origin(kKey);
      if (origin.kind != OriginKind::kFlag) text.error().set_code(ErrorCode::kConfig);
      return std::move(text.error().add_context(to_string(origin)));
    }
    if (*text != rule) encoded.emplace(rule, *std::move(text));
  }
  return encoded;
}

void PrepareRun::add_sensitive_paths(HostFacts& host) const {
  std::vector<std::string> paths = sensitive_paths_below(host.home);
  // The control sockets of sessions lie in the one, approvals and records in the other.
  paths.push_back(host.runtime_root);
  paths.push_back(state_directory_.native());
  for (std::string& path : paths) {
    // One that cannot be resolved is still known by its name.
    const auto canonical = ports_.files.canonical(path);
    if (canonical.ok() && *canonical && (*canonical)->native() != path)
      host.sensitive_paths.push_back((*canonical)->native());
    host.sensitive_paths.push_back(std::move(path));
  }
}

std::optional<GitIdentity> PrepareRun::find_git_identity(const HostFacts& host) const {
  constexpr std::size_t kMaxBytes = std::size_t{1} << 20;
  const auto configured = ports_.environment.get("XDG_CONFIG_HOME");
  const fs::path directory = configured && configured->starts_with('/')
                                 ? fs::path(*configured)
                                 : fs::path(host.home) / ".config";
  // As git-config(1) says: the latter holds where both exist.
  std::optional<GitIdentity> identity;
  for (const fs::path& file : {directory / "git/config", fs::path(host.home) / ".gitconfig"}) {
    const auto text = ports_.files.read(file, kMaxBytes);
    if (!text.ok() || !*text) continue;
    if (auto found = git_identity_of(**text)) identity = std::move(found);
  }
  return identity;
}

/// The files of ssh_config(5), UserKnownHostsFile and GlobalKnownHostsFile, where nothing else is
/// configured.
std::vector<std::string> PrepareRun::find_known_hosts(const HostFacts& host) const {
  std::vector<std::string> found;
  for (std::string path :
       {host.home + "/.ssh/known_hosts", host.home + "/.ssh/known_hosts2",
        std::string("/etc/ssh/ssh_known_hosts"), std::string("/etc/ssh/ssh_known_hosts2")}) {
    const auto info = ports_.files.info(path, FollowLinks::kYes);
    if (info.ok() && *info && (*info)->kind == FileKind::kRegular && (*info)->size_bytes != 0)
      found.push_back(std::move(path));
  }
  return found;
}

Result<std::vector<HostPathFacts>> PrepareRun::look_at_host_paths(const RunInputs& inputs) const {
  std::vector<HostPathFacts> found;
  MINO_ASSIGN(const auto requested,
              requested_host_paths(inputs.request, inputs.config, inputs.host));
  for (const RequestedHostPath& asked : requested) {
    const std::string what = fmt::format("host path ({})", asked.origin);
    MINO_ASSIGN(const std::optional<FileInfo> info,
                ports_.files.info(asked.path, FollowLinks::kYes).with_context(what));
    if (!info || info->kind != FileKind::kDirectory) {
      return Error(ErrorCode::kNotFound,
                   fmt::format("{} {}: no such directory", what, visible_text(asked.path)));
    }
    MINO_ASSIGN(const std::optional<fs::path> canonical,
                ports_.files.canonical(asked.path).with_context(what));
    MINO_ASSIGN(const auto bin,
                ports_.files.info(asked.path + "/bin", FollowLinks::kYes).with_context(what));
    const bool prefix = bin && bin->kind == FileKind::kDirectory;
    found.push_back({asked.path, canonical ? canonical->native() : asked.path,
                     prefix ? HostPathFacts::Layout::kPrefix : HostPathFacts::Layout::kPrograms});
  }
  return found;
}

Result<void> PrepareRun::check_sources(const RunInputs& inputs) const {
  MINO_ASSIGN(const auto requested,
              requested_mounts(inputs.request, inputs.config, inputs.host, inputs.project));
  for (const RequestedMount& asked : requested) {
    if (asked.mount.kind != MountKind::kBind) continue;
    const std::string& source = asked.mount.source;
    MINO_ASSIGN(const auto info,
                ports_.files.info(source, FollowLinks::kYes).with_context(asked.origin));
    if (info) continue;
    return Error(ErrorCode::kNotFound, fmt::format("{}: {} does not exist on the host",
                                                   asked.origin, visible_text(source)))
        .set_hint("make it first, e.g. with: mkdir -p " + shell_word(source));
  }
  return {};
}

Result<std::vector<SkeletonEntry>> PrepareRun::look_at_host_system(HostFacts& host) const {
  MINO_ASSIGN(const auto names, ports_.files.list("/etc"));
  for (std::string& path : shown_etc_candidates(names.value_or(std::vector<std::string>()))) {
    const auto info = ports_.files.info(path, FollowLinks::kYes);
    // A link that leads nowhere and a file that the user may not look at are no part of what is
    // shown.
    if (info.ok() && *info) host.shown_etc.push_back(std::move(path));
  }
  MINO_ASSIGN(const std::vector<ProgramDirectory> directories, look_at_program_directories(host));
  std::vector<SkeletonEntry> skeleton = host_image_skeleton(directories);
  host.host_root = host_root_.path(skeleton).native();
  return skeleton;
}

Result<std::vector<ProgramDirectory>> PrepareRun::look_at_program_directories(
    HostFacts& host) const {
  std::vector<ProgramDirectory> directories;
  for (const std::string_view name : program_directories()) {
    const std::string path = "/" + std::string(name);
    MINO_ASSIGN(const auto info, ports_.files.info(path, FollowLinks::kNo));
    if (!info) continue;
    if (info->kind == FileKind::kDirectory) {
      directories.push_back({std::string(name), std::nullopt});
      host.shown_system.push_back(path);
      continue;
    }
    MINO_ASSIGN(const auto canonical, ports_.files.canonical(path));
    if (canonical) directories.push_back({std::string(name), canonical->relative_path().native()});
  }
  MINO_ASSIGN(const auto opt, ports_.files.info("/opt", FollowLinks::kYes));
  if (opt && opt->kind == FileKind::kDirectory) host.shown_system.emplace_back("/opt");
  return directories;
}

Result<std::optional<ImageFacts>> PrepareRun::find_image(const std::string& reference,
                                                         PlanPurpose purpose) {
  MINO_ASSIGN(std::optional<ImageFacts> image, ports_.engine.image(reference));
  if (image || purpose == PlanPurpose::kShow) return image;
  ports_.notices.progress(fmt::format("pulling the image {}", visible_text(reference)));
  MINO_TRY(ports_.engine.pull(reference));
  MINO_ASSIGN(image, ports_.engine.image(reference));
  if (!image)
    return Error(ErrorCode::kInternal,
                 fmt::format("the image {} was pulled and is not there", visible_text(reference)));
  return image;
}

}  // namespace mino::application
