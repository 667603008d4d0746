// `mino run -d`, `mino stop`, `mino list` and the session records.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "integration/support/agent_test.hpp"
#include "integration/support/program.hpp"

namespace mino::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

mode_t mode_of(const fs::path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 07777U : 0;
}

class Detached : public AgentTest {};

TEST_F(Detached, PrintsItsNameAndNothingElse) {
  const ProgramResult started = run_agent({"sleep", "1000"}, {"-d", "-n", name()});
  EXPECT_EQ(started.code, 0);
  EXPECT_EQ(started.out, name() + "\n");
  EXPECT_EQ(started.err, "");
}

TEST_F(Detached, IsRunningWhenTheCommandReturns) {
  const std::string session = sleeping_session();
  EXPECT_THAT(slurp(record(session)), HasSubstr("\"status\": \"running\""));
}

TEST_F(Detached, ReturnsAtOnceThoughTheAgentHoldsItsStreams) {
  const ProgramResult started =
      run(bash("box -d -- sh -c 'sleep 1000 & exec sleep 1000' | cat; echo done"));
  EXPECT_THAT(started.out, ContainsRegex("[a-z]+-[a-z]+-[0-9a-f]+\ndone\n"));
}

TEST_F(Detached, FailsWith127ForACommandThatIsNotThere) {
  const ProgramResult started = run_agent({"no-such-command"}, {"-d"});
  EXPECT_EQ(started.code, 127);
  EXPECT_EQ(started.out, "");
  EXPECT_EQ(started.err, "error: no-such-command: no such command in the box\n");
}

TEST_F(Detached, FailsWith126ForAFileThatIsNotExecutable) {
  const ProgramResult started = run_agent({"/etc/passwd"}, {"-d"});
  EXPECT_EQ(started.code, 126);
  EXPECT_EQ(started.out, "");
}

TEST_F(Detached, FailsWith125BeforeTheAgent) {
  image_ = "localhost/mino-no-such-image:latest";
  const ProgramResult started = run_agent({"true"}, {"-d"});
  EXPECT_EQ(started.code, 125);
  EXPECT_EQ(started.out, "");
}

TEST_F(Detached, OutlivesItsShell) {
  const ProgramResult started =
      run(bash("setsid --wait bash -c '\"$MINO\" run --image \"$IMAGE\" --network none -d -n " +
               name() + " -- sleep 1000; kill -HUP 0'"));
  EXPECT_EQ(started.out, name() + "\n") << started.err;
  EXPECT_EQ(run_mino({"exec", name(), "--", "true"}).code, 0);
}

TEST_F(Detached, RecordsHowItEnded) {
  EXPECT_EQ(run_sh("exit 9", {"-d", "-n", name()}).code, 0);
  EXPECT_TRUE(eventually(
      [&] { return slurp(record(name())).find("\"exit_code\": 9") != std::string::npos; },
      seconds(30)));
  EXPECT_THAT(slurp(record(name())), HasSubstr("\"status\": \"stopped\""));
}

class StopCommand : public AgentTest {
 protected:
  /// A detached agent that does `on_term` when it is asked to end; it runs when this returns.
  [[nodiscard]] std::string session_that(const std::string& on_term) const {
    const ProgramResult started =
        run_sh("trap '" + on_term + "' TERM; touch ready; while :; do sleep 0.1; done",
               {"-d", "-n", name()});
    EXPECT_EQ(started.code, 0) << started.err;
    EXPECT_TRUE(eventually([this] { return fs::exists(project_ / "ready"); }, seconds(30)));
    return name();
  }
};

TEST_F(StopCommand, LetsTheAgentEndInOrder) {
  const std::string session = session_that("echo bye > farewell; exit 6");
  const ProgramResult stopped = run_mino({"stop", session});
  EXPECT_EQ(stopped.code, 0);
  EXPECT_EQ(stopped.out, session + "\n");
  EXPECT_EQ(slurp(project_ / "farewell"), "bye\n");
  EXPECT_THAT(slurp(record(session)), HasSubstr("\"exit_code\": 6"));
}

TEST_F(StopCommand, ReturnsWhenTheBoxIsGone) {
  const std::string session = session_that("exit 0");
  EXPECT_EQ(run_mino({"stop", session}).code, 0);
  EXPECT_THAT(containers(), ::testing::IsEmpty());
}

TEST_F(StopCommand, KillsAnAgentThatDoesNotListen) {
  const std::string session = session_that("echo no");
  EXPECT_EQ(run_mino({"stop", "--time", "1", session}).code, 0);
  EXPECT_THAT(slurp(record(session)), HasSubstr("\"exit_code\": 137"));
}

