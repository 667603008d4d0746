#pragma once

#include <filesystem>
#include <string>

#include "application/install_program.hpp"
#include "application/prepare_run.hpp"
#include "application/run_session.hpp"
#include "domain/config/config.hpp"
#include "domain/result.hpp"
#include "domain/run/host_facts.hpp"
#include "domain/run/run_request.hpp"
#include "domain/selftest/wall.hpp"
#include "ports/host_listener.hpp"

namespace mino::application {

struct SelfTestOutcome {
  SelfTestReport report;
  AgentEnd end;  ///< of the probe
};

/// Runs mino-probe in a box of the user's own configuration, around a scratch project, and judges
/// by what it reports which walls stand.
class SelfTest {
 public:
  /// All outlive this.
  struct Ports {
    PrepareRun& prepare;
    RunSession& session;
    FileSystem& files;
    const Environment& environment;
    SessionStore& sessions;
    RandomSource& random;
    const ProcessTable& processes;
    HostListener& listener;
    Notices& notices;
  };
  struct Places {
    std::filesystem::path scratch;  ///< no place that a project is refused in
    std::filesystem::path state;    ///< mino's own
    std::filesystem::path logs;
  };

  SelfTest(Ports ports, Places places, CarriedProgram probe);

  /// Of `request` the variables, volumes and host paths count. `project` is where paths of the
  /// configuration are relative to. Blocks until the box is gone; whatever happens, no scratch
  /// project, box or record of it is left. Errors: those of PrepareRun and RunSession; kNotFound,
  /// kPermission when the probe cannot be executed in the box.
  [[nodiscard]] Result<SelfTestOutcome> execute(RunRequest request, Config config,
                                                const HostFacts& host, const std::string& project);

 private:
  [[nodiscard]] Result<AgentEnd> run(const PreparedRun& prepared);
  [[nodiscard]] ProbeReport read_report(const std::filesystem::path& file, const RunPlan& plan);
  /// Removes the record and the log of one that has ended.
  void forget(const SessionName& session);

  Ports ports_;
  Places places_;
  CarriedProgram probe_;
};

/// The same volumes, with paths that are relative to `project` made absolute: another directory is
/// the project of the box.
void anchor_volumes(Config& config, const std::string& project);

}  // namespace mino::application
