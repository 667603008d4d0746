// Plans as a person and as a program reads them. MINO_UPDATE_GOLDEN=1 rewrites the expected texts.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "adapters/json/rapid_json_codec.hpp"
#include "tests/support/test_paths.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino {
namespace {

using namespace std::string_literals;
using testing_support::file_origin;
using testing_support::flag_origin;
using testing_support::host_image_inputs;
using testing_support::plain_inputs;
using testing_support::plan_of;
using testing_support::set_config;

void expect_golden(const std::string& name, const std::string& text) {
  const std::filesystem::path path =
      std::filesystem::path(testing_support::golden_directory()) / "plan" / name;
  if (std::getenv("MINO_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  const std::string expected{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(text, expected) << path;
}

struct Case {
  std::string name;
  RunInputs inputs;
};

RunInputs shell_at_a_terminal() {
  RunInputs inputs = host_image_inputs();
  inputs.host.stdin_is_terminal = true;
  inputs.host.stdout_is_terminal = true;
  return inputs;
}

RunInputs agent_without_network() {
  RunInputs inputs = plain_inputs();
  inputs.request.name = "calm-otter";
  inputs.request.command = {{"claude", "-p", "fix the tests", "it's\nnew"}};
  set_config(inputs.config, "container.network", "none"s, flag_origin("--network"));
  set_config(inputs.config, "container.read_only", true, file_origin(12));
  set_config(inputs.config, "container.memory", "4g"s, file_origin(13));
  set_config(inputs.config, "container.cpus", "1.5"s, flag_origin("--cpus"));
  inputs.engine.cgroup_controllers = {"cpu", "pids"};
  return inputs;
}

RunInputs detached_with_volumes() {
  RunInputs inputs = plain_inputs();
  inputs.image->user = "node";
  inputs.image->user_id = 1000;
  inputs.image->group_id = 1000;
  inputs.request.command = {{"make", "test"}};
  inputs.request.detach = Switch::kOn;
  inputs.request.keep = Switch::kOn;
  inputs.request.volumes = {"~/data:/data:ro", "cache:/var/cache/npm"};
  inputs.request.variables = {"API_TOKEN=never-shown", "HOST_TOKEN", "GONE"};
  inputs.missing_variables = {"GONE"};
  set_config(inputs.config, "container.env", ConfigTable{{"MODE", "test"}}, file_origin(4));
  set_config(inputs.config, "ssh.hosts", ConfigList{"example.org"}, file_origin(5));
  return inputs;
}

RunInputs with_caches() {
  RunInputs inputs = plain_inputs();
  inputs.request.command = {{"npm", "ci"}};
  inputs.request.volumes = {"/data/pip:/cache/pip"};
  inputs.caches.lockfiles = {{"npm", "package-lock.json", "0123456789ab"},
                             {"pip", "requirements.txt", "0123456789ab"}};
  CacheRecord known = new_cache_record({"npm", "0123456789ab", ""}, 0, std::nullopt, {});
  known.state = CacheState::kComplete;
  inputs.caches.records = {known};
  inputs.caches.warnings = {"no cargo cache: /src/app/Cargo.lock is no regular file"};
  return inputs;
}

RunInputs host_with_everything() {
  RunInputs inputs = host_image_inputs();
  inputs.project = "/home/ann";
  inputs.host.selinux_enabled = true;
  inputs.request.project = "/home/ann";
  inputs.request.sensitive_project = Switch::kOn;
  inputs.request.command = {{"codex"}};
  inputs.request.terminal = Switch::kOn;
  inputs.request.home = Switch::kOff;
  inputs.request.host_paths = {"/home/ann/.nvm/versions/node/v22"};
  inputs.host_paths = {{"/home/ann/.nvm/versions/node/v22", "/home/ann/.nvm/versions/node/v22",
                        HostPathFacts::Layout::kPrefix}};
  set_config(inputs.config, "container.network", "host"s, flag_origin("--network"));
  set_config(inputs.config, "container.allow_nested_sandbox", true,
             flag_origin("--allow-nested-sandbox"));
  inputs.host.ssh_agent = {SshAgentFacts::State::kUsable, "/tmp/ssh-XX/agent.7"};
  inputs.host.known_hosts = {"/home/ann/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts"};
  set_config(inputs.config, "ssh.keys", ConfigList{"work@laptop"}, file_origin(12));
  set_config(inputs.config, "ssh.hosts", ConfigList{"github.com", "git.example:2222"},
             file_origin(13));
  set_config(inputs.config, "ssh.sign", true, file_origin(14));
  return inputs;
}

RunInputs absent_image() {
  RunInputs inputs = plain_inputs();
  inputs.image.reset();
  inputs.project = "/src/g\xC3\xA9n\xC3\xA9rateur, \"deux\"";
  inputs.request.entrypoint = "";
  set_config(inputs.config, "container.image", "localhost/busy:latest"s,
             {OriginKind::kEnvironment, "MINO_CONTAINER_IMAGE", 0, 0});
  return inputs;
}

RunInputs allow_list() {
  RunInputs inputs = plain_inputs();
  inputs.request.command = {{"claude"}};
  inputs.encoded_rules = {
      {"*.b\xC3\xBC"
       "cher.example:443",
       "*.xn--bcher-kva.example:443"}};
  set_config(inputs.config, "container.network_allow",
             ConfigList{"GitHub.com:443",
                        "*.b\xC3\xBC"
                        "cher.example:443",
                        "10.0.0.0/8:*", "[2001:db8::1]:22", "host.mino.internal:5432"},
             flag_origin("--network-allow"));
  set_config(inputs.config, "container.network_allow_private", true, file_origin(8));
  set_config(inputs.config, "network.deny_at", "dns"s, file_origin(11));
  return inputs;
}

RunInputs registries_by_iptables() {
  RunInputs inputs = plain_inputs();
  inputs.request.command = {{"npm", "ci"}};
  set_config(inputs.config, "container.network_preset", "registries"s, file_origin(7));
  set_config(inputs.config, "container.network_engine", "iptables"s, file_origin(8));
  return inputs;
}

TEST(PlanGolden, TextAndJson) {
  const Case cases[] = {{"shell-at-a-terminal", shell_at_a_terminal()},
                        {"agent-without-network", agent_without_network()},
                        {"detached-with-volumes", detached_with_volumes()},
                        {"host-with-everything", host_with_everything()},
                        {"with-caches", with_caches()},
                        {"absent-image", absent_image()},
                        {"allow-list", allow_list()},
                        {"registries-by-iptables", registries_by_iptables()}};
  for (const auto& [name, inputs] : cases) {
    const RunPlan plan = plan_of(inputs);
    expect_golden(name + ".txt", to_text(plan, PlanDetail::kValues));
    expect_golden(name + ".explain.txt", to_text(plan, PlanDetail::kReasons));
    expect_golden(name + ".json",
                  json::RapidJsonCodec().write(to_json(plan), JsonLayout::kPretty) + "\n");
  }
}

TEST(PlanText, HoldsNoValueOfAVariable) {
  const RunPlan plan = plan_of(detached_with_volumes());
  const std::string all = to_text(plan, PlanDetail::kReasons) +
                          json::RapidJsonCodec().write(to_json(plan), JsonLayout::kCompact);
  EXPECT_EQ(all.find("never-shown"), std::string::npos);
  EXPECT_NE(all.find("API_TOKEN"), std::string::npos);
}

TEST(PlanText, CannotDriveATerminal) {
  RunInputs inputs = plain_inputs();
  inputs.request.command = {{"printf", "\x1B]0;x\x07", "a\nb"}};
  const std::string text = to_text(plan_of(inputs), PlanDetail::kReasons);
  EXPECT_EQ(text.find('\x1B'), std::string::npos);
  EXPECT_EQ(text.find('\x07'), std::string::npos);
  EXPECT_NE(text.find("a\\x0ab"), std::string::npos);
}

TEST(Grants, EachHasAKindAndALine) {
  const Mount mount{MountKind::kVolume, "cache", "/cache", MountAccess::kReadWrite,
                    MountLabel::kKeep};
  const struct {
    Grant grant;
    const char* kind;
    const char* line;
  } cases[] = {
      {ProjectGrant{"/src/app"}, "project", "the project /src/app, writable"},
      {SensitiveProjectGrant{"/home/ann", "is your home directory"}, "sensitive-project",
       "the sensitive project /home/ann, which is your home directory"},
      {MountGrant{mount}, "mount", "the volume cache at /cache, writable"},
      {MountGrant{{MountKind::kBind, "/data", "/d", MountAccess::kReadOnly, MountLabel::kKeep}},
       "mount", "the host's /data at /d, read-only"},
      {HostPathGrant{"/tools"}, "host-path", "the host's programs in /tools, read-only"},
      {HostSystemGrant{}, "host-system", "the host's /usr and parts of its /etc, read-only"},
      {HostNetworkGrant{}, "host-network",
       "the host's network, its own services on localhost included"},
      {OpenNetworkGrant{}, "open-network", "a network with a route out and no rules"},
      {EgressGrant{"github.com:443"}, "egress", "connections to github.com:443"},
      {PrivateAddressesGrant{}, "private-addresses",
       "private addresses behind the names it may connect to"},
      {HostLoopbackGrant{"host.mino.internal:80"}, "host-loopback",
       "a service on the host's own localhost, as host.mino.internal:80"},
      {HostVariableGrant{"TOKEN"}, "host-variable", "the host's value of the variable TOKEN"},
      {NestedSandboxGrant{}, "nested-sandbox", "user namespaces inside the box"},
  };
  for (const auto& [grant, kind, line] : cases) {
    EXPECT_EQ(grant_kind(grant), kind);
    EXPECT_EQ(describe(grant), line);
  }
}

}  // namespace
}  // namespace mino
