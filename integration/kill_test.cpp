// SIGKILL where it hurts: of mino, of the supervisor of a detached session, of podman while it
// builds the box and of the monitor that podman leaves behind. The agent must not outlive its
// session's owner, and the next command must leave nothing.
#include "integration/support/box_test.hpp"
#include "integration/support/leftovers.hpp"

#include <gtest/gtest.h>

#include <signal.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

namespace mino::integration {
namespace {

namespace fs = std::filesystem;

constexpr seconds kPatience{60};

class Kill : public BoxTest {
 protected:
  void SetUp() override {
    BoxTest::SetUp();
    if (root_.empty()) return;
    // So that the only podman of the runs to come is the one that builds the box.
    for (const std::string& image : {image_, std::string("host")}) {
      const ProgramResult warm = run(mino({"run", "--image", image, "--no-home", "--", "true"}));
      ASSERT_EQ(warm.code, 0) << warm.err;
    }
  }

  /// An agent that no signal but SIGKILL ends, and that says "agent-up" when it is beyond that
  /// point.
  [[nodiscard]] std::vector<std::string> stubborn_agent() const {
    return {
        "sh", "-c",
        "trap '' HUP INT TERM QUIT; echo agent-up; while :; do sleep 1; done # " + agent_marker()};
  }
  [[nodiscard]] std::string agent_marker() const { return "agent-" + name(); }

  /// Processes inside the box alone: the marker is part of mino's own command line too.
  [[nodiscard]] std::vector<int> agents() const {
    std::vector<int> pids;
    for (const ProcessView& process : own_processes()) {
      if (process.program == "sh" && process.words.find(agent_marker()) != std::string::npos)
        pids.push_back(process.pid);
    }
    return pids;
  }

  [[nodiscard]] ProgramSpec session(const std::string& session, std::vector<std::string> options,
                                    std::vector<std::string> command) const {
    std::vector<std::string> words{"run", "--name", session};
    words.insert(words.end(), options.begin(), options.end());
    words.emplace_back("--");
    words.insert(words.end(), command.begin(), command.end());
    return mino(std::move(words));
  }

  [[nodiscard]] std::string status_of(const std::string& session) const {
    return json_member(slurp(record(session)), "status");
  }
  /// Returns when the supervisor is gone: the signal alone only asks for it.
  void kill_supervisor(const std::string& session) const {
    const std::string pid = json_member(slurp(record(session)), "pid");
    ASSERT_EQ(::kill(std::stoi(pid), SIGKILL), 0);
    ASSERT_TRUE(eventually([&] { return slurp("/proc/" + pid + "/cmdline").empty(); }, kPatience));
  }

  [[nodiscard]] std::string audit() const { return slurp(state_ / "mino/audit.log"); }

  [[nodiscard]] bool audited_as_lost(const std::string& session) const {
    std::istringstream lines(audit());
    for (std::string line; std::getline(lines, line);) {
      if (json_member(line, "event") == "session.stopped" && json_member(line, "name") == session &&
          json_member(line, "reason") == "lost")
        return true;
    }
    return false;
  }

  /// The next command after a kill: clears up, and tells nothing but the truth.
  void expect_lost_and_cleared(const std::string& session, const std::string& status) const {
    const ProgramResult listed = run(mino({"list"}));
    EXPECT_EQ(listed.code, 0) << listed.err;
    EXPECT_EQ(listed.out.find(session), std::string::npos) << listed.out;
    EXPECT_EQ(status_of(session), status) << slurp(record(session));
    EXPECT_EQ(json_member(slurp(record(session)), "reason"), "lost") << slurp(record(session));
    EXPECT_TRUE(audited_as_lost(session)) << audit();
    expect_nothing_left();
  }

  void expect_nothing_left(
      Leftovers::Namespaces namespaces = Leftovers::Namespaces::kCounted) const {
    const std::vector<std::string> left = leftovers_.wait(name(), namespaces);
    EXPECT_TRUE(left.empty()) << joined(left);
  }

