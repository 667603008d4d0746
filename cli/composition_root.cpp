#include "cli/composition_root.hpp"

#include <unistd.h>

#include <chrono>
#include <utility>

#include "adapters/cloud/cli_credential_source.hpp"
#include "adapters/crypto/openssl_digest.hpp"
#include "adapters/gateway/gateway_network.hpp"
#include "adapters/idna/idn2_name_encoder.hpp"
#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/linux/guard_process.hpp"
#include "adapters/log/file_audit_sink.hpp"
#include "adapters/log/null_audit_sink.hpp"
#include "adapters/log/spdlog_notices.hpp"
#include "adapters/podman/podman_box_builder.hpp"
#include "adapters/podman/podman_engine.hpp"
#include "adapters/podman/podman_image_builder.hpp"
#include "adapters/podman/podman_storage.hpp"
#include "adapters/posix/background_process.hpp"
#include "adapters/posix/boost_process_runner.hpp"
#include "adapters/posix/fork_detacher.hpp"
#include "adapters/posix/kernel_random.hpp"
#include "adapters/posix/loopback_listener.hpp"
#include "adapters/posix/network_log_file.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "adapters/posix/posix_process_table.hpp"
#include "adapters/posix/process_environment.hpp"
#include "adapters/posix/process_privacy.hpp"
#include "adapters/posix/project_defuser.hpp"
#include "adapters/posix/project_lockfiles.hpp"
#include "adapters/posix/project_walker.hpp"
#include "adapters/posix/session_log_reader.hpp"
#include "adapters/posix/shell_text_editor.hpp"
#include "adapters/posix/system_clock.hpp"
#include "adapters/posix/user_account.hpp"
#include "adapters/session/control_client.hpp"
#include "adapters/session/session_box_runner.hpp"
#include "adapters/ssh/agent_forwarder.hpp"
#include "adapters/ssh/agent_socket.hpp"
#include "adapters/state/json_cache_store.hpp"
#include "adapters/state/json_collection_schedule.hpp"
#include "adapters/state/json_credential_cache.hpp"
#include "adapters/state/json_facts_cache.hpp"
#include "adapters/state/json_session_store.hpp"
#include "adapters/state/placeholder_ledger.hpp"
#include "adapters/state/trust_store.hpp"
#include "adapters/terminal/console_progress.hpp"
#include "adapters/terminal/console_prompter.hpp"
#include "adapters/terminal/terminal_info.hpp"
#include "adapters/toml/toml_config_editor.hpp"
#include "adapters/toml/toml_config_source.hpp"
#include "application/audit_part.hpp"
#include "application/cache_part.hpp"
#include "application/handoff_part.hpp"
#include "application/home_volume_part.hpp"
#include "application/install_program.hpp"
#include "application/network_part.hpp"
#include "application/protection_part.hpp"
#include "application/runtime_files_part.hpp"
#include "application/ssh_part.hpp"
#include "cli/embedded_files.hpp"
#include "cli/version.hpp"

namespace mino::cli {

namespace {

/// The value of an XDG variable, which counts only when it is absolute (XDG Base Directory
/// Specification).
std::filesystem::path xdg(const Environment& environment, std::string_view variable,
                          std::filesystem::path fallback) {
  const auto value = environment.get(variable);
  if (value && !value->empty() && value->front() == '/') return *value;
  return fallback;
}

log::NoticeOptions notice_options(const GlobalOptions& global, const Environment& environment) {
  log::NoticeOptions options;
  options.colour = log::colour_for(STDERR_FILENO, environment);
  if (global.verbosity == 1) options.verbosity = log::Verbosity::kInfo;
  if (global.verbosity > 1) options.verbosity = log::Verbosity::kDebug;
  if (global.quiet) options.verbosity = log::Verbosity::kQuiet;
  return options;
}

/// With -v everything that a build prints is a line of its own, and so are its steps.
terminal::ProgressStyle progress_style(const GlobalOptions& global,
                                       const Environment& environment) {
  if (global.quiet || global.verbosity > 0) return terminal::ProgressStyle::kSilent;
  return terminal::progress_style_for(environment.get("TERM").value_or(""));
}

}  // namespace

struct CompositionRoot::World {
  World(const GlobalOptions& global_options, Io& streams)
      : global(global_options),
        io(streams),
        notice_settings(notice_options(global, environment)),
        notices(notice_settings),
        prompter(environment),
        progress(STDERR_FILENO, progress_style(global_options, environment)),
        network(files, json),
        ssh(files, environment) {}

