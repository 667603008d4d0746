#include "application/self_test.hpp"

#include <fmt/format.h>

#include <cstring>
#include <utility>

#include "application/network_log_path.hpp"
#include "application/scratch_project.hpp"
#include "domain/selftest/walls.hpp"
#include "domain/session/lifecycle.hpp"

namespace mino::application {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kReportName = "report";
constexpr std::size_t kMaxReportBytes = 1 << 20;

/// What a self-test decides itself: nobody is at the box, and nothing of it stays.
void settle(RunRequest& request, const std::string& name, const fs::path& project,
            std::string_view probe) {
  request.name = name;
  request.project = project.native();
  request.command = {std::string(probe)};
  // What an image would put before the probe could do anything in its name.
  request.entrypoint = "";
  request.terminal = Switch::kOff;
  request.detach = Switch::kOff;
  request.keep = Switch::kOff;
  request.home = Switch::kOff;
}

}  // namespace

void anchor_volumes(Config& config, const std::string& project) {
  constexpr std::string_view kKey = "container.volumes";
  std::vector<std::string> volumes = config.list(kKey);
  if (volumes.empty()) return;
  for (std::string& volume : volumes) {
    if (volume.starts_with("./") || volume.starts_with("../")) volume.insert(0, project + "/");
  }
  config.apply({ConfigEntry{.key = find_config_key(kKey),
                            .item = {},
                            .value = std::move(volumes),
                            .origin = config.origin(kKey)}});
}

SelfTest::SelfTest(Ports ports, Places places, CarriedProgram probe)
    : ports_(ports), places_(std::move(places)), probe_(probe) {}

Result<SelfTestOutcome> SelfTest::execute(RunRequest request, Config config, const HostFacts& host,
                                          const std::string& project) {
  constexpr std::uint64_t kDigits = 0xffffffff;
  const std::string name = fmt::format("selftest-{:08x}", ports_.random.next() & kDigits);
  const ScratchProject::Ports scratch_ports{ports_.files, ports_.processes};
  for (const std::string& swept : ScratchProject::sweep(scratch_ports, places_.scratch)) {
    if (const auto session = SessionName::parse(swept); session.ok()) forget(*session);
  }
  MINO_ASSIGN(ScratchProject scratch,
              ScratchProject::make(scratch_ports, places_.scratch, name, probe_)
                  .with_context("making a project to try"));
  settle(request, name, scratch.path(), probe_.name);
  anchor_volumes(config, project);
  MINO_ASSIGN(PreparedRun prepared,
              ports_.prepare.execute(request, config, host, PlanPurpose::kRun));

  SelfTestPlaces places{.planted = scratch.planted().native(),
                        .state = places_.state.native(),
                        .hidden = {},
                        .sockets = std::nullopt};
  if (auto sockets = ports_.listener.open(); sockets.ok()) {
    places.sockets = std::move(sockets).value();
  } else {
    ports_.notices.warn(sockets.error().text(), sockets.error().hint());
  }
  RunPlan& plan = prepared.plan;
  if (plan.protection) places.hidden = scratch.add_files(plan.protection->hidden);
  const std::vector<Wall> walls = walls_of(plan, places);
  plan.log = LogPolicy::kOff;
  plan.command.words = {fmt::format("{}/{}", plan.workdir, probe_.name),
                        fmt::format("--output={}", kReportName)};
  for (std::string& word : probe_words(walls)) plan.command.words.push_back(std::move(word));

  const Result<AgentEnd> end = run(prepared);
  forget(plan.session);
  if (!end.ok()) return end.error();
  return SelfTestOutcome{judge(walls, read_report(scratch.path() / kReportName, plan)), *end};
}

Result<AgentEnd> SelfTest::run(const PreparedRun& prepared) {
  MINO_ASSIGN(const RunOutcome outcome, ports_.session.execute(prepared.plan, prepared.variables));
  const AgentEnd& end = *outcome.end;
  if (end.kind == AgentEnd::Kind::kNotFound)
    return Error(ErrorCode::kNotFound, "the probe is not there in the box");
  if (end.kind == AgentEnd::Kind::kNotExecutable) {
    return Error(ErrorCode::kPermission, fmt::format("the probe cannot be executed in the box: {}",
                                                     std::strerror(end.code)));
  }
  return end;
}

ProbeReport SelfTest::read_report(const fs::path& file, const RunPlan& plan) {
  ProbeReport report;
  const auto text = ports_.files.read(file, kMaxReportBytes);
  if (text.ok() && text->has_value()) report = parse_probe_report(**text);
  if (plan.network != NetworkMode::kHost) {
    // What arrived on the host is true whatever the box says.
    const HostListener::Arrivals arrived = ports_.listener.arrivals();
    const AttemptOutcome reached{"ok", "it arrived on the host"};
    const auto mark = [&](bool has_arrived, std::string_view attempt) {
      if (has_arrived) report.outcomes.insert_or_assign(std::string(attempt), reached);
    };
    mark(arrived.stream, kLoopbackAttempt);
    mark(arrived.datagram, kLoopbackDatagramAttempt);
    mark(arrived.local, kAbstractSocketAttempt);
  }
  const auto variables = report.outcomes.find(kVariablesAttempt);
  if (variables != report.outcomes.end() && variables->second.how == "ok") {
    const auto leaked = leaked_variable(
        variables->second, [this](std::string_view name) { return ports_.environment.get(name); });
    variables->second = leaked ? AttemptOutcome{"ok", *leaked} : AttemptOutcome{"none", {}};
  }
  return report;
}

void SelfTest::forget(const SessionName& session) {
  const auto record = ports_.sessions.load(session);
  // One that is still live has left a container, which the next command clears up.
  if (!record.ok() || !record->has_value() || is_live((*record)->status)) return;
  const fs::path network_log = network_log_path(places_.logs, session);
  for (const fs::path& log : {network_log, fs::path(network_log.native() + ".1")})
    static_cast<void>(ports_.files.remove(log).ok());
  const auto removed = ports_.sessions.remove(session, (*record)->id);
  if (!removed.ok()) ports_.notices.warn(removed.error().text(), removed.error().hint());
}

}  // namespace mino::application