TEST_F(StopCommand, KillsAtOnceWhenForced) {
  const std::string session = session_that("echo bye > farewell; exit 6");
  EXPECT_EQ(run_mino({"stop", "--force", session}).code, 0);
  EXPECT_FALSE(fs::exists(project_ / "farewell"));
  EXPECT_THAT(slurp(record(session)), HasSubstr("\"exit_code\": 137"));
}

TEST_F(StopCommand, RecordsThatItWasAsked) {
  const std::string session = session_that("exit 0");
  EXPECT_EQ(run_mino({"stop", session}).code, 0);
  EXPECT_THAT(slurp(record(session)), HasSubstr("\"reason\": \"stopped\""));
}

TEST_F(StopCommand, SaysWhenItIsStoppedAlready) {
  const std::string session = sleeping_session();
  EXPECT_EQ(run_mino({"stop", "-f", session}).code, 0);
  const ProgramResult again = run_mino({"stop", session});
  EXPECT_EQ(again.code, 0);
  EXPECT_EQ(again.out, "");
  EXPECT_EQ(again.err, "session " + session + " is already stopped\n");
}

TEST_F(StopCommand, FailsForASessionThatIsNotThere) {
  const ProgramResult stopped = run_mino({"stop", "no-such-session"});
  EXPECT_EQ(stopped.code, 1);
  EXPECT_EQ(stopped.err, "error: session no-such-session does not exist\nhint: mino list --all\n");
}

TEST_F(StopCommand, StopsTheOthersAllTheSame) {
  const std::string first = sleeping_session("-1");
  const std::string second = sleeping_session("-2");
  const ProgramResult stopped = run_mino({"stop", "-f", first, "no-such-session", second});
  EXPECT_EQ(stopped.code, 1);
  EXPECT_EQ(stopped.out, first + "\n" + second + "\n");
  EXPECT_EQ(run_mino({"list", "-f", "plain"}).out, "");
}

TEST_F(StopCommand, StopsAnAttachedSession) {
  Background attached(agent({"sleep", "1000"}, {"-n", name()}));
  ASSERT_TRUE(eventually(
      [&] { return slurp(record(name())).find("\"running\"") != std::string::npos; }, seconds(30)));
  EXPECT_EQ(run_mino({"stop", name()}).code, 0);
  EXPECT_EQ(attached.wait(seconds(30)), 143);
}

class ListCommand : public AgentTest {};

TEST_F(ListCommand, HasATableForPeople) {
  const std::string session = sleeping_session();
  const ProgramResult list = run_mino({"list"});
  EXPECT_EQ(list.code, 0);
  EXPECT_THAT(list.out, ContainsRegex("^NAME +STATUS +IMAGE +STARTED +PROJECT\n" + session +
                                      " +running +localhost/mino-test:latest +[0-9]+s ago +" +
                                      project_.string() + "\n$"));
}

TEST_F(ListCommand, HasPlainNamesForScripts) {
  const std::string first = sleeping_session("-1");
  const std::string second = sleeping_session("-2");
  EXPECT_EQ(run_mino({"list", "--format", "plain"}).out, second + "\n" + first + "\n");
}

TEST_F(ListCommand, HasEveryFieldAsJson) {
  const std::string session = sleeping_session();
  const std::string json = run_mino({"list", "--json"}).out;
  for (const char* field :
       {"schema", "id", "name", "project_dir", "command", "container_id", "status", "created_at",
        "updated_at", "supervisor", "start_time", "network", "exit_code", "image"})
    EXPECT_THAT(json, HasSubstr("\"" + std::string(field) + "\": ")) << json;
  EXPECT_THAT(json, HasSubstr("\"name\": \"" + session + "\""));
  EXPECT_EQ(run_mino({"list", "-f", "json"}).out, json);
}

TEST_F(ListCommand, ShowsFinishedSessionsOnlyWhenAsked) {
  EXPECT_EQ(run_sh("exit 5", {"-n", name()}).code, 5);
  const ProgramResult live = run_mino({"list"});
  EXPECT_EQ(live.out, "");
  EXPECT_EQ(live.err, "No running sessions.\n");
  EXPECT_THAT(run_mino({"list", "--all"}).out, HasSubstr(name() + "  stopped (5)"));
}

TEST_F(ListCommand, IsAnEmptyListAsJson) {
  const ProgramResult list = run_mino({"list", "--all", "--json"});
  EXPECT_EQ(list.out, "[]\n");
  EXPECT_EQ(list.err, "");
}

TEST_F(ListCommand, NeedsNoPodman) {
  const std::string session = sleeping_session();
  ProgramSpec spec = mino({"list", "-f", "plain"});
  spec.environment["PATH"] = "/nowhere";
  const ProgramResult list = run(spec);
  EXPECT_EQ(list.out, session + "\n");
  EXPECT_EQ(list.err, "");
}

