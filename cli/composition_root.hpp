#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "application/session_part.hpp"
#include "cli/io.hpp"
#include "cli/parsed_args.hpp"
#include "domain/config/config.hpp"
#include "domain/result.hpp"
#include "domain/run/host_facts.hpp"
#include "ports/audit_sink.hpp"
#include "ports/box_runner.hpp"
#include "ports/clock.hpp"
#include "ports/config_editor.hpp"
#include "ports/config_source.hpp"
#include "ports/config_text_editor.hpp"
#include "ports/container_engine.hpp"
#include "ports/detacher.hpp"
#include "ports/digest.hpp"
#include "ports/domain_name_encoder.hpp"
#include "ports/environment.hpp"
#include "ports/file_system.hpp"
#include "ports/host_listener.hpp"
#include "ports/json_codec.hpp"
#include "ports/notices.hpp"
#include "ports/placeholder_store.hpp"
#include "ports/process_runner.hpp"
#include "ports/process_table.hpp"
#include "ports/project_defuser.hpp"
#include "ports/project_walker.hpp"
#include "ports/prompter.hpp"
#include "ports/random_source.hpp"
#include "ports/session_control.hpp"
#include "ports/session_log.hpp"
#include "ports/session_store.hpp"
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
  [[nodiscard]] std::filesystem::path placeholders() const { return state / "placeholders"; }
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
  /// Effective.
  [[nodiscard]] std::uint32_t user_id() const;

  // These lie below paths(), which must have succeeded.
  [[nodiscard]] SessionStore& sessions();
  [[nodiscard]] SessionLog& session_log();
  [[nodiscard]] TrustStore& trust_store();
  [[nodiscard]] PlaceholderStore& placeholders();
  [[nodiscard]] ContainerEngine& engine();
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
  struct World;
  std::unique_ptr<World> world_;
};

}  // namespace mino::cli
