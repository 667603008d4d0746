// Boxes built by the builder itself, without an owner behind it: what a podman that is killed at
// any moment leaves, and that nothing of it is there any more after remove_box.
#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/podman/box_processes.hpp"
#include "adapters/podman/podman_box_builder.hpp"
#include "adapters/podman/podman_engine.hpp"
#include "adapters/posix/boost_process_runner.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "adapters/posix/posix_process_table.hpp"
#include "adapters/posix/process_environment.hpp"
#include "integration/support/program.hpp"
#include "tests/fakes/fake_facts_cache.hpp"
#include "tests/fakes/fake_notices.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

namespace mino::podman {
namespace {

using integration::ProgramResult;
using std::chrono::milliseconds;

constexpr char kImage[] = "localhost/mino-test:latest";

std::string output_of(std::vector<std::string> words) {
  return integration::run(
             {.argv = std::move(words), .environment = {}, .directory = {}, .input = {}})
      .out;
}

std::set<std::string> lines_of(const std::string& text) {
  std::istringstream lines(text);
  std::set<std::string> result;
  for (std::string line; std::getline(lines, line);) result.insert(line);
  return result;
}

/// A static program that can stand as a box's first process. What it does there does not matter
/// here.
std::string init_program() {
  if (const char* path = std::getenv("MINO_INIT")) return path;
  for (const char* path : {"/usr/libexec/podman/catatonit", "/usr/bin/catatonit"}) {
    if (std::filesystem::exists(path)) return path;
  }
  return {};
}

class PodmanBuilder : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string problem;
    if (::geteuid() == 0) problem = "the tests run as root; rootless podman needs a user";
    if (problem.empty() &&
        output_of({"podman", "image", "inspect", "--format", "{{.Id}}", kImage}).empty())
      problem = "podman has no image " + std::string(kImage);
    if (problem.empty() && init_program().empty())
      problem = "there is no static program to stand as init";
    if (problem.empty()) return;
    const char* required = std::getenv("MINO_REQUIRE_REAL");
    if (required != nullptr && std::string(required) == "1") FAIL() << problem;
    GTEST_SKIP() << problem;
  }

  RunPlan plan(const std::string& session) {
    RunPlan plan{.session = SessionName::parse(session).value()};
    plan.container_name = "mino-" + session + "-0a1b";
    plan.project = directory_.path().string();
    plan.workdir = "/";
    plan.hostname = session;
    plan.runtime_dir = (directory_ / session).string();
    std::filesystem::create_directories(plan.runtime_dir);
    plan.init_program = init_program();
    plan.image.reference = kImage;
    plan.network = NetworkMode::kNone;
    plan.mounts = {{.kind = MountKind::kVolume,
                    .source = {},
                    .target = "/fresh",
                    .access = MountAccess::kReadWrite}};
    return plan;
  }

  static BoxTrace trace_of(const RunPlan& plan) {
    std::ifstream file(plan.runtime_dir + "/cid");
    return {.container_id = {std::istreambuf_iterator<char>(file), {}},
            .container_name = plan.container_name,
            .session = plan.session.str()};
  }

  /// The box's end of a lifeline; ours is kept open until the test ends.
  posix::UniqueFd lifeline() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), 0);
    owner_ends_.emplace_back(ends[0]);
    return posix::UniqueFd(ends[1]);
  }

  static Result<std::string> finish(posix::BoxBuild& build) {
    pollfd wait{.fd = build.process_fd(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&wait, 1, 30000), 1);
    build.drain();
    return build.finish();
  }

  testing_support::TempDir directory_;
  posix::PosixFileSystem files_;
  posix::ProcessEnvironment environment_;
  posix::BoostProcessRunner runner_;
  posix::PosixProcessTable processes_;
  json::RapidJsonCodec json_;
  fakes::FakeFactsCache cache_;
  fakes::FakeNotices notices_;
  PodmanBoxBuilder builder_{files_, environment_, "0.0.0"};
  PodmanEngine engine_{{.files = files_,
                        .environment = environment_,
                        .runner = runner_,
                        .processes = processes_,
                        .cache = cache_,
                        .json = json_,
                        .notices = notices_}};
  std::vector<posix::UniqueFd> owner_ends_;
};

