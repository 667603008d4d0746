#include "application/prepare_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include "adapters/toml/toml_config_source.hpp"
#include "tests/fakes/fake_audit_sink.hpp"
#include "tests/fakes/fake_cache_store.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_container_engine.hpp"
#include "tests/fakes/fake_digest.hpp"
#include "tests/fakes/fake_domain_name_encoder.hpp"
#include "tests/fakes/fake_engine_storage.hpp"
#include "tests/fakes/fake_environment.hpp"
#include "tests/fakes/fake_file_system.hpp"
#include "tests/fakes/fake_image_builder.hpp"
#include "tests/fakes/fake_lockfile_reader.hpp"
#include "tests/fakes/fake_notices.hpp"
#include "tests/fakes/fake_process_table.hpp"
#include "tests/fakes/fake_progress_line.hpp"
#include "tests/fakes/fake_prompter.hpp"
#include "tests/fakes/fake_random_source.hpp"
#include "tests/fakes/fake_trust_store.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino::application {
namespace {

using namespace std::string_literals;
using testing_support::decision_on;
using testing_support::file_origin;
using testing_support::flag_origin;
using testing_support::mount_at;
using testing_support::set_config;

class PrepareRunTest : public testing::Test {
 protected:
  PrepareRunTest() {
    engine.images["fedora:43"] = ImageFacts{.id = "1", .user = "", .home = "/root"};
    files.add_directory("/home/ann/.ssh");
    files.add_directory("/src/app");
    files.add_directory("/usr/bin");
    files.add_directory("/usr/lib64");
    files.add_symlink("/bin", "usr/bin");
    files.add_symlink("/lib64", "usr/lib64");
    files.add_directory("/sbin");
    files.add_directory("/opt");
    for (const char* path :
         {"/etc/passwd", "/etc/shadow", "/etc/hosts", "/etc/ld.so.cache", "/etc/ssl/certs/ca.pem",
          "/etc/ssl/private/key", "/etc/python3.11/debian_config", "/etc/ssh/ssh_host_key"}) {
      files.add_file(path, "x");
    }
    files.add_symlink("/etc/localtime", "/usr/share/zoneinfo/Nowhere");
    host.user_id = 1001;
    host.group_id = 1001;
    host.home = "/home/ann";
    host.working_directory = "/src/app";
    host.runtime_root = "/run/user/1001/mino";
    host.init_program = "/usr/libexec/mino-init";
    host.helper_program = "/usr/libexec/mino-helper";
  }

  Result<PreparedRun> prepare(PlanPurpose purpose = PlanPurpose::kRun) {
    PrepareRun use_case({files, environment, engine, digest, random, notices, names, find_caches},
                        "/home/ann/.local/state/mino");
    return use_case.execute(request, config, host, purpose);
  }

  RunPlan plan(PlanPurpose purpose = PlanPurpose::kRun) {
    Result<PreparedRun> prepared = prepare(purpose);
    if (!prepared.ok()) throw std::runtime_error(prepared.error().text());
    return std::move(prepared->plan);
  }

  Error refusal() {
    Result<PreparedRun> prepared = prepare();
    if (prepared.ok()) throw std::runtime_error("a plan came about");
    return std::move(prepared).error();
  }

  void use_host_image() { set_config(config, "container.image", "host"s, flag_origin("--image")); }