class Records : public AgentTest {
 protected:
  static void replace(const fs::path& file, const std::string& from, const std::string& to) {
    std::string text = slurp(file);
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from << " is not in " << text;
    text.replace(at, from.size(), to);
    std::ofstream(file, std::ios::binary) << text;
  }
};

TEST_F(Records, AreTheUsersAlone) {
  EXPECT_EQ(run_agent({"true"}, {"-n", name()}).code, 0);
  EXPECT_EQ(mode_of(record(name())), 0600U);
  EXPECT_EQ(mode_of(record(name()).parent_path()), 0700U);
  EXPECT_EQ(mode_of(state_ / "mino/logs" / (name() + ".log")), 0600U);
  EXPECT_EQ(mode_of(state_ / "mino/logs"), 0700U);
  EXPECT_EQ(mode_of(state_ / "mino/audit.log"), 0600U);
}

TEST_F(Records, KeepFieldsThatThisVersionDoesNotKnow) {
  const std::string session = sleeping_session();
  replace(record(session), "\"schema\": 1,", "\"schema\": 1, \"of_later\": {\"kept\": [1, true]},");
  EXPECT_EQ(run_mino({"stop", "-f", session}).code, 0);
  const std::string after = slurp(record(session));
  EXPECT_THAT(after, HasSubstr("\"status\": \"stopped\""));
  EXPECT_THAT(after, ContainsRegex("\"of_later\": \\{[ \n]+\"kept\": \\[[ \n]+1,[ \n]+true"));
}

TEST_F(Records, ThatAreCorruptAreReportedAndSkipped) {
  const std::string session = sleeping_session();
  std::ofstream(record("broken")) << "{ \"name\": ";
  const ProgramResult list = run_mino({"list", "-f", "plain"});
  EXPECT_EQ(list.code, 0);
  EXPECT_EQ(list.out, session + "\n");
  EXPECT_THAT(list.err, HasSubstr("warning: " + record("broken").string() + " is skipped: "));
  EXPECT_EQ(slurp(record("broken")), "{ \"name\": ");
}

TEST_F(Records, ThatAreCorruptAreNotOverwritten) {
  EXPECT_EQ(run_agent({"true"}).code, 0);
  std::ofstream(record("broken")) << "{ \"name\": ";
  const ProgramResult result = run_agent({"true"}, {"-n", "broken"});
  EXPECT_EQ(result.code, 125);
  EXPECT_THAT(result.err, HasSubstr("hint: choose another --name"));
  EXPECT_EQ(slurp(record("broken")), "{ \"name\": ");
}

TEST_F(Records, OfANewerSchemaAreReportedAndLeftAlone) {
  EXPECT_EQ(run_agent({"true"}, {"-n", name()}).code, 0);
  replace(record(name()), "\"schema\": 1,", "\"schema\": 1000,");
  const std::string newer = slurp(record(name()));
  const ProgramResult list = run_mino({"list", "--all"});
  EXPECT_EQ(list.code, 0);
  EXPECT_THAT(list.err, HasSubstr("written by a newer mino (schema 1000)\nhint: upgrade mino\n"));
  EXPECT_EQ(run_agent({"true"}, {"-n", name()}).code, 125);
  EXPECT_EQ(slurp(record(name())), newer);
}

TEST_F(Records, AndLogsOfLongAgoAreRemoved) {
  EXPECT_EQ(run_agent({"echo", "x"}, {"-n", name()}).code, 0);
  const std::string text = slurp(record(name()));
  const std::size_t year = text.find("\"updated_at\": \"") + sizeof "\"updated_at\": \"" - 1;
  replace(record(name()), text.substr(year - 15, 15 + 4), "\"updated_at\": \"2020");
  EXPECT_EQ(run_agent({"true"}).code, 0);
  EXPECT_FALSE(fs::exists(record(name())));
  EXPECT_FALSE(fs::exists(state_ / "mino/logs" / (name() + ".log")));
}

TEST_F(Records, OfLongAgoAreKeptWhenTheUserWantsThem) {
  write_config("[session]\nauto_cleanup_hours = 0\n");
  EXPECT_EQ(run_agent({"true"}, {"-n", name()}).code, 0);
  const std::string text = slurp(record(name()));
  const std::size_t year = text.find("\"updated_at\": \"") + sizeof "\"updated_at\": \"" - 1;
  replace(record(name()), text.substr(year - 15, 15 + 4), "\"updated_at\": \"2020");
  EXPECT_EQ(run_agent({"true"}).code, 0);
  EXPECT_TRUE(fs::exists(record(name())));
}

}  // namespace
}  // namespace mino::integration
