#include "domain/run/decide.hpp"

#include <gtest/gtest.h>

#include "tests/unit/run/run_inputs.hpp"

namespace mino {
namespace {

using namespace std::string_literals;
using testing_support::decision_on;
using testing_support::file_origin;
using testing_support::flag_origin;
using testing_support::holds;
using testing_support::host_image_inputs;
using testing_support::mount_at;
using testing_support::plain_inputs;
using testing_support::plan_of;
using testing_support::refusal_of;
using testing_support::set_config;

TEST(DecideRun, NamesEverythingAfterTheSession) {
  const RunPlan plan = plan_of(plain_inputs());
  EXPECT_EQ(plan.session.str(), "calm-otter");
  EXPECT_EQ(plan.container_name, "mino-calm-otter-0a1b");
  EXPECT_EQ(plan.hostname, "calm-otter");
  EXPECT_EQ(plan.runtime_dir, "/run/user/1001/mino/calm-otter");
  EXPECT_EQ(plan.init_program, "/usr/libexec/mino-init");
  EXPECT_EQ(decision_on(plan, "session")->reason, "a name was made up");
}

TEST(DecideRun, IsPure) { EXPECT_EQ(plan_of(plain_inputs()), plan_of(plain_inputs())); }

TEST(DecideRun, RefusesRoot) {
  RunInputs inputs = plain_inputs();
  inputs.host.user_id = 0;
  const Error error = refusal_of(inputs);
  EXPECT_EQ(error.code(), ErrorCode::kPermission);
  EXPECT_FALSE(error.hint().empty());
}

TEST(DecideRun, RefusesAnEngineThatIsNotRootless) {
  RunInputs inputs = plain_inputs();
  inputs.engine.rootless = false;
  EXPECT_EQ(refusal_of(inputs).code(), ErrorCode::kUnavailable);
}

TEST(DecideRun, DoesNotReplaceOneRuntimeByAnother) {
  RunInputs inputs = plain_inputs();
  set_config(inputs.config, "general.runtime", "native"s, file_origin(2));
  const Error error = refusal_of(inputs);
  EXPECT_EQ(error.code(), ErrorCode::kConfig);
  EXPECT_NE(error.text().find("config.toml:2:1"), std::string::npos);
  set_config(inputs.config, "general.runtime", "auto"s, file_origin(2));
  EXPECT_TRUE(decide_run(inputs).ok());
}

// ---- project

TEST(DecideRun, GrantsTheProjectAndNothingElseOfTheHost) {
  const RunPlan plan = plan_of(plain_inputs());
  EXPECT_EQ(plan.workdir, "/app");
  ASSERT_NE(mount_at(plan, "/app"), nullptr);
  EXPECT_EQ(*mount_at(plan, "/app"), (Mount{MountKind::kBind, "/src/app", "/app",
                                            MountAccess::kReadWrite, MountLabel::kKeep}));
  EXPECT_EQ(plan.grants, (std::vector<Grant>{ProjectGrant{"/src/app"}, OpenNetworkGrant{}}));
}

TEST(DecideRun, RefusesSensitiveProjectsUnlessInsistedOn) {
  for (const char* project :
       {"/", "/home", "/home/ann", "/home/ann/.ssh", "/home/ann/.config", "/home/ann/.aws/sso"}) {
    RunInputs inputs = plain_inputs();
    inputs.project = project;
    const Error error = refusal_of(inputs);
    EXPECT_EQ(error.code(), ErrorCode::kPermission) << project;
    EXPECT_NE(error.hint().find("--allow-sensitive-project"), std::string::npos) << project;
    inputs.request.sensitive_project = Switch::kOn;
    const RunPlan plan = plan_of(inputs);
    EXPECT_TRUE(has_grant<SensitiveProjectGrant>(plan.grants)) << project;
  }
}

TEST(DecideRun, AProjectThatIsNotSensitiveNeedsNoSecondGrant) {
  RunInputs inputs = plain_inputs();
  inputs.request.sensitive_project = Switch::kOn;
  EXPECT_FALSE(has_grant<SensitiveProjectGrant>(plan_of(inputs).grants));
}

TEST(DecideRun, RefusesAProjectWhosePathCannotBeMounted) {
  RunInputs inputs = plain_inputs();
  inputs.project = "/src/new\nline";
  EXPECT_EQ(refusal_of(inputs).code(), ErrorCode::kUsage);
  inputs.project = "/src/a:b,c \"d\"";
  EXPECT_EQ(plan_of(inputs).workdir, "/a:b,c \"d\"");
}

TEST(DecideRun, AConfiguredWorkdirWins) {
  RunInputs inputs = plain_inputs();
  set_config(inputs.config, "container.workdir", "/code"s, file_origin(9));
  const RunPlan plan = plan_of(inputs);
  EXPECT_EQ(plan.workdir, "/code");
  EXPECT_EQ(decision_on(plan, "workdir")->origin, "/home/ann/.config/mino/config.toml:9:1");
  set_config(inputs.config, "container.workdir", "/proc/self"s, file_origin(9));
  EXPECT_EQ(refusal_of(inputs).code(), ErrorCode::kConfig);
}

// ---- image and user

TEST(DecideRun, ImagesOfRootMapRootToTheUser) {
  const RunPlan plan = plan_of(plain_inputs());
  EXPECT_EQ(plan.image.kind, ImageChoice::Kind::kReference);
  EXPECT_EQ(plan.image.reference, "fedora:43");
  EXPECT_EQ(plan.user, (UserMapping{UserMapping::Kind::kRootIsUser, 0, 0}));
}

TEST(DecideRun, ImagesWithAUserKeepIt) {
  RunInputs inputs = plain_inputs();
  inputs.image->user = "node";
  inputs.image->user_id = 1000;
  inputs.image->group_id = 100;
  EXPECT_EQ(plan_of(inputs).user, (UserMapping{UserMapping::Kind::kKeepId, 1000, 100}));
}

TEST(DecideRun, AnAbsentImageIsAssumedAndSaidSo) {
  RunInputs inputs = plain_inputs();
  inputs.image.reset();
  const RunPlan plan = plan_of(inputs);
  ASSERT_EQ(plan.warnings.size(), 1U);
  EXPECT_NE(plan.warnings[0].find("fedora:43 is not here yet"), std::string::npos);
}

TEST(DecideRun, HostImageHasItsOwnUserAndRoot) {
  const RunPlan plan = plan_of(host_image_inputs());
  EXPECT_EQ(plan.image.kind, ImageChoice::Kind::kHost);
  EXPECT_EQ(plan.image.root, "/home/ann/.local/state/mino/host-root/0011223344556677");
  EXPECT_EQ(plan.user, (UserMapping{UserMapping::Kind::kKeepId, 1000, 1000}));
  EXPECT_TRUE(holds(plan, HostSystemGrant{}));
  EXPECT_EQ(decision_on(plan, "image")->origin, "flag --image");
  EXPECT_TRUE(plan.warnings.empty());
}

TEST(DecideRun, AnImageThatPodmanWouldTakeForAnOptionIsRefused) {
  for (const char* image : {"", "--privileged", "-v/:/host", "a b", "a\nb"}) {
    RunInputs inputs = plain_inputs();
    set_config(inputs.config, "container.image", std::string(image), flag_origin("--image"));
    EXPECT_EQ(refusal_of(inputs).code(), ErrorCode::kUsage) << image;
  }
}

TEST(DecideRun, OtherImagesAreTakenVerbatim) {
  for (const char* image :
       {"localhost/busy:latest", "typescript", "ghcr.io/a/b@sha256:00", "Host", "hosts"}) {
    RunInputs inputs = plain_inputs();
    set_config(inputs.config, "container.image", std::string(image), flag_origin("--image"));
    const RunPlan plan = plan_of(inputs);
    EXPECT_EQ(plan.image.reference, image);
    EXPECT_EQ(plan.image.kind, ImageChoice::Kind::kReference) << image;
  }
}

TEST(DecideRun, TheEntrypointCanBeReplacedByNone) {
  RunInputs inputs = plain_inputs();
  EXPECT_FALSE(plan_of(inputs).image.entrypoint.has_value());
  inputs.request.entrypoint = "";
  const RunPlan plan = plan_of(inputs);
  EXPECT_EQ(plan.image.entrypoint, "");
  EXPECT_EQ(decision_on(plan, "entrypoint")->value, "none");
}

// ---- command, streams, log, end

TEST(DecideRun, RunsTheCommandAsGiven) {
  RunInputs inputs = plain_inputs();
  inputs.request.command = {{"sh", "-c", "echo 'a b'", "--", ""}};
  const RunPlan plan = plan_of(inputs);
  EXPECT_EQ(plan.command,
            (AgentCommand{AgentCommand::Kind::kCommand, {"sh", "-c", "echo 'a b'", "--", ""}}));
  EXPECT_EQ(decision_on(plan, "command")->value, "sh -c 'echo '\\''a b'\\''' -- ''");
}

TEST(DecideRun, WithoutACommandTriesShellsUnlessTheUserChoseOne) {
  RunInputs inputs = plain_inputs();
  EXPECT_EQ(plan_of(inputs).command, (AgentCommand{AgentCommand::Kind::kShell, {"bash", "sh"}}));
  inputs.request.command.emplace();
  EXPECT_EQ(plan_of(inputs).command.kind, AgentCommand::Kind::kShell);
  set_config(inputs.config, "session.shell", "/usr/bin/fish"s, file_origin(3));
  EXPECT_EQ(plan_of(inputs).command.words, std::vector<std::string>{"/usr/bin/fish"});
}

TEST(DecideRun, TheAgentHasATerminalWhenBothStreamsAreOne) {
  using enum AgentStreams;
  const struct {
    bool in;
    bool out;
    Switch asked;
    Switch detach;
    AgentStreams streams;
  } cases[] = {
      {true, true, Switch::kUnset, Switch::kUnset, kTerminal},
      {true, false, Switch::kUnset, Switch::kUnset, kPipes},
      {false, true, Switch::kUnset, Switch::kUnset, kPipes},
      {false, false, Switch::kUnset, Switch::kUnset, kPipes},
      {false, false, Switch::kOn, Switch::kUnset, kTerminal},
      {true, true, Switch::kOff, Switch::kUnset, kPipes},
      {true, true, Switch::kUnset, Switch::kOn, kPipes},
      {true, true, Switch::kOn, Switch::kOn, kTerminal},
      {false, false, Switch::kUnset, Switch::kOff, kPipes},
  };
  for (const auto& [in, out, asked, detach, streams] : cases) {
    RunInputs inputs = plain_inputs();
    inputs.host.stdin_is_terminal = in;
    inputs.host.stdout_is_terminal = out;
    inputs.request.terminal = asked;
    inputs.request.detach = detach;
    const RunPlan plan = plan_of(inputs);
    EXPECT_EQ(plan.streams, streams) << in << out;
    EXPECT_EQ(plan.attachment,
              detach == Switch::kOn ? Attachment::kDetached : Attachment::kForeground);
  }
}

TEST(DecideRun, ATerminalIsLoggedOnlyWhenTheUserWantsIt) {
  RunInputs inputs = plain_inputs();
  EXPECT_EQ(plan_of(inputs).log, LogPolicy::kLines);
  EXPECT_EQ(plan_of(inputs).log_max_bytes, 64 * 1024 * 1024);
  inputs.request.terminal = Switch::kOn;
  EXPECT_EQ(plan_of(inputs).log, LogPolicy::kOff);
  set_config(inputs.config, "session.log_terminal", true, file_origin(1));
  set_config(inputs.config, "session.log_max_mb", std::int64_t{1}, file_origin(2));
  EXPECT_EQ(plan_of(inputs).log, LogPolicy::kLines);
  EXPECT_EQ(plan_of(inputs).log_max_bytes, 1024 * 1024);
}

TEST(DecideRun, AShellInTheBackgroundIsWarnedOf) {
  RunInputs inputs = plain_inputs();
  inputs.request.detach = Switch::kOn;
  EXPECT_EQ(plan_of(inputs).warnings.size(), 1U);
  inputs.request.command = {{"make"}};
  EXPECT_TRUE(plan_of(inputs).warnings.empty());
  inputs.request.command.reset();
  inputs.request.terminal = Switch::kOn;
  EXPECT_TRUE(plan_of(inputs).warnings.empty());
}

TEST(DecideRun, KeepsTheContainerOnlyWhenAsked) {
  RunInputs inputs = plain_inputs();
  EXPECT_EQ(plan_of(inputs).after_end, AfterEnd::kRemove);
  EXPECT_EQ(plan_of(inputs).stop_grace_seconds, 10);
  inputs.request.keep = Switch::kOn;
  inputs.request.detach = Switch::kOn;
  set_config(inputs.config, "session.stop_timeout_secs", std::int64_t{0}, file_origin(1));
  EXPECT_EQ(plan_of(inputs).after_end, AfterEnd::kKeep);
  EXPECT_EQ(plan_of(inputs).stop_grace_seconds, 0);
}

// ---- confinement

TEST(DecideRun, LimitsAreTakenAndThoseThatCannotBeHadWarnedOf) {
  RunInputs inputs = plain_inputs();
  inputs.engine.cgroup_controllers.clear();
  EXPECT_TRUE(plan_of(inputs).warnings.empty()) << "the default limit is not warned of";
  set_config(inputs.config, "container.memory", "1g"s, flag_origin("--memory"));
  const RunPlan plan = plan_of(inputs);
  EXPECT_EQ(plan.limits.memory_bytes, 1073741824);
  EXPECT_EQ(plan.limits.pids, 4096);
  EXPECT_EQ(plan.warnings.size(), 1U);
}

TEST(DecideRun, NestedSandboxesNeedAGrant) {
  RunInputs inputs = plain_inputs();
  EXPECT_FALSE(has_grant<NestedSandboxGrant>(plan_of(inputs).grants));
  set_config(inputs.config, "container.allow_nested_sandbox", true,
             flag_origin("--allow-nested-sandbox"));
  EXPECT_TRUE(has_grant<NestedSandboxGrant>(plan_of(inputs).grants));
}

TEST(DecideRun, EveryDecisionHasAnOriginAndAValue) {
  for (const RunInputs& inputs : {plain_inputs(), host_image_inputs()}) {
    for (const Decision& decision : plan_of(inputs).decisions) {
      EXPECT_FALSE(decision.subject.empty());
      EXPECT_FALSE(decision.value.empty()) << decision.subject;
      EXPECT_FALSE(decision.origin.empty()) << decision.subject;
    }
  }
}

}  // namespace
}  // namespace mino
