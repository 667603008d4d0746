// What runs a session: its credentials, its parts, its owner.
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "adapters/posix/process_privacy.hpp"
#include "adapters/posix/user_account.hpp"
#include "application/audit_part.hpp"
#include "application/cache_part.hpp"
#include "application/handoff_part.hpp"
#include "application/home_volume_part.hpp"
#include "application/network_part.hpp"
#include "application/protection_part.hpp"
#include "application/runtime_files_part.hpp"
#include "application/ssh_part.hpp"
#include "cli/composition_root_world.hpp"
#include "cli/version.hpp"

namespace mino::cli {

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

const application::FetchCredentials& CompositionRoot::fetch_credentials() {
  MINO_CHECK(world_->paths);
  if (!world_->accounts)
    world_->accounts.emplace(world_->files, world_->environment, world_->digest,
                             world_->paths->home);
  if (!world_->fetch_credentials) {
    world_->fetch_credentials.emplace(
        application::FetchCredentials::Ports{.source = credential_source(),
                                             .cache = credential_cache(),
                                             .digest = world_->digest,
                                             .clock = world_->clock},
        *world_->accounts);
  }
  return *world_->fetch_credentials;
}

CredentialBroker& CompositionRoot::credential_broker() { return world_->broker; }
SideWork& CompositionRoot::side_work() {
  if (!world_->side_work) world_->side_work.emplace(world_->json);
  return *world_->side_work;
}

BoxRunner& CompositionRoot::box_runner() {
  // It is asked for by the process that holds the values of the agent's environment, for as long as
  // the agent runs.
  posix::refuse_inspection();
  if (!world_->builder)
    world_->builder.emplace(world_->files, world_->environment, std::string(version()));
  if (!world_->runner) {
    std::vector<posix::BoxCompanion*> companions;
    if (world_->side_work) companions.push_back(&*world_->side_work);
    world_->runner.emplace(
        *world_->builder,
        session::SessionBoxRunner::Beside{.network = world_->network,
                                          .walls = {&world_->protection, &world_->broker},
                                          .companion = world_->ssh,
                                          .companions = std::move(companions)},
        world_->json, world_->notices);
  }
  return *world_->runner;
}

SessionControl& CompositionRoot::session_control() {
  posix::refuse_inspection();
  if (!world_->control) world_->control.emplace(world_->json, world_->notices);
  return *world_->control;
}

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

}  // namespace mino::cli