  Leftovers leftovers_;
};

TEST_F(Kill, TheAgentOfAnAttachedSessionDiesWithMino) {
  for (const std::string& image : {image_, user_image_, std::string("host")}) {
    SCOPED_TRACE(image);
    const std::string session = name(image == "host"   ? "-host"
                                     : image == image_ ? "-root"
                                                       : "-user");
    Background program(this->session(session, {"--image", image, "--no-home"}, stubborn_agent()));
    ASSERT_TRUE(eventually([&] { return program.out() == "agent-up\n"; }, kPatience))
        << program.err();
    ASSERT_TRUE(eventually([&] { return status_of(session) == "running"; }, kPatience));
    ASSERT_FALSE(agents().empty());
    program.signal(SIGKILL);
    ASSERT_EQ(program.wait(kPatience), 128 + SIGKILL);
    EXPECT_TRUE(eventually([this] { return agents().empty(); }, seconds(10)));
    EXPECT_EQ(status_of(session), "running") << "nobody was there to write it";
    expect_lost_and_cleared(session, "stopped");
  }
}

TEST_F(Kill, TheAgentOfASessionWithATerminalDiesWithMino) {
  Terminal terminal(session(name(), {"--image", image_}, stubborn_agent()));
  ASSERT_TRUE(terminal.wait_for("agent-up", kPatience)) << terminal.screen();
  ASSERT_TRUE(eventually([this] { return status_of(name()) == "running"; }, kPatience));
  ASSERT_EQ(::kill(terminal.pid(), SIGKILL), 0);
  ASSERT_EQ(terminal.wait(kPatience), 128 + SIGKILL);
  EXPECT_TRUE(eventually([this] { return agents().empty(); }, seconds(10)));
  expect_lost_and_cleared(name(), "stopped");
}

TEST_F(Kill, TheAgentOfADetachedSessionDiesWithItsSupervisor) {
  const ProgramResult started =
      run(session(name(), {"--detach", "--image", image_}, stubborn_agent()));
  ASSERT_EQ(started.code, 0) << started.err;
  ASSERT_TRUE(eventually([this] { return !agents().empty(); }, kPatience));
  kill_supervisor(name());
  EXPECT_TRUE(eventually([this] { return agents().empty(); }, seconds(10)));
  expect_lost_and_cleared(name(), "stopped");
}

TEST_F(Kill, AnExecDiesWithTheOwnerOfItsSession) {
  const ProgramResult started =
      run(session(name(), {"--detach", "--image", image_}, {"sleep", "1000"}));
  ASSERT_EQ(started.code, 0) << started.err;
  std::vector<std::string> words{"exec", name(), "--"};
  for (const std::string& word : stubborn_agent()) words.push_back(word);
  Background client(mino(words));
  ASSERT_TRUE(eventually([&] { return client.out() == "agent-up\n"; }, kPatience)) << client.err();
  kill_supervisor(name());
  EXPECT_TRUE(client.wait(kPatience).has_value());
  EXPECT_TRUE(eventually([this] { return agents().empty(); }, seconds(10)));
  expect_lost_and_cleared(name(), "stopped");
}

TEST_F(Kill, TheNameOfALostSessionIsFreeAtOnce) {
  const ProgramResult started =
      run(session(name(), {"--detach", "--image", image_}, stubborn_agent()));
  ASSERT_EQ(started.code, 0) << started.err;
  kill_supervisor(name());
  const ProgramResult again = run(session(name(), {"--image", image_}, {"echo", "again"}));
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(again.out, "again\n");
  EXPECT_TRUE(agents().empty());
  EXPECT_TRUE(audited_as_lost(name())) << audit();
  expect_nothing_left();
}

TEST_F(Kill, ACleanUpThatIsKilledItselfIsDoneByTheNextCommand) {
  const ProgramResult started =
      run(session(name(), {"--detach", "--image", image_}, stubborn_agent()));
  ASSERT_EQ(started.code, 0) << started.err;
  kill_supervisor(name());
  {
    Background listing(mino({"list"}));
    static_cast<void>(eventually(
        [&] {
          return !children_named(listing.pid(), "podman").empty() || listing.wait(milliseconds(0));
        },
        kPatience));
    listing.signal(SIGKILL);
    ASSERT_TRUE(listing.wait(kPatience).has_value());
  }
  expect_lost_and_cleared(name(), "stopped");
}

struct Moment {
  std::string label;
  /// Whether it has come, for a mino of this process id and session.
  std::function<bool(pid_t, const fs::path& record, const fs::path& runtime)> reached;
};

class KillAtAMoment : public Kill {
 protected:
  [[nodiscard]] static std::vector<Moment> moments() {
    return {{"record",
             [](pid_t, const fs::path& record, const fs::path&) { return fs::exists(record); }},
            {"podman", [](pid_t mino, const fs::path&,
                          const fs::path&) { return !children_named(mino, "podman").empty(); }},
            {"id", [](pid_t, const fs::path&,
                      const fs::path& runtime) { return !slurp(runtime / "cid").empty(); }},
            {"conmon",
             [](pid_t, const fs::path&, const fs::path& runtime) {
               return !monitors_of(runtime.filename()).empty();
             }},
            {"running", [](pid_t, const fs::path& record, const fs::path&) {
               return json_member(slurp(record), "status") == "running";
             }}};
  }