/// Volumes without a name that no container uses.
std::set<std::string> unused_volumes() {
  std::set<std::string> volumes =
      lines_of(output_of({"podman", "volume", "ls", "--quiet", "--filter", "dangling=true"}));
  std::erase_if(volumes, [](const std::string& name) { return !is_container_id(name); });
  return volumes;
}

/// Names and states. Podman does not apply --filter to containers that it does not know itself.
std::string containers_named(const std::string& name) {
  std::string found;
  for (const std::string& line : lines_of(output_of(
           {"podman", "ps", "--all", "--external", "--format", "{{.Names}} {{.Status}}"}))) {
    if (line.starts_with(name + " ")) found += line + "\n";
  }
  return found;
}

std::string processes_with(const std::string& text) {
  return output_of({"pgrep", "--full", "--list-full", text});
}

TEST_F(PodmanBuilder, BuildsABoxAndSaysItsId) {
  const RunPlan plan = this->plan("built-" + std::to_string(::getpid()));
  auto build = builder_.start(plan, lifeline());
  ASSERT_TRUE(build.ok()) << build.error().text();
  const Result<std::string> id = finish(**build);
  ASSERT_TRUE(id.ok()) << id.error().text();
  EXPECT_EQ(trace_of(plan).container_id, *id);
  EXPECT_TRUE(engine_.remove_box(trace_of(plan)).ok());
  EXPECT_EQ(containers_named(plan.container_name), "");
}

TEST_F(PodmanBuilder, SaysThatThereIsNoSuchImage) {
  RunPlan plan = this->plan("noimage-" + std::to_string(::getpid()));
  plan.image.reference = "localhost/no-such-image:1";
  auto build = builder_.start(plan, lifeline());
  ASSERT_TRUE(build.ok()) << build.error().text();
  const Result<std::string> id = finish(**build);
  ASSERT_FALSE(id.ok());
  EXPECT_EQ(id.error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(id.error().hint(), "podman pull localhost/no-such-image:1");
}

TEST_F(PodmanBuilder, NothingIsLeftOfAPodmanThatIsKilledAtAnyMoment) {
  const char* step_text = std::getenv("MINO_SWEEP_STEP_MS");
  const int step = step_text == nullptr ? 20 : std::atoi(step_text);
  const std::set<std::string> volumes_before = unused_volumes();
  for (int after = 0; after <= 400; after += step) {
    const RunPlan plan =
        this->plan("killed-" + std::to_string(::getpid()) + "-" + std::to_string(after));
    auto build = builder_.start(plan, lifeline());
    ASSERT_TRUE(build.ok()) << build.error().text();
    pollfd wait{.fd = (*build)->process_fd(), .events = POLLIN, .revents = 0};
    const bool ended = ::poll(&wait, 1, after) == 1;
    build->reset();       // kills podman
    owner_ends_.clear();  // and so does the owner end
    const Result<void> removed = engine_.remove_box(trace_of(plan));
    EXPECT_TRUE(removed.ok()) << after << " ms: " << removed.error().text();
    EXPECT_EQ(containers_named(plan.container_name), "") << after << " ms";
    EXPECT_EQ(processes_with(plan.container_name), "") << after << " ms";
    const std::string id = trace_of(plan).container_id;
    if (!id.empty()) {
      EXPECT_EQ(output_of({"crun", "list"}).find(id), std::string::npos) << after << " ms";
      EXPECT_EQ(processes_with(id), "") << after << " ms";
    }
    EXPECT_EQ(unused_volumes(), volumes_before) << after << " ms";
    // What follows would only see boxes that were complete.
    if (ended && after >= 200) break;
  }
}

}  // namespace
}  // namespace mino::podman