  fakes::FakeFileSystem files;
  fakes::FakeEnvironment environment;
  fakes::FakeContainerEngine engine;
  fakes::FakeDigest digest;
  fakes::FakeRandomSource random;
  fakes::FakeNotices notices;
  fakes::FakeDomainNameEncoder names;
  fakes::FakeClock clock;
  fakes::FakeProcessTable processes;
  fakes::FakeLockfileReader lockfiles;
  fakes::FakeCacheStore caches{processes};
  fakes::FakeEngineStorage storage{engine};
  FindCaches find_caches{{.lockfiles = lockfiles,
                          .store = caches,
                          .storage = storage,
                          .clock = clock,
                          .random = random,
                          .notices = notices}};
  RunRequest request;
  Config config;
  HostFacts host;
};

// ---- names

TEST_F(PrepareRunTest, MakesANameUpAndTheContainersUnique) {
  const RunPlan first = plan();
  const RunPlan second = plan();
  EXPECT_NE(first.session.str(), "");
  EXPECT_NE(first.container_name, second.container_name);
  request.name = "mine";
  const RunPlan named = plan();
  EXPECT_EQ(named.session.str(), "mine");
  EXPECT_EQ(named.container_name.size(), "mino-mine-"s.size() + 4);
}

TEST_F(PrepareRunTest, RefusesANameThatIsNone) {
  request.name = "../x";
  EXPECT_EQ(refusal().code(), ErrorCode::kUsage);
}

TEST_F(PrepareRunTest, RefusesRootBeforeItAsksTheEngine) {
  host.user_id = 0;
  EXPECT_EQ(refusal().code(), ErrorCode::kPermission);
  EXPECT_TRUE(engine.calls.empty());
}

// ---- network

TEST_F(PrepareRunTest, WritesNamesOfRulesAsDnsHasThem) {
  set_config(config, "container.network_allow",
             ConfigList{"*.b\u00fccher.example:443", "GitHub.com:443"},
             flag_origin("--network-allow"));
  const RunPlan allowed = plan();
  ASSERT_TRUE(allowed.egress);
  std::vector<std::string> rules;
  for (const PolicyRule& rule : allowed.egress->policy.rules) rules.push_back(to_string(rule.rule));
  EXPECT_EQ(rules, (std::vector<std::string>{"*.xn--bcher-kva.example:443", "github.com:443"}));
}

TEST_F(PrepareRunTest, RefusesANameThatDnsCannotHave) {
  const ConfigList rules{"\u00fc\u00fc.example:443"};
  set_config(config, "container.network_allow", rules, flag_origin("--network-allow"));
  EXPECT_EQ(refusal().code(), ErrorCode::kUsage);
  EXPECT_NE(refusal().text().find("--network-allow"), std::string::npos);
  config = Config();
  set_config(config, "container.network_allow", rules, file_origin(7));
  EXPECT_EQ(refusal().code(), ErrorCode::kConfig);
  EXPECT_NE(refusal().text().find("config.toml:7"), std::string::npos);
}

// ---- project

TEST_F(PrepareRunTest, TheProjectIsTheWorkingDirectoryWithoutLinks) {
  files.add_symlink("/home/ann/work", "/src");
  host.working_directory = "/home/ann/work/app";
  EXPECT_EQ(plan().project, "/src/app");
  EXPECT_EQ(plan().workdir, "/app");
}

TEST_F(PrepareRunTest, TheProjectMayBeNamedInAnyForm) {
  files.add_directory("/src/app/sub");
  files.add_directory("/home/ann/code");
  files.add_symlink("/src/app/link", "/home/ann/code");
  const struct {
    const char* typed;
    const char* project;
  } cases[] = {{".", "/src/app"}, {"sub", "/src/app/sub"},      {"/src/app/", "/src/app"},
               {"..", "/src"},    {"~/code", "/home/ann/code"}, {"link", "/home/ann/code"}};
  for (const auto& [typed, project] : cases) {
    request.project = typed;
    EXPECT_EQ(plan().project, project) << typed;
  }
  request.project = "link/..";
  EXPECT_EQ(refusal().code(), ErrorCode::kPermission)
      << "the link's target lies in the home directory, not in the project";
}

TEST_F(PrepareRunTest, AProjectThatIsNotThereIsNamed) {
  request.project = "gone";
  const Error error = refusal();
  EXPECT_EQ(error.code(), ErrorCode::kNotFound);
  EXPECT_EQ(error.text(), "project gone: no such directory");
  EXPECT_FALSE(error.hint().empty());
  request.project = "";
  EXPECT_EQ(refusal().code(), ErrorCode::kUsage);
}

TEST_F(PrepareRunTest, AProjectHasToBeADirectoryThatCanBeRead) {
  files.add_file("/src/file", "x");
  request.project = "/src/file";
  EXPECT_EQ(refusal().code(), ErrorCode::kUsage);
  request.project.reset();
  files.fail("/src/app", EACCES);
  EXPECT_EQ(refusal().code(), ErrorCode::kPermission);
}

TEST_F(PrepareRunTest, SensitivePathsAreKnownByBothTheirNames) {
  files.add_directory("/vault/keys");
  files.add_symlink("/home/ann/.gnupg", "/vault/keys");
  for (const char* project : {"/vault", "/vault/keys", "/home/ann/.ssh", "/home/ann", "/"}) {
    request.project = project;
    EXPECT_EQ(refusal().code(), ErrorCode::kPermission) << project;
  }
}

TEST_F(PrepareRunTest, OurOwnDirectoriesAreSensitive) {
  files.add_directory("/run/user/1001/mino");
  files.add_directory("/home/ann/.local/state/mino/sessions");
  for (const char* project : {"/run/user/1001", "/run/user/1001/mino",
                              "/home/ann/.local/state/mino/sessions", "/home/ann/.local"}) {
    request.project = project;
    EXPECT_EQ(refusal().code(), ErrorCode::kPermission) << project;
  }
}

// ---- image

TEST_F(PrepareRunTest, TakesFactsOfALocalImage) {
  engine.images["own:1"] = ImageFacts{
      .id = "2", .user = "node", .user_id = 1000, .group_id = 1000, .home = "/home/node"};
  set_config(config, "container.image", "own:1"s, flag_origin("--image"));
  EXPECT_EQ(plan().user, (UserMapping{UserMapping::Kind::kKeepId, 1000, 1000}));
  EXPECT_EQ(std::ranges::count(engine.calls, "pull"), 0);
}

TEST_F(PrepareRunTest, PullsAnAbsentImageForARun) {
  engine.registry["own:1"] = ImageFacts{
      .id = "2", .user = "node", .user_id = 1000, .group_id = 1000, .home = "/home/node"};
  set_config(config, "container.image", "own:1"s, flag_origin("--image"));
  const RunPlan pulled = plan();
  EXPECT_EQ(pulled.user.kind, UserMapping::Kind::kKeepId);
  EXPECT_TRUE(pulled.warnings.empty());
  EXPECT_EQ(notices.progresses, std::vector<std::string>{"pulling the image own:1"});
}

TEST_F(PrepareRunTest, PullsNothingToShowAPlan) {
  engine.registry["own:1"] = ImageFacts{};
  set_config(config, "container.image", "own:1"s, flag_origin("--image"));
  EXPECT_EQ(plan(PlanPurpose::kShow).warnings.size(), 1U);
  EXPECT_EQ(std::ranges::count(engine.calls, "pull"), 0);
}

TEST_F(PrepareRunTest, PullsNothingForARequestThatIsRefusedAnyway) {
  engine.registry["own:1"] = ImageFacts{};
  set_config(config, "container.image", "own:1"s, flag_origin("--image"));
  request.variables = {"1X=y"};
  EXPECT_EQ(refusal().code(), ErrorCode::kUsage);
  request.variables.clear();
  request.volumes = {"/gone:/data"};
  EXPECT_EQ(refusal().code(), ErrorCode::kNotFound);
  EXPECT_EQ(std::ranges::count(engine.calls, "pull"), 0);
}

TEST_F(PrepareRunTest, AnImageThatNobodyHasIsNotFound) {
  set_config(config, "container.image", "nowhere"s, flag_origin("--image"));
  EXPECT_EQ(refusal().code(), ErrorCode::kNotFound);
}

TEST_F(PrepareRunTest, ABrokenEngineIsUnavailable) {
  engine.failures.emplace("facts", Error(ErrorCode::kUnavailable, "podman is missing"));
  EXPECT_EQ(refusal().code(), ErrorCode::kUnavailable);
}

// ---- the host image

TEST_F(PrepareRunTest, TheHostImageShowsWhatTheHostHas) {
  use_host_image();
  const RunPlan prepared = plan();
  std::vector<std::string> shown;
  for (const Mount& mount : prepared.mounts)
    if (mount.source == mount.target && mount.kind == MountKind::kBind)
      shown.push_back(mount.target);
  EXPECT_EQ(shown, (std::vector<std::string>{"/usr", "/sbin", "/opt", "/etc/ld.so.cache",
                                             "/etc/python3.11", "/etc/ssl/certs"}));
  EXPECT_EQ(engine.calls, std::vector<std::string>{"facts"});
}

TEST_F(PrepareRunTest, TheHostImageHasASkeletonThatIsLikeTheHost) {
  use_host_image();
  const std::filesystem::path root = plan().image.root;
  EXPECT_EQ(root.parent_path(), "/home/ann/.local/state/mino/host-root");
  EXPECT_TRUE(files.exists(root / "etc/passwd"));
  const auto kind = [&](const char* name) {
    return files.info(root / name, FollowLinks::kNo).value().value_or(FileInfo{}).kind;
  };
  EXPECT_EQ(kind("bin"), FileKind::kSymlink);
  EXPECT_EQ(kind("lib64"), FileKind::kSymlink);
  EXPECT_EQ(kind("sbin"), FileKind::kDirectory);
  EXPECT_FALSE(files.exists(root / "lib32"));
}

TEST_F(PrepareRunTest, ShowingAPlanWritesNothing) {
  use_host_image();
  const std::string root = plan(PlanPurpose::kShow).image.root;
  EXPECT_FALSE(root.empty());
  EXPECT_FALSE(files.exists("/home/ann/.local/state/mino"));
  EXPECT_EQ(plan().image.root, root);
}

TEST_F(PrepareRunTest, ARefusedRequestWritesNothing) {
  use_host_image();
  request.volumes = {"/gone:/data"};
  EXPECT_EQ(refusal().code(), ErrorCode::kNotFound);
  EXPECT_FALSE(files.exists("/home/ann/.local/state/mino"));
}

TEST_F(PrepareRunTest, AStateDirectoryThatCannotBeWrittenIsNamed) {
  use_host_image();
  files.fail("/home/ann/.local/state/mino/host-root", ENOSPC);
  EXPECT_NE(refusal().text().find("/home/ann/.local/state/mino/host-root"), std::string::npos);
}

// ---- volumes and host paths

TEST_F(PrepareRunTest, SourcesOfVolumesHaveToExist) {
  files.add_file("/home/ann/file", "x");
  request.volumes = {"~/file:/file:ro", "named:/cache"};
  EXPECT_NE(mount_at(plan(), "/file"), nullptr);
  request.volumes = {"~/gone:/data"};
  const Error error = refusal();
  EXPECT_EQ(error.text(), "flag --volume: /home/ann/gone does not exist on the host");
  EXPECT_EQ(error.hint(), "make it first, e.g. with: mkdir -p /home/ann/gone");
}

TEST_F(PrepareRunTest, HostPathsHaveToBeDirectories) {
  use_host_image();
  files.add_file("/home/ann/tool", "x");
  for (const char* path : {"/home/ann/gone", "/home/ann/tool"}) {
    request.host_paths = {path};
    EXPECT_EQ(refusal().code(), ErrorCode::kNotFound) << path;
  }
}

TEST_F(PrepareRunTest, APrefixIsKnownByItsBin) {
  use_host_image();
  files.add_directory("/home/ann/.local/bin");
  files.add_directory("/home/ann/node/bin");
  request.host_paths = {"~/.local/bin", "~/node"};
  EXPECT_EQ(plan().path_prepend,
            (std::vector<std::string>{"/home/ann/.local/bin", "/home/ann/node/bin"}));
}

TEST_F(PrepareRunTest, ALinkDoesNotHideASensitiveHostPath) {
  use_host_image();
  files.add_symlink("/home/ann/tools", "/home/ann/.ssh");
  request.host_paths = {"~/tools"};
  EXPECT_EQ(refusal().code(), ErrorCode::kPermission);
}

// ---- variables

TEST_F(PrepareRunTest, FindsTheKnownHostsThatThereAre) {
  host.ssh_agent = {SshAgentFacts::State::kUsable, "/run/user/1001/agent"};
  EXPECT_TRUE(plan().ssh->known_hosts.empty());
  files.add_file("/home/ann/.ssh/known_hosts", "github.com ssh-ed25519 AAAA\n");
  files.add_file("/home/ann/.ssh/known_hosts2", "");
  files.add_directory("/etc/ssh/ssh_known_hosts2");
  files.add_file("/etc/ssh/ssh_known_hosts", "x\n");
  EXPECT_EQ(plan().ssh->known_hosts,
            (std::vector<std::string>{"/home/ann/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts"}));
}

TEST_F(PrepareRunTest, ValuesStandBesideThePlan) {
  environment.variables["TOKEN"] = "s3cret-from-host";
  request.variables = {"TOKEN", "GONE", "KEY=s3cret-typed"};
  const Result<PreparedRun> prepared = prepare();
  ASSERT_TRUE(prepared.ok());
  EXPECT_EQ(prepared->variables.at("TOKEN").reveal(), "s3cret-from-host");
  EXPECT_EQ(prepared->variables.at("KEY").reveal(), "s3cret-typed");
  EXPECT_FALSE(prepared->variables.contains("GONE"));
  EXPECT_EQ(notices.infos, std::vector<std::string>{"GONE is not set here and is left out"});
  EXPECT_EQ(to_text(prepared->plan, PlanDetail::kReasons).find("s3cret"), std::string::npos);
}

TEST_F(PrepareRunTest, PlannedVariablesAndValuesAreTheSame) {
  use_host_image();
  host.stdin_is_terminal = true;
  host.stdout_is_terminal = true;
  environment.variables["TOKEN"] = "x";
  request.variables = {"TOKEN", "GONE", "A=1", "A=2"};
  set_config(config, "container.env", ConfigTable{{"MODE", "test"}}, file_origin(3));
  const Result<PreparedRun> prepared = prepare();
  ASSERT_TRUE(prepared.ok());
  std::vector<std::string> planned;
  std::vector<std::string> valued;
  for (const PlannedVariable& variable : prepared->plan.environment)
    planned.push_back(variable.name);
  for (const auto& [name, value] : prepared->variables) valued.push_back(name);
  EXPECT_EQ(planned, valued);
  EXPECT_EQ(prepared->variables.at("A").reveal(), "2");
  EXPECT_EQ(prepared->variables.at("TERM").reveal(), "xterm-256color");
}

// ---- layers

class PrepareLayersTest : public PrepareRunTest {
 protected:
  PrepareLayersTest() {
    engine.images["localhost/base:1"] = ImageFacts{.id = std::string(64, 'a'),
                                                   .user = "developer",
                                                   .user_id = 1000,
                                                   .group_id = 1000,
                                                   .home = "/home/developer",
                                                   .family = ImageFamily::kMino};
    set_config(config, "container.layer_base", "localhost/base:1"s, file_origin(2));
    built_in = {{"rust/layer.toml",
                 "[layer]\nname = \"rust\"\ndescription = \"d\"\nversion = \"1\"\n"
                 "[cache]\npaths = [\"/cache/sccache\"]\n[env]\nA = \"1\"\n"}};
  }

