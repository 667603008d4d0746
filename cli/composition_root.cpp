#include "cli/composition_root.hpp"

#include <unistd.h>

#include <utility>

#include "adapters/posix/user_account.hpp"
#include "adapters/ssh/agent_socket.hpp"
#include "adapters/terminal/terminal_info.hpp"
#include "application/install_program.hpp"
#include "cli/composition_root_world.hpp"
#include "cli/embedded_files.hpp"

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

CompositionRoot::World::World(const GlobalOptions& global_options, Io& streams)
    : global(global_options),
      io(streams),
      notice_settings(notice_options(global, environment)),
      notices(notice_settings),
      prompter(environment),
      progress(STDERR_FILENO, progress_style(global_options, environment)),
      network(files, json),
      ssh(files, environment),
      broker(files, json) {}

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
  const EmbeddedFile credential = embedded_credential();
  MINO_ASSIGN(
      const auto credential_program,
      application::install_program(world_->files, programs,
                                   {"mino-credential", credential.bytes, credential.sha256}));
  facts.credential_program = credential_program.string();
  return facts;
}

}  // namespace mino::cli
