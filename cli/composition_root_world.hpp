#pragma once

#include <optional>
#include <vector>

#include "adapters/broker/broker_process.hpp"
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
#include "adapters/posix/forked_side_work.hpp"
#include "adapters/posix/kernel_random.hpp"
#include "adapters/posix/loopback_listener.hpp"
#include "adapters/posix/network_log_file.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "adapters/posix/posix_process_table.hpp"
#include "adapters/posix/process_environment.hpp"
#include "adapters/posix/project_defuser.hpp"
#include "adapters/posix/project_lockfiles.hpp"
#include "adapters/posix/project_walker.hpp"
#include "adapters/posix/session_log_reader.hpp"
#include "adapters/posix/shell_text_editor.hpp"
#include "adapters/posix/system_clock.hpp"
#include "adapters/session/control_client.hpp"
#include "adapters/session/session_box_runner.hpp"
#include "adapters/ssh/agent_forwarder.hpp"
#include "adapters/state/json_cache_store.hpp"
#include "adapters/state/json_collection_schedule.hpp"
#include "adapters/state/json_credential_cache.hpp"
#include "adapters/state/json_facts_cache.hpp"
#include "adapters/state/json_session_store.hpp"
#include "adapters/state/placeholder_ledger.hpp"
#include "adapters/state/trust_store.hpp"
#include "adapters/terminal/console_progress.hpp"
#include "adapters/terminal/console_prompter.hpp"
#include "adapters/toml/toml_config_editor.hpp"
#include "adapters/toml/toml_config_source.hpp"
#include "application/account_inputs.hpp"
#include "cli/composition_root.hpp"

namespace mino::cli {

/// What the composition root is made of: every adapter, and the use cases that several commands
/// share. Those that depend on paths() come about when they are first asked for.
struct CompositionRoot::World {
  World(const GlobalOptions& global_options, Io& streams);

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
  broker::BrokerProcess broker;
  std::optional<posix::ForkedSideWork> side_work;  ///< of runs with a broker
  std::optional<session::ControlClient> control;

  std::optional<state::JsonSessionStore> sessions;
  std::optional<state::JsonFactsCache> facts;
  std::optional<state::JsonTrustStore> trust;
  std::optional<state::PlaceholderLedger> placeholders;
  std::optional<state::JsonCacheStore> caches;
  std::optional<state::JsonCollectionSchedule> collections;
  std::optional<state::JsonCredentialCache> credentials;
  std::optional<cloud::CliCredentialSource> credential_source;
  std::optional<application::AccountFiles> accounts;
  std::optional<application::FetchCredentials> fetch_credentials;
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

}  // namespace mino::cli
