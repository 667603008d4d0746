// The audit log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "integration/support/agent_test.hpp"
#include "integration/support/program.hpp"

namespace mino::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class AuditLog : public AgentTest {
 protected:
  [[nodiscard]] std::vector<std::string> lines() const {
    std::istringstream text(audit_log());
    std::vector<std::string> found;
    for (std::string line; std::getline(text, line);) found.push_back(line);
    return found;
  }
  [[nodiscard]] static auto event(const std::string& name, const std::string& with) {
    return AllOf(StartsWith("{\"timestamp\":\"20"), HasSubstr("\"event\":\"" + name + "\""),
                 HasSubstr(with), ::testing::EndsWith("}"));
  }
};

TEST_F(AuditLog, HasTheLifeOfASession) {
  EXPECT_EQ(run_sh("exit 3", {"-n", name()}).code, 3);
  const std::string session = "\"name\":\"" + name() + "\"";
  EXPECT_THAT(lines(), ElementsAre(event("session.created", session),
                                   event("session.started", session + ",\"container_id\":\""),
                                   event("session.stopped", session + ",\"exit_code\":3")));
}

TEST_F(AuditLog, SaysWhatASessionIs) {
  EXPECT_EQ(run_agent({"true"}, {"-n", name()}).code, 0);
  EXPECT_THAT(audit_log(),
              AllOf(HasSubstr("\"project_dir\":\"" + project_.string() + "\""),
                    HasSubstr("\"image\":\"" + image_ + "\""), HasSubstr("\"command\":[\"true\"]"),
                    HasSubstr("\"network\":\"none\"")));
}

TEST_F(AuditLog, HasTheEndOfADetachedSession) {
  EXPECT_EQ(run_sh("exit 4", {"-d", "-n", name()}).code, 0);
  EXPECT_TRUE(eventually([&] { return lines().size() == 3; }, seconds(30)));
  EXPECT_THAT(lines().back(), event("session.stopped", "\"exit_code\":4"));
}

TEST_F(AuditLog, HasTheEndOfASessionThatWasStopped) {
  const std::string session = sleeping_session();
  EXPECT_EQ(run_mino({"stop", "-f", session}).code, 0);
  EXPECT_THAT(lines().back(), event("session.stopped", "\"exit_code\":137,\"reason\":\"stopped\""));
}

TEST_F(AuditLog, HasASessionThatFailed) {
  EXPECT_EQ(run_agent({"no-such-command"}, {"-n", name()}).code, 127);
  EXPECT_THAT(lines(), ElementsAre(event("session.created", name()),
                                   event("session.failed", "the command cannot be run")));
}

TEST_F(AuditLog, HasNoValueOfAVariable) {
  write_config("[container.env]\nOF_FILE = \"s3cr3t-1\"\n");
  ProgramSpec spec = agent({"sh", "-c", "true", "--key=s3cr3t-1", "s3cr3t-2", "x-s3cr3t-3-y"},
                           {"-e", "OF_FLAG=s3cr3t-2", "-e", "OF_HOST", "-n", name()});
  spec.environment["OF_HOST"] = "s3cr3t-3";
  EXPECT_EQ(run(spec).code, 0);
  EXPECT_THAT(audit_log(), Not(HasSubstr("s3cr3t")));
  EXPECT_THAT(slurp(record(name())), Not(HasSubstr("s3cr3t")));
}

TEST_F(AuditLog, IsOffWhenTheUserSaysSo) {
  write_config("[general]\naudit_log = false\n");
  EXPECT_EQ(run_agent({"true"}).code, 0);
  EXPECT_FALSE(fs::exists(state_ / "mino/audit.log"));
}

TEST_F(AuditLog, IsNotSwitchedOffByAProject) {
  std::ofstream(project_ / ".mino.toml") << "[general]\naudit_log = false\n";
  ::chmod((project_ / ".mino.toml").c_str(), 0644);
  EXPECT_THAT(run_agent({"true"}).err, HasSubstr("not applied: general.audit_log"));
  EXPECT_THAT(audit_log(), HasSubstr("\"session.stopped\""));
}

TEST_F(AuditLog, ThatCannotBeWrittenIsOneWarning) {
  fs::create_directories(state_ / "mino/audit.log");
  const ProgramResult result = run_agent({"echo", "works"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, "works\n");
  EXPECT_THAT(result.err, StartsWith("warning: the audit log could not be written: "));
  EXPECT_EQ(result.err.find("warning: ", 1), std::string::npos) << result.err;
}

TEST_F(AuditLog, OfSessionsAtOnceHasWholeLines) {
  const ProgramResult result = run(bash("for i in 1 2 3 4 5 6; do box -- true & done; wait"));
  EXPECT_EQ(result.err, "");
  const std::vector<std::string> written = lines();
  EXPECT_EQ(written.size(), 18U);
  for (const std::string& line : written)
    EXPECT_THAT(line, AllOf(StartsWith("{\"timestamp\":"), ::testing::EndsWith("}}")));
}

}  // namespace
}  // namespace mino::integration
