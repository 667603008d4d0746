#include "application/self_test.hpp"
#include "cli/agent_end.hpp"
#include "cli/commands/commands.hpp"
#include "cli/composition_root.hpp"
#include "cli/configuration.hpp"
#include "cli/embedded_files.hpp"
#include "cli/exit_code.hpp"
#include "cli/layer_services.hpp"
#include "cli/reconcile.hpp"
#include "cli/render/error.hpp"
#include "cli/render/self_test.hpp"
#include "cli/run_options.hpp"

#include <utility>

namespace mino::cli {
namespace {

/// Passes on what is wrong. What a run would say about refused connections is no news here: they
/// were made to be refused.
class OnlyWarnings final : public Notices {
 public:
  explicit OnlyWarnings(Notices& notices) : notices_(notices) {}
  void warn(std::string_view text, std::string_view hint) override { notices_.warn(text, hint); }
  void progress(std::string_view /*text*/) override {}
  void info(std::string_view text) override { notices_.info(text); }
  void debug(std::string_view text) override { notices_.debug(text); }

 private:
  Notices& notices_;
};

Result<application::SelfTestOutcome> self_test(const ParsedArgs& args, const GlobalOptions& global,
                                               CompositionRoot& root) {
  MINO_ASSIGN(const Paths paths, root.paths());
  MINO_ASSIGN(std::vector<ConfigOverride> overrides, config_overrides(args));
  // The probe needs none.
  for (ConfigOverride& each : without_credentials("selftest")) overrides.push_back(std::move(each));
  MINO_ASSIGN(const HostFacts host, root.host_facts());
  application::PrepareRun::Ports ports{root.files(),  root.environment(), root.engine(),
                                       root.digest(), root.random(),      root.notices(),
                                       root.names(),  root.find_caches()};
  RunRequest request;
  request.project = args.value("project");
  request.variables = args.values("env");
  request.volumes = args.values("volume");
  request.host_paths = args.values("host-path");
  MINO_ASSIGN(const std::string project,
              application::PrepareRun(ports, paths.state).find_project(request, host));
  MINO_ASSIGN(application::LoadedConfig loaded,
              loaded_config(root, global, project, overrides, application::LocalTrust::kAsk));
  const Config& config = loaded.config;
  LayerServices layers(root, paths, std::move(loaded.layers));
  ports.layers = &layers.compose;
  application::PrepareRun prepare(ports, paths.state);
  Reconciler(root).run_leftovers();

  OnlyWarnings notices(root.notices());
  application::RunSession session(
      {root.sessions(), root.box_runner(), root.engine(), root.files(), root.clock(), root.random(),
       root.processes(), root.detacher(), notices},
      paths.logs(), root.session_parts(notices));
  const EmbeddedFile probe = embedded_probe();
  application::SelfTest use_case(
      {prepare, session, root.files(), root.environment(), root.sessions(), root.random(),
       root.processes(), root.host_listener(), root.notices()},
      {.scratch = paths.scratch(), .state = paths.state, .logs = paths.logs()},
      {"mino-probe", probe.bytes, probe.sha256});
  return use_case.execute(std::move(request), config, host, project);
}

}  // namespace

int selftest_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  CompositionRoot root(global, io);
  const auto outcome = self_test(args, global, root);
  if (!outcome.ok()) {
    print_error(outcome.error(), io);
    return exit_code(outcome.error(), FailedCommand::kStartsAgent);
  }
  if (is_interruption(outcome->end)) {
    print_error(Error(ErrorCode::kDeclined, "the self-test was interrupted"), io);
    return exit_code(outcome->end);
  }
  const SelfTestReport& report = outcome->report;
  io.out.write(args.flag("json") ? root.json().write(to_json(report), JsonLayout::kPretty) + "\n"
                                 : render_self_test(report, io.out_colour));
  return passes(report) ? kExitSuccess : kExitFailure;
}

}  // namespace mino::cli