  const GlobalOptions& global;
  Io& io;
  std::optional<Paths> paths;

  posix::ProcessEnvironment environment;
  posix::PosixFileSystem files;
  posix::SystemClock clock;
  posix::KernelRandom random;
  posix::PosixProcessTable processes;
  posix::BoostProcessRunner process_runner;
  posix::ForkDetacher detacher;
  posix::PosixProjectWalker project_walker;
  posix::PosixProjectDefuser project_defuser;
  posix::LoopbackListener host_listener;
  posix::SessionLogReader session_log;
  crypto::OpensslDigest digest;
  json::RapidJsonCodec json;
  toml::TomlConfigSource config_source;
  toml::TomlConfigEditor config_editor;
  posix::ShellTextEditor text_editor;
  log::NoticeOptions notice_settings;
  log::SpdlogNotices notices;
  log::NullAuditSink no_audit;
  terminal::ConsolePrompter prompter;
  terminal::ConsoleProgress progress;
  idna::Idn2NameEncoder names;
  posix::NetworkLogFile network_log;
  gateway::GatewayNetwork network;
  linux::GuardProcess protection;
  posix::ProjectLockfiles lockfiles{digest};
  posix::BackgroundProcess background;
  std::vector<DefusedFile> defused;  ///< by the protection, for the report
  ssh::AgentForwarder ssh;
  std::optional<session::ControlClient> control;

