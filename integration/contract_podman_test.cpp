// The container engine's contract on real rootless podman, with containers that podman itself keeps
// running.
#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/podman/podman_engine.hpp"
#include "adapters/posix/boost_process_runner.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "adapters/posix/posix_process_table.hpp"
#include "adapters/posix/process_environment.hpp"
#include "integration/support/program.hpp"
#include "tests/contract/container_engine_contract.hpp"
#include "tests/fakes/fake_facts_cache.hpp"
#include "tests/fakes/fake_notices.hpp"

#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <set>

namespace mino::contract {
namespace {

using integration::ProgramResult;

constexpr char kRootImage[] = "localhost/mino-test:latest";
constexpr char kUserImage[] = "localhost/mino-test-user:latest";

ProgramResult podman(std::vector<std::string> words) {
  words.insert(words.begin(), "podman");
  return integration::run(
      {.argv = std::move(words), .environment = {}, .directory = {}, .input = {}});
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

/// Why podman cannot run a container here; empty when it can. Asked once.
const std::string& podman_problem() {
  static const std::string problem = [] {
    if (::geteuid() == 0) return std::string("the tests run as root; rootless podman needs a user");
    const ProgramResult tried = podman({"run", "--rm", "--network", "none", kRootImage, "true"});
    return tried.code == 0 ? std::string() : "podman cannot run a container here: " + tried.err;
  }();
  return problem;
}

class PodmanHarness final : public ContainerEngineHarness {
 public:
  ~PodmanHarness() override {
    for (const std::string& container : containers_)
      static_cast<void>(podman({"rm", "--force", "--ignore", "--time", "0", container}));
    for (const std::string& volume : volumes_) static_cast<void>(podman({"volume", "rm", volume}));
  }

  ContainerEngine& engine() override { return engine_; }

  std::string problem() override { return podman_problem(); }

  std::string root_image() override { return kRootImage; }
  std::string user_image() override { return kUserImage; }

  BoxTrace start_box(const std::string& session) override {
    return make(session, {"sleep", "300"});
  }

  BoxTrace leave_box(const std::string& session) override {
    BoxTrace trace = make(session, {"true"});
    EXPECT_EQ(podman({"wait", trace.container_id}).code, 0);
    return trace;
  }

  bool has_volume(const std::string& name) override {
    volumes_.insert(name);
    return podman({"volume", "inspect", name}).code == 0;
  }

  std::string unique(const std::string& stem) override {
    return "mino-contract-" + std::to_string(::getpid()) + "-" + stem + "-" +
           std::to_string(++count_);
  }

 private:
  BoxTrace make(const std::string& session, const std::vector<std::string>& command) {
    BoxTrace trace{.container_id = {}, .container_name = unique("box"), .session = session};
    std::vector<std::string> words{
        "run",     "--detach",           "--network", "none",
        "--name",  trace.container_name, "--label",   "io.mino.session=" + session,
        kRootImage};
    words.insert(words.end(), command.begin(), command.end());
    const ProgramResult started = podman(words);
    EXPECT_EQ(started.code, 0) << started.err;
    trace.container_id = first_line(started.out);
    containers_.insert(trace.container_name);
    return trace;
  }

  posix::PosixFileSystem files_;
  posix::ProcessEnvironment environment_;
  posix::BoostProcessRunner runner_;
  posix::PosixProcessTable processes_;
  json::RapidJsonCodec json_;
  fakes::FakeFactsCache cache_;
  fakes::FakeNotices notices_;
  podman::PodmanEngine engine_{{.files = files_,
                                .environment = environment_,
                                .runner = runner_,
                                .processes = processes_,
                                .cache = cache_,
                                .json = json_,
                                .notices = notices_}};
  std::set<std::string> containers_;
  std::set<std::string> volumes_;
  int count_ = 0;
};

/// Podman goes on saying that it runs.
TEST(PodmanEngine, RemovesABoxWhoseConmonAndInitWereKilled) {
  PodmanHarness harness;
  if (const std::string problem = harness.problem(); !problem.empty()) {
    const char* required = std::getenv("MINO_REQUIRE_REAL");
    if (required != nullptr && std::string(required) == "1") FAIL() << problem;
    GTEST_SKIP() << problem;
  }
  const BoxTrace box = harness.start_box(harness.unique("killed"));
  const std::string init = podman({"inspect", "--format", "{{.State.Pid}}", box.container_id}).out;
  const std::string conmon =
      podman({"inspect", "--format", "{{.State.ConmonPid}}", box.container_id}).out;
  ASSERT_EQ(::kill(std::stoi(conmon), SIGKILL), 0);
  ASSERT_EQ(::kill(std::stoi(init), SIGKILL), 0);
  const Result<void> removed = harness.engine().remove_box(box);
  ASSERT_TRUE(removed.ok()) << removed.error().text();
  EXPECT_EQ(*harness.engine().box_state(box), BoxState::kGone);
}

INSTANTIATE_TEST_SUITE_P(Podman, ContainerEngineContract,
                         ::testing::Values([]() -> std::unique_ptr<ContainerEngineHarness> {
                           return std::make_unique<PodmanHarness>();
                         }));

}  // namespace
}  // namespace mino::contract
