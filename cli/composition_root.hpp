#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "application/cache_inventory.hpp"
#include "application/fetch_credentials.hpp"
#include "application/find_caches.hpp"
#include "application/resolve_layers.hpp"
#include "application/session_part.hpp"
#include "application/volume_remover.hpp"
#include "cli/io.hpp"
#include "cli/parsed_args.hpp"
#include "domain/config/config.hpp"
#include "domain/result.hpp"
#include "domain/run/host_facts.hpp"
#include "ports/audit_sink.hpp"
#include "ports/background_starter.hpp"
#include "ports/box_runner.hpp"
#include "ports/cache_store.hpp"
#include "ports/clock.hpp"
#include "ports/collection_schedule.hpp"
#include "ports/config_editor.hpp"
#include "ports/config_source.hpp"
#include "ports/config_text_editor.hpp"
#include "ports/container_engine.hpp"
#include "ports/credential_broker.hpp"
#include "ports/credential_cache.hpp"
#include "ports/credential_source.hpp"
#include "ports/detacher.hpp"
#include "ports/digest.hpp"
#include "ports/domain_name_encoder.hpp"
#include "ports/engine_storage.hpp"
#include "ports/environment.hpp"
#include "ports/file_system.hpp"
#include "ports/host_listener.hpp"
#include "ports/image_builder.hpp"
#include "ports/json_codec.hpp"
#include "ports/notices.hpp"
#include "ports/placeholder_store.hpp"
#include "ports/process_runner.hpp"
#include "ports/process_table.hpp"
#include "ports/progress_line.hpp"
#include "ports/project_defuser.hpp"
#include "ports/project_walker.hpp"
#include "ports/prompter.hpp"
#include "ports/random_source.hpp"
#include "ports/session_control.hpp"
#include "ports/session_log.hpp"
#include "ports/session_store.hpp"
#include "ports/side_work.hpp"
#include "ports/trust_store.hpp"

namespace mino::cli {

/// Where mino keeps things, from the XDG variables. All absolute.
struct Paths {
  std::filesystem::path home;  ///< canonical where it exists
  std::filesystem::path
      config;  ///< the global configuration file, --config and MINO_CONFIG included
  std::filesystem::path state;    ///< <XDG_STATE_HOME>/mino
  std::filesystem::path runtime;  ///< <XDG_RUNTIME_DIR>/mino
  [[nodiscard]] std::filesystem::path sessions() const { return state / "sessions"; }
  [[nodiscard]] std::filesystem::path logs() const { return state / "logs"; }
  /// The user's layers lie beside the configuration file.
  [[nodiscard]] std::filesystem::path layers() const { return config.parent_path() / "layers"; }
  [[nodiscard]] std::filesystem::path builds() const { return state / "builds"; }
  [[nodiscard]] std::filesystem::path credentials() const { return state / "credentials"; }
  [[nodiscard]] std::filesystem::path placeholders() const { return state / "placeholders"; }
  [[nodiscard]] std::filesystem::path caches() const { return state / "cache"; }
  /// A file for each home volume that was made.
  [[nodiscard]] std::filesystem::path homes() const { return state / "homes"; }
  /// What the collection of caches in the background prints.
  [[nodiscard]] std::filesystem::path collection_log() const { return state / "cache-gc.log"; }
  /// Projects of self-tests. Beside the state directory, in which no project may lie.
  [[nodiscard]] std::filesystem::path scratch() const {
    return state.parent_path() / "mino-selftest";
  }
};

/// Everything a command may need, each made when it is first asked for, so that a command pays only
/// for what it uses. The one place, with its .cpp, that knows adapters. All references are valid as
/// long as this object.
class CompositionRoot {
 public:
  CompositionRoot(const GlobalOptions& global, Io& io);
  ~CompositionRoot();
  CompositionRoot(const CompositionRoot&) = delete;
  CompositionRoot& operator=(const CompositionRoot&) = delete;

  /// kNotFound when there is no home directory.
  [[nodiscard]] Result<Paths> paths();

  [[nodiscard]] const Environment& environment();
  [[nodiscard]] FileSystem& files();
  [[nodiscard]] Clock& clock();
  [[nodiscard]] RandomSource& random();
  [[nodiscard]] Digest& digest();
  [[nodiscard]] JsonCodec& json();
  [[nodiscard]] Notices& notices();
  [[nodiscard]] Prompter& prompter();
  [[nodiscard]] ProcessTable& processes();
  [[nodiscard]] ProcessRunner& process_runner();
  [[nodiscard]] const DomainNameEncoder& names();
  [[nodiscard]] const ProjectWalker& project_walker();
  [[nodiscard]] ProjectDefuser& project_defuser();
  [[nodiscard]] Detacher& detacher();
  [[nodiscard]] ConfigSource& config_source();
  [[nodiscard]] ConfigEditor& config_editor();
  [[nodiscard]] ConfigTextEditor& text_editor();
  [[nodiscard]] HostListener& host_listener();
  [[nodiscard]] ProgressLine& progress_line();
  /// The files of the layers that mino brings along.
  [[nodiscard]] std::vector<application::CarriedLayerFile> carried_layers();
  /// Effective.
  [[nodiscard]] std::uint32_t user_id() const;

  // These lie below paths(), which must have succeeded.
  [[nodiscard]] SessionStore& sessions();
  [[nodiscard]] SessionLog& session_log();
  [[nodiscard]] TrustStore& trust_store();
  [[nodiscard]] PlaceholderStore& placeholders();
  [[nodiscard]] const application::FetchCredentials& fetch_credentials();
  [[nodiscard]] CredentialBroker& credential_broker();
  /// Has its place in the loop of a box_runner() that is asked for later.
  [[nodiscard]] SideWork& side_work();
  [[nodiscard]] ContainerEngine& engine();
  [[nodiscard]] CacheStore& cache_store();
  [[nodiscard]] EngineStorage& engine_storage();
  [[nodiscard]] CollectionSchedule& collection_schedule();
  [[nodiscard]] BackgroundStarter& background();
  [[nodiscard]] application::FindCaches& find_caches();
  [[nodiscard]] application::TakeCacheInventory& cache_inventory();
  [[nodiscard]] application::VolumeRemover& volume_remover();
  [[nodiscard]] ImageBuilder& image_builder();
  [[nodiscard]] BoxRunner& box_runner();
  [[nodiscard]] SessionControl& session_control();
  /// Off until apply() has seen a configuration that leaves it on.
  [[nodiscard]] AuditSink& audit();

  /// Lets the configuration decide what is said and what is audited.
  void apply(const Config& config);
  /// Replaced by "***" in everything that is said from now on.
  void hide(const Secret& secret);

  /// The parts of a run, in the order in which they are prepared.
  [[nodiscard]] std::vector<std::unique_ptr<application::SessionPart>> session_parts() {
    return session_parts(notices());
  }
  /// The same, saying what they have to say to `notices`, which outlives them.
  [[nodiscard]] std::vector<std::unique_ptr<application::SessionPart>> session_parts(
      Notices& notices);
  /// The facts that are about the user, the call and mino itself. Installs mino-init if it is not
  /// there.
  [[nodiscard]] Result<HostFacts> host_facts();

 private:
  [[nodiscard]] CredentialCache& credential_cache();
  [[nodiscard]] CredentialSource& credential_source();

  struct World;
  std::unique_ptr<World> world_;
};

}  // namespace mino::cli