  std::optional<state::JsonSessionStore> sessions;
  std::optional<state::JsonFactsCache> facts;
  std::optional<state::JsonTrustStore> trust;
  std::optional<state::PlaceholderLedger> placeholders;
  std::optional<state::JsonCacheStore> caches;
  std::optional<state::JsonCollectionSchedule> collections;
  std::optional<state::JsonCredentialCache> credentials;
  std::optional<cloud::CliCredentialSource> credential_source;
  std::optional<podman::PodmanEngine> engine;
  std::optional<podman::PodmanStorage> storage;
  std::optional<podman::PodmanBoxBuilder> builder;
  std::optional<podman::PodmanImageBuilder> image_builder;
  std::optional<session::SessionBoxRunner> runner;
  std::optional<log::FileAuditSink> audit;
  std::optional<application::FindCaches> find_caches;
  std::optional<application::TakeCacheInventory> cache_inventory;
  std::optional<application::VolumeRemover> volume_remover;
};

CompositionRoot::CompositionRoot(const GlobalOptions& global, Io& io)
    : world_(std::make_unique<World>(global, io)) {}
CompositionRoot::~CompositionRoot() = default;

Result<Paths> CompositionRoot::paths() {
  if (world_->paths) return *world_->paths;
  const Environment& environment = world_->environment;
  const posix::UserAccount account = posix::user_account();
  std::filesystem::path home = xdg(environment, "HOME", account.home);
  if (home.empty())
    return std::move(
        Error(ErrorCode::kNotFound, "no home directory is known").set_hint("set HOME"));
  MINO_ASSIGN(const auto canonical_home, world_->files.canonical(home));
  Paths paths;
  paths.home = canonical_home.value_or(home);
  paths.config = xdg(environment, "XDG_CONFIG_HOME", home / ".config") / "mino" / "config.toml";
  if (world_->global.config_path)
    paths.config = std::filesystem::absolute(*world_->global.config_path);
  paths.state = xdg(environment, "XDG_STATE_HOME", home / ".local/state") / "mino";
  // Where no login made one, the state directory serves: it is the user's alone, which /tmp is not.
  paths.runtime = xdg(environment, "XDG_RUNTIME_DIR",
                      posix::default_runtime_directory().value_or(paths.state / "run")) /
                  "mino";
  world_->paths = paths;
  return paths;
}

const Environment& CompositionRoot::environment() { return world_->environment; }
FileSystem& CompositionRoot::files() { return world_->files; }
Clock& CompositionRoot::clock() { return world_->clock; }
RandomSource& CompositionRoot::random() { return world_->random; }
Digest& CompositionRoot::digest() { return world_->digest; }
JsonCodec& CompositionRoot::json() { return world_->json; }
Notices& CompositionRoot::notices() { return world_->notices; }
Prompter& CompositionRoot::prompter() { return world_->prompter; }
ProcessTable& CompositionRoot::processes() { return world_->processes; }
ProcessRunner& CompositionRoot::process_runner() { return world_->process_runner; }
const DomainNameEncoder& CompositionRoot::names() { return world_->names; }
const ProjectWalker& CompositionRoot::project_walker() { return world_->project_walker; }
ProjectDefuser& CompositionRoot::project_defuser() { return world_->project_defuser; }
Detacher& CompositionRoot::detacher() { return world_->detacher; }
ConfigSource& CompositionRoot::config_source() { return world_->config_source; }
ConfigEditor& CompositionRoot::config_editor() { return world_->config_editor; }
ConfigTextEditor& CompositionRoot::text_editor() { return world_->text_editor; }
HostListener& CompositionRoot::host_listener() { return world_->host_listener; }
ProgressLine& CompositionRoot::progress_line() { return world_->progress; }
std::vector<application::CarriedLayerFile> CompositionRoot::carried_layers() {
  return embedded_layers();
}
std::uint32_t CompositionRoot::user_id() const { return posix::user_account().user_id; }
SessionLog& CompositionRoot::session_log() { return world_->session_log; }

SessionStore& CompositionRoot::sessions() {
  MINO_CHECK(world_->paths);
  if (!world_->sessions)
    world_->sessions.emplace(world_->files, world_->json, world_->paths->sessions());
  return *world_->sessions;
}

TrustStore& CompositionRoot::trust_store() {
  MINO_CHECK(world_->paths);
  if (!world_->trust)
    world_->trust.emplace(world_->files, world_->json, world_->paths->state / "trust.json");
  return *world_->trust;
}

PlaceholderStore& CompositionRoot::placeholders() {
  MINO_CHECK(world_->paths);
  if (!world_->placeholders) {
    world_->placeholders.emplace(
        state::PlaceholderLedger::Ports{
            .files = world_->files, .json = world_->json, .processes = world_->processes},
        world_->paths->placeholders());
  }
  return *world_->placeholders;
}

CredentialCache& CompositionRoot::credential_cache() {
  MINO_CHECK(world_->paths);
  // From here on this process holds what the files hold.
  posix::refuse_inspection();
  if (!world_->credentials) {
    world_->credentials.emplace(world_->files, world_->json, world_->paths->credentials(),
                                posix::user_account().user_id);
  }
  return *world_->credentials;
}

CredentialSource& CompositionRoot::credential_source() {
  constexpr std::chrono::seconds kDeadline(30);
  posix::refuse_inspection();
  if (!world_->credential_source) {
    world_->credential_source.emplace(world_->process_runner, world_->environment, world_->json,
                                      kDeadline);
  }
  return *world_->credential_source;
}

ContainerEngine& CompositionRoot::engine() {
  MINO_CHECK(world_->paths);
  if (!world_->facts)
    world_->facts.emplace(world_->files, world_->json, world_->paths->state / "host_facts.json");
  if (!world_->engine) {
    world_->engine.emplace(podman::PodmanEngine::Ports{.files = world_->files,
                                                       .environment = world_->environment,
                                                       .runner = world_->process_runner,
                                                       .processes = world_->processes,
                                                       .cache = *world_->facts,
                                                       .json = world_->json,
                                                       .notices = world_->notices});
  }
  return *world_->engine;
}

CacheStore& CompositionRoot::cache_store() {
  MINO_CHECK(world_->paths);
  if (!world_->caches) {
    world_->caches.emplace(
        state::JsonCacheStore::Ports{
            .files = world_->files, .json = world_->json, .processes = world_->processes},
        world_->paths->caches());
  }
  return *world_->caches;
}

EngineStorage& CompositionRoot::engine_storage() {
  if (!world_->storage) {
    world_->storage.emplace(podman::PodmanStorage::Ports{.files = world_->files,
                                                         .environment = world_->environment,
                                                         .runner = world_->process_runner,
                                                         .engine = engine(),
                                                         .json = world_->json});
  }
  return *world_->storage;
}

CollectionSchedule& CompositionRoot::collection_schedule() {
  MINO_CHECK(world_->paths);
  if (!world_->collections)
    world_->collections.emplace(world_->files, world_->json,
                                world_->paths->state / "cache-gc.json");
  return *world_->collections;
}

BackgroundStarter& CompositionRoot::background() { return world_->background; }

application::FindCaches& CompositionRoot::find_caches() {
  if (!world_->find_caches) {
    world_->find_caches.emplace(application::FindCaches::Ports{.lockfiles = world_->lockfiles,
                                                               .store = cache_store(),
                                                               .storage = engine_storage(),
                                                               .clock = clock(),
                                                               .random = random(),
                                                               .notices = notices()});
  }
  return *world_->find_caches;
}

application::TakeCacheInventory& CompositionRoot::cache_inventory() {
  if (!world_->cache_inventory) {
    world_->cache_inventory.emplace(
        application::TakeCacheInventory::Ports{.store = cache_store(),
                                               .storage = engine_storage(),
                                               .sessions = sessions(),
                                               .processes = processes(),
                                               .files = files(),
                                               .clock = clock()},
        world_->paths->homes());
  }
  return *world_->cache_inventory;
}

application::VolumeRemover& CompositionRoot::volume_remover() {
  if (!world_->volume_remover) {
    world_->volume_remover.emplace(application::VolumeRemover::Ports{.store = cache_store(),
                                                                     .storage = engine_storage(),
                                                                     .files = files(),
                                                                     .audit = audit(),
                                                                     .notices = notices()},
                                   world_->paths->homes());
  }
  return *world_->volume_remover;
}

ImageBuilder& CompositionRoot::image_builder() {
  MINO_CHECK(world_->paths);
  if (!world_->image_builder) {
    world_->image_builder.emplace(
        podman::PodmanImageBuilder::Ports{.files = world_->files,
                                          .environment = world_->environment,
                                          .runner = world_->process_runner,
                                          .processes = world_->processes,
                                          .json = world_->json,
                                          .random = world_->random,
                                          .engine = engine(),
                                          .notices = world_->notices},
        world_->paths->builds());
  }
  return *world_->image_builder;
}

BoxRunner& CompositionRoot::box_runner() {
  // It is asked for by the process that holds the values of the agent's environment, for as long as
  // the agent runs.
  posix::refuse_inspection();
  if (!world_->builder)
    world_->builder.emplace(world_->files, world_->environment, std::string(version()));
  if (!world_->runner)
    world_->runner.emplace(*world_->builder, world_->network, world_->protection, world_->json,
                           world_->notices, world_->ssh);
  return *world_->runner;
}

SessionControl& CompositionRoot::session_control() {
  posix::refuse_inspection();
  if (!world_->control) world_->control.emplace(world_->json, world_->notices);
  return *world_->control;
}

AuditSink& CompositionRoot::audit() {
  if (world_->audit) return *world_->audit;
  return world_->no_audit;
}

void CompositionRoot::apply(const Config& config) {
  log::NoticeOptions& settings = world_->notice_settings;
  if (config.text("general.log_format") == "json") settings.format = log::LogFormat::kJson;
  if (config.boolean("general.verbose") && settings.verbosity == log::Verbosity::kNormal)
    settings.verbosity = log::Verbosity::kInfo;
  world_->notices.set_options(settings);
  MINO_CHECK(world_->paths);
  if (config.boolean("general.audit_log") && !world_->audit)
    world_->audit.emplace(world_->clock, world_->json, world_->paths->state / "audit.log");
}

void CompositionRoot::hide(const Secret& secret) { world_->notices.hide(secret); }

std::vector<std::unique_ptr<application::SessionPart>> CompositionRoot::session_parts(
    Notices& notices) {
  std::vector<std::unique_ptr<application::SessionPart>> parts;
  parts.push_back(std::make_unique<application::AuditPart>(audit(), notices));
  // Ends after those that put something into the project have taken it out again.
  parts.push_back(std::make_unique<application::HandoffPart>(
      application::HandoffPart::Ports{.walker = project_walker(),
                                      .json = json(),
                                      .sessions = sessions(),
                                      .audit = audit(),
                                      .clock = clock(),
                                      .notices = notices,
                                      .defused = world_->defused}));
  parts.push_back(std::make_unique<application::RuntimeFilesPart>(files()));
  parts.push_back(std::make_unique<application::HomeVolumePart>(engine(), engine_storage(), files(),
                                                                clock(), world_->paths->homes()));
  parts.push_back(std::make_unique<application::CachePart>(
      application::CachePart::Ports{.store = cache_store(),
                                    .engine = engine(),
                                    .storage = engine_storage(),
                                    .clock = clock(),
                                    .notices = notices}));
  world_->protection.set_ledger_directory(world_->paths->placeholders());
  parts.push_back(std::make_unique<application::ProtectionPart>(world_->protection, placeholders(),
                                                                audit(), notices, world_->defused));
  parts.push_back(std::make_unique<application::NetworkPart>(
      world_->network, world_->network_log, audit(), clock(), notices, world_->paths->logs()));
  parts.push_back(
      std::make_unique<application::SshPart>(application::SshPart::Ports{.filter = world_->ssh,
                                                                         .files = files(),
                                                                         .audit = audit(),
                                                                         .clock = clock(),
                                                                         .notices = notices}));
  return parts;
}

Result<HostFacts> CompositionRoot::host_facts() {
  MINO_ASSIGN(const Paths where, paths());
  const posix::UserAccount account = posix::user_account();
  HostFacts facts;
  facts.user_id = account.user_id;
  facts.group_id = account.group_id;
  facts.home = where.home.string();
  MINO_ASSIGN(facts.working_directory, posix::working_directory());
  facts.runtime_root = where.runtime.string();
  facts.stdin_is_terminal = terminal::is_terminal(STDIN_FILENO);
  facts.stdout_is_terminal = terminal::is_terminal(STDOUT_FILENO);
  MINO_ASSIGN(const auto selinux, world_->files.info("/sys/fs/selinux/enforce", FollowLinks::kYes));
  facts.selinux_enabled = selinux.has_value();
  facts.term = world_->environment.get("TERM").value_or("");
  facts.colorterm = world_->environment.get("COLORTERM").value_or("");
  const std::string agent = world_->environment.get("SSH_AUTH_SOCK").value_or("");
  if (!agent.empty()) {
    const std::filesystem::path socket = std::filesystem::path(facts.working_directory) / agent;
    facts.ssh_agent = ssh::look_at_agent(socket.string(), facts.user_id);
  }
  const std::filesystem::path programs = where.state / "helper";
  const EmbeddedFile init = embedded_init();
  MINO_ASSIGN(const auto init_program,
              application::install_program(world_->files, programs,
                                           {"mino-init", init.bytes, init.sha256}));
  facts.init_program = init_program.string();
  const EmbeddedFile helper = embedded_helper();
  MINO_ASSIGN(const auto helper_program,
              application::install_program(world_->files, programs,
                                           {"mino-helper", helper.bytes, helper.sha256}));
  facts.helper_program = helper_program.string();
  return facts;
}

}  // namespace mino::cli
