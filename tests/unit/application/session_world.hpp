#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "application/audit_part.hpp"
#include "application/cache_part.hpp"
#include "application/home_volume_part.hpp"
#include "application/network_part.hpp"
#include "application/protection_part.hpp"
#include "application/reconcile_sessions.hpp"
#include "application/run_session.hpp"
#include "application/runtime_files_part.hpp"
#include "tests/fakes/fake_audit_sink.hpp"
#include "tests/fakes/fake_box_runner.hpp"
#include "tests/fakes/fake_cache_store.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_container_engine.hpp"
#include "tests/fakes/fake_detacher.hpp"
#include "tests/fakes/fake_egress_gateway.hpp"
#include "tests/fakes/fake_engine_storage.hpp"
#include "tests/fakes/fake_file_system.hpp"
#include "tests/fakes/fake_network_log.hpp"
#include "tests/fakes/fake_notices.hpp"
#include "tests/fakes/fake_placeholder_store.hpp"
#include "tests/fakes/fake_process_table.hpp"
#include "tests/fakes/fake_project_protection.hpp"
#include "tests/fakes/fake_random_source.hpp"
#include "tests/fakes/fake_session_store.hpp"
#include "tests/fakes/faulty.hpp"
#include "tests/fakes/faulty_caches.hpp"
#include "tests/fakes/faulty_network.hpp"
#include "tests/fakes/faulty_protection.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino::testing_support {

/// Everything that a run touches, in memory, with the parts that the program gives it. Every port
/// of the run may be made to fail.
class SessionWorld {
 public:
  SessionWorld() { files.add_directory("/run/user/1001", 0700); }

  /// `make` in /src/app, with a home volume and the caches of one lockfile.
  static RunPlan plan() {
    RunInputs inputs = plain_inputs();
    inputs.request.command = {"make", "test"};
    inputs.caches.lockfiles = {{"npm", "package-lock.json", "0123456789ab"}};
    RunPlan plan = plan_of(inputs);
    plan.home_volume = kVolume;
    return plan;
  }

  Result<application::RunOutcome> run(const RunPlan& plan, VariableValues values = {}) {
    std::vector<std::unique_ptr<application::SessionPart>> parts;
    parts.push_back(std::make_unique<application::AuditPart>(faulty_audit_, notices));
    parts.push_back(std::make_unique<application::RuntimeFilesPart>(faulty_files_));
    parts.push_back(std::make_unique<application::ProtectionPart>(
        faulty_protection_, faulty_placeholders_, faulty_audit_, notices, defused));
    parts.push_back(std::make_unique<application::NetworkPart>(
        faulty_gateway_, faulty_network_log_, faulty_audit_, clock, notices, "/state/mino/logs"));
    parts.push_back(std::make_unique<application::HomeVolumePart>(
        faulty_engine_, faulty_storage_, faulty_files_, clock, "/state/mino/homes"));
    parts.push_back(std::make_unique<application::CachePart>(
        application::CachePart::Ports{.store = faulty_caches_,
                                      .engine = faulty_engine_,
                                      .storage = faulty_storage_,
                                      .clock = clock,
                                      .notices = notices}));
    application::RunSession session({.sessions = faulty_sessions_,
                                     .runner = faulty_runner_,
                                     .engine = faulty_engine_,
                                     .files = faulty_files_,
                                     .clock = clock,
                                     .random = random,
                                     .processes = processes,
                                     .detacher = faulty_detacher_,
                                     .notices = notices},
                                    "/state/mino/logs", std::move(parts));
    return session.execute(plan, values);
  }

  /// What the next command does after this process has ended.
  void next_command() {
    processes.end(processes.self());
    const auto reconciled = application::ReconcileSessions({.sessions = sessions,
                                                            .engine = engine,
                                                            .processes = processes,
                                                            .files = files,
                                                            .placeholders = placeholders,
                                                            .audit = audit,
                                                            .clock = clock,
                                                            .notices = notices})
                                .execute();
    if (!reconciled.ok()) throw std::runtime_error(reconciled.error().text());
  }

  std::optional<SessionRecord> record(const RunPlan& plan) const {
    return *sessions.load(plan.session);
  }

  static constexpr char kVolume[] = "mino-home-aabb";

  fakes::FakeSessionStore sessions;
  fakes::FakeContainerEngine engine;
  fakes::FakeFileSystem files;
  fakes::FakeAuditSink audit;
  fakes::FakeClock clock;
  fakes::FakeRandomSource random;
  fakes::FakeProcessTable processes;
  std::vector<DefusedFile> defused;
  fakes::FakeNotices notices;
  fakes::FakeDetacher detacher;
  fakes::FakeEgressGateway gateway;
  fakes::FakeNetworkLog network_log;
  fakes::FakePlaceholderStore placeholders{processes};
  fakes::FakeProjectProtection protection;
  fakes::FakeBoxRunner runner{engine, files};
  fakes::FakeCacheStore caches{processes};
  fakes::FakeEngineStorage storage{engine};
  fakes::Faults faults;

 private:
  fakes::FaultySessionStore faulty_sessions_{faults, sessions};
  fakes::FaultyContainerEngine faulty_engine_{faults, engine};
  fakes::FaultyFileSystem faulty_files_{faults, files};
  fakes::FaultyAuditSink faulty_audit_{faults, audit};
  fakes::FaultyBoxRunner faulty_runner_{faults, runner};
  fakes::FaultyDetacher faulty_detacher_{faults, detacher};
  fakes::FaultyEgressGateway faulty_gateway_{faults, gateway};
  fakes::FaultyNetworkLog faulty_network_log_{faults, network_log};
  fakes::FaultyPlaceholderStore faulty_placeholders_{faults, placeholders};
  fakes::FaultyProjectProtection faulty_protection_{faults, protection};
  fakes::FaultyCacheStore faulty_caches_{faults, caches};
  fakes::FaultyEngineStorage faulty_storage_{faults, storage};
};

}  // namespace mino::testing_support