  [[nodiscard]] static std::vector<int> monitors_of(const std::string& session) {
    std::vector<int> pids;
    for (const ProcessView& process : own_processes()) {
      if (process.program == "conmon" &&
          process.words.find("-n mino-" + session + "-") != std::string::npos)
        pids.push_back(process.pid);
    }
    return pids;
  }

  [[nodiscard]] static fs::path runtime(const std::string& session) {
    return fs::path(::getenv("XDG_RUNTIME_DIR")) / "mino" / session;
  }
};

TEST_F(KillAtAMoment, MinoLeavesNothingThatTheNextCommandDoesNotClear) {
  for (const Moment& moment : moments()) {
    SCOPED_TRACE(moment.label);
    const std::string session = name("-" + moment.label);
    Background program(this->session(session, {"--image", "host", "--no-home"}, stubborn_agent()));
    ASSERT_TRUE(
        eventually([&] { return moment.reached(program.pid(), record(session), runtime(session)); },
                   kPatience))
        << program.err();
    program.signal(SIGKILL);
    ASSERT_EQ(program.wait(kPatience), 128 + SIGKILL);
    const std::string was = status_of(session);
    expect_lost_and_cleared(session, was == "starting" ? "failed" : "stopped");
  }
}

TEST_F(KillAtAMoment, ASupervisorThatStartsASessionIsMissedByItsCaller) {
  for (const Moment& moment : moments()) {
    if (moment.label == "podman" || moment.label == "running") continue;
    SCOPED_TRACE(moment.label);
    const std::string session = name("-" + moment.label);
    Background caller(this->session(session, {"--detach", "--image", image_}, stubborn_agent()));
    ASSERT_TRUE(eventually(
        [&] { return moment.reached(caller.pid(), record(session), runtime(session)); }, kPatience))
        << caller.err();
    const int supervisor = std::stoi(json_member(slurp(record(session)), "pid"));
    ASSERT_NE(supervisor, caller.pid());
    ASSERT_EQ(::kill(supervisor, SIGKILL), 0);
    // The signal only asks for it.
    ASSERT_TRUE(eventually(
        [&] { return slurp("/proc/" + std::to_string(supervisor) + "/cmdline").empty(); },
        kPatience));
    const auto code = caller.wait(kPatience);
    ASSERT_TRUE(code.has_value());
    const std::string was = status_of(session);
    // The agent may have started in the meantime, and been reported.
    if (was == "starting") {
      EXPECT_EQ(*code, 125) << caller.err();
    }
    expect_lost_and_cleared(session, was == "starting" ? "failed" : "stopped");
  }
}

TEST_F(KillAtAMoment, APodmanThatDiesIsOneErrorAndLeavesNothing) {
  for (const Moment& moment : moments()) {
    if (moment.label == "record" || moment.label == "running") continue;
    SCOPED_TRACE(moment.label);
    const std::string session = name("-" + moment.label);
    Background program(this->session(session, {"--image", image_}, {"sleep", "0.5"}));
    ASSERT_TRUE(
        eventually([&] { return moment.reached(program.pid(), record(session), runtime(session)); },
                   kPatience))
        << program.err();
    for (const int podman : children_named(program.pid(), "podman")) ::kill(podman, SIGKILL);
    const auto code = program.wait(kPatience);
    ASSERT_TRUE(code.has_value()) << "mino waits for a podman that is dead";
    if (*code != 0) {
      EXPECT_EQ(*code, 125);
      EXPECT_TRUE(program.err().starts_with("error: ")) << program.err();
      EXPECT_EQ(status_of(session), "failed");
    }
    expect_nothing_left(Leftovers::Namespaces::kLeftOut);
  }
}

TEST_F(KillAtAMoment, ASessionWhoseMonitorDiesStillEndsAndLeavesNothing) {
  for (const std::string& mode : {std::string("attached"), std::string("detached")}) {
    SCOPED_TRACE(mode);
    const std::string session = name("-" + mode);
    std::vector<std::string> options{"--image", image_};
    if (mode == "detached") options.emplace_back("--detach");
    Background program(this->session(
        session, options,
        {"sh", "-c", "echo up; while [ ! -e go-" + mode + " ]; do sleep 0.1; done; exit 7"}));
    ASSERT_TRUE(
        eventually([&] { return status_of(session) == "running" && !monitors_of(session).empty(); },
                   kPatience))
        << program.err();
    for (const int monitor : monitors_of(session)) ::kill(monitor, SIGKILL);
    std::ofstream(project_ / ("go-" + mode)) << "";
    ASSERT_TRUE(eventually([&] { return status_of(session) == "stopped"; }, kPatience))
        << slurp(record(session));
    const auto code = program.wait(kPatience);
    ASSERT_TRUE(code.has_value());
    EXPECT_EQ(*code, mode == "attached" ? 7 : 0) << program.err();
    EXPECT_EQ(json_member(slurp(record(session)), "exit_code"), "7") << slurp(record(session));
    EXPECT_EQ(run(mino({"list"})).code, 0);
    expect_nothing_left();
  }
}

int sweep_step(int fallback) {
  const char* text = ::getenv("MINO_SWEEP_STEP_MS");
  return text == nullptr ? fallback : std::max(std::atoi(text), 1);
}

/// Podman's client is two processes: the one that was started, and itself again in the user's
/// namespace, which does the work.
enum class Victim { kClient, kClientAndWorker };

void kill_podman(pid_t client, Victim victim) {
  std::vector<int> workers;
  if (victim == Victim::kClientAndWorker) workers = children_named(client, "podman");
  for (const int worker : workers) ::kill(worker, SIGKILL);
  ::kill(client, SIGKILL);
}

class KillSweep : public Kill {};

TEST_F(KillSweep, NothingIsLeftWheneverPodmanDies) {
  int failed = 0;
  for (int after = 0; after <= 400; after += sweep_step(10)) {
    SCOPED_TRACE(std::to_string(after) + " ms");
    const std::string session = name("-" + std::to_string(after));
    const bool from_host = after / 10 % 4 < 2;  // unnamed volumes come with it
    Background program(
        this->session(session, {"--image", from_host ? "host" : image_, "--no-home"}, {"true"}));
    std::vector<int> clients;
    ASSERT_TRUE(eventually(
        [&] {
          return !(clients = children_named(program.pid(), "podman")).empty() ||
                 program.wait(milliseconds(0));
        },
        kPatience));
    std::this_thread::sleep_for(milliseconds(after));
    // Looked for again: its number may be another process's by now.
    for (const int client : children_named(program.pid(), "podman"))
      kill_podman(client, after / 10 % 2 == 0 ? Victim::kClient : Victim::kClientAndWorker);
    const auto code = program.wait(kPatience);
    ASSERT_TRUE(code.has_value()) << "mino waits for a podman that is dead";
    EXPECT_TRUE(*code == 0 || *code == 125) << *code << ' ' << program.err();
    if (*code == 125) {
      EXPECT_NE(program.err().find("error: "), std::string::npos) << program.err();
      ++failed;
    }
    // What could not be removed at once is left to the next command, and so is the record's end.
    if (*code == 125 && status_of(session) == "starting") {
      EXPECT_EQ(run(mino({"list"})).code, 0);
    }
    EXPECT_EQ(status_of(session), *code == 0 ? "stopped" : "failed") << program.err();
  }
  EXPECT_GT(failed, 0) << "no podman was killed in time";
  EXPECT_EQ(run(mino({"list"})).code, 0);
  expect_nothing_left(Leftovers::Namespaces::kLeftOut);
}

TEST_F(KillSweep, NothingIsLeftWheneverMinoDies) {
  std::vector<std::string> sessions;
  for (int after = 0; after <= 600; after += 4 * sweep_step(10)) {
    const std::string session = name("-" + std::to_string(after));
    Background program(
        this->session(session, {"--image", after / 40 % 2 == 0 ? "host" : image_, "--no-home"},
                      {"sleep", "0.2"}));
    std::this_thread::sleep_for(milliseconds(after));
    program.signal(SIGKILL);
    ASSERT_TRUE(program.wait(kPatience).has_value());
    sessions.push_back(session);
  }
  const ProgramResult listed = run(mino({"list"}));
  EXPECT_EQ(listed.code, 0) << listed.err;
  EXPECT_EQ(listed.out, "");
  for (const std::string& session : sessions) {
    if (!fs::exists(record(session))) continue;
    const std::string status = status_of(session);
    EXPECT_TRUE(status == "stopped" || status == "failed") << slurp(record(session));
    if (json_member(slurp(record(session)), "exit_code") != "null")
      continue;  // it had ended by then
    EXPECT_EQ(json_member(slurp(record(session)), "reason"), "lost") << slurp(record(session));
    EXPECT_TRUE(audited_as_lost(session)) << session;
  }
  expect_nothing_left();
}

}  // namespace
}  // namespace mino::integration