  Result<PreparedRun> prepare_layers(PlanPurpose purpose) {
    ResolveLayers resolve({files, source, trust, clock, prompter, audit, notices},
                          {"/home/ann/.config/mino/layers", built_in, std::nullopt});
    ComposeLayers compose({engine, builder, digest, progress, notices}, resolve);
    PrepareRun use_case(
        {files, environment, engine, digest, random, notices, names, find_caches, &compose},
        "/home/ann/.local/state/mino");
    return use_case.execute(request, config, host, purpose);
  }

  toml::TomlConfigSource source;
  fakes::FakeTrustStore trust;
  fakes::FakeClock clock;
  fakes::FakePrompter prompter;
  fakes::FakeAuditSink audit;
  fakes::FakeImageBuilder builder{engine};
  fakes::FakeProgressLine progress;
  std::vector<CarriedLayerFile> built_in;
};

TEST_F(PrepareLayersTest, ARunBuildsWhatItAsksForAndUsesIt) {
  environment.variables["MINO_LAYERS"] = "rust";
  const auto prepared = prepare_layers(PlanPurpose::kRun);
  ASSERT_TRUE(prepared.ok()) << prepared.error().text();
  ASSERT_EQ(builder.builds.size(), 1U);
  EXPECT_EQ(prepared->plan.image.reference, builder.builds.front().tag);
  EXPECT_EQ(decision_on(prepared->plan, "image")->origin, "environment MINO_LAYERS");
  EXPECT_EQ(prepared->plan.user.user_id, 1000U);
  EXPECT_TRUE(prepared->plan.home_volume);
  EXPECT_EQ(prepared->variables.at("A").reveal(), "1");
}

TEST_F(PrepareLayersTest, ShowingBuildsAndPullsNothingAndAssumesTheBasesUser) {
  set_config(config, "container.image", "cargo"s, file_origin(1));
  const auto shown = prepare_layers(PlanPurpose::kShow);
  ASSERT_TRUE(shown.ok()) << shown.error().text();
  EXPECT_TRUE(builder.builds.empty());
  EXPECT_TRUE(shown->plan.image.reference.starts_with("localhost/mino-composed-"));
  EXPECT_EQ(decision_on(shown->plan, "image")->reason, "composed of the layers, to be built");
  EXPECT_EQ(shown->plan.user.user_id, 1000U);
  EXPECT_TRUE(shown->plan.home_volume);

  engine.images.clear();
  const auto unknown = prepare_layers(PlanPurpose::kShow);
  ASSERT_TRUE(unknown.ok()) << unknown.error().text();
  EXPECT_TRUE(builder.builds.empty());
  EXPECT_EQ(std::ranges::count(engine.calls, "pull"), 0);
}

TEST_F(PrepareLayersTest, NothingIsBuiltForARequestThatIsRefusedAnyway) {
  set_config(config, "container.layers", ConfigList{"rust"}, flag_origin("--layers"));
  request.volumes = {"nonsense"};
  EXPECT_EQ(prepare_layers(PlanPurpose::kRun).error().code(), ErrorCode::kUsage);
  request.volumes = {"/nowhere:/x"};
  EXPECT_EQ(prepare_layers(PlanPurpose::kRun).error().code(), ErrorCode::kNotFound);
  EXPECT_TRUE(builder.builds.empty());
}

TEST_F(PrepareLayersTest, LayersByFlagComeBeforeAConfiguredHost) {
  set_config(config, "container.image", "host"s, file_origin(1));
  set_config(config, "container.layers", ConfigList{"rust"}, flag_origin("--layers"));
  const auto prepared = prepare_layers(PlanPurpose::kRun);
  ASSERT_TRUE(prepared.ok()) << prepared.error().text();
  EXPECT_EQ(prepared->plan.image.kind, ImageChoice::Kind::kReference);
}

}  // namespace
}  // namespace mino::application
