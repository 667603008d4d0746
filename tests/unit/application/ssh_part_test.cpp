#include "application/ssh_part.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/fakes/fake_audit_sink.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_file_system.hpp"
#include "tests/fakes/fake_notices.hpp"
#include "tests/fakes/fake_ssh_agent_filter.hpp"
#include "tests/support/session_records.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino::application {
namespace {

RunPlan plan_with_agent() {
  RunInputs inputs = testing_support::plain_inputs();
  inputs.host.ssh_agent = {SshAgentFacts::State::kUsable, "/run/user/1001/agent"};
  inputs.host.known_hosts = {"/home/ann/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts"};
  return testing_support::plan_of(inputs);
}

SshEvent refused(SshRefusal refusal) {
  SshEvent event;
  event.refusal = refusal;
  event.fingerprint = "SHA256:abc";
  event.comment = "work@laptop";
  return event;
}

class SshPartTest : public ::testing::Test {
 protected:
  [[nodiscard]] SessionContext context() const { return {plan_, record_}; }
  void start() { ASSERT_TRUE(part_.prepare(context()).ok()); }

  RunPlan plan_ = plan_with_agent();
  SessionRecord record_{.id = "id-1", .name = SessionName::parse("calm-otter").value()};
  fakes::FakeSshAgentFilter filter_;
  fakes::FakeFileSystem files_;
  fakes::FakeAuditSink audit_;
  fakes::FakeClock clock_;
  fakes::FakeNotices notices_;
  SshPart part_{
      {.filter = filter_, .files = files_, .audit = audit_, .clock = clock_, .notices = notices_}};
};

TEST_F(SshPartTest, RunsFromPrepareToEveryWayOut) {
  ASSERT_TRUE(files_.make_directories(plan_.runtime_dir, 0700).ok());
  for (const bool ran : {true, false}) {
    start();
    EXPECT_TRUE(filter_.running());
    ran ? part_.ended(context()) : part_.abandon(context());
    EXPECT_FALSE(filter_.running());
  }
  EXPECT_TRUE(notices_.progresses.empty()) << "nothing was refused";
}

TEST_F(SshPartTest, DoesNothingForAPlanWithoutAnAgent) {
  plan_.ssh.reset();
  start();
  EXPECT_FALSE(filter_.running());
  part_.ended(context());
}

TEST_F(SshPartTest, CopiesTheKnownHosts) {
  ASSERT_TRUE(files_.make_directories(plan_.runtime_dir, 0700).ok());
  ASSERT_TRUE(files_.make_directories("/home/ann/.ssh", 0700).ok());
  ASSERT_TRUE(files_.make_directories("/etc/ssh", 0755).ok());
  ASSERT_TRUE(
      files_.write_atomic("/home/ann/.ssh/known_hosts", "a", 0600, Durability::kRename).ok());
  ASSERT_TRUE(
      files_.write_atomic("/etc/ssh/ssh_known_hosts", "b\n", 0644, Durability::kRename).ok());
  start();
  const auto copy = files_.read(plan_.runtime_dir + "/ssh_known_hosts", 100);
  ASSERT_TRUE(copy.ok() && *copy);
  EXPECT_EQ(**copy, "a\nb\n");
}

TEST_F(SshPartTest, AuditsEachUseWithWhatIsKnown) {
  ASSERT_TRUE(files_.make_directories(plan_.runtime_dir, 0700).ok());
  start();
  SshEvent login = refused(SshRefusal::kRequest);
  login.kind = SshEvent::Kind::kSigned;
  login.purpose = SshEvent::Purpose::kLogin;
  login.user = "git";
  filter_.sink().ssh_used(login);
  filter_.sink().ssh_used(refused(SshRefusal::kKey));
  SshEvent failed;
  failed.kind = SshEvent::Kind::kFailed;
  failed.detail = std::string("odd \xFF\x1B");
  filter_.sink().ssh_used(failed);
  EXPECT_EQ(audit_.names(), (std::vector<std::string>{"ssh.signed", "ssh.refused", "ssh.failed"}));
  const JsonValue& signed_event = audit_.events[0].data;
  EXPECT_EQ(*signed_event.find_string("key"), "SHA256:abc");
  EXPECT_EQ(*signed_event.find_string("comment"), "work@laptop");
  EXPECT_EQ(*signed_event.find_string("purpose"), "login");
  EXPECT_EQ(*signed_event.find_string("user"), "git");
  EXPECT_EQ(*signed_event.find_string("host_key"), "unbound");
  EXPECT_EQ(*audit_.events[1].data.find_string("reason"), "key");
  EXPECT_EQ(*audit_.events[2].data.find_string("detail"), "odd \\xff\\x1b");
}

TEST_F(SshPartTest, AFloodIsCounted) {
  ASSERT_TRUE(files_.make_directories(plan_.runtime_dir, 0700).ok());
  start();
  for (int i = 0; i < 10'000; ++i) filter_.sink().ssh_used(refused(SshRefusal::kKey));
  EXPECT_EQ(audit_.events.size(), SshTally::kOneByOne);
  part_.ended(context());
  ASSERT_EQ(audit_.events.size(), SshTally::kOneByOne + 1);
  EXPECT_EQ(*audit_.events.back().data.find("count")->integer(), 9900);
}

TEST_F(SshPartTest, KindsOfUseAreBounded) {
  ASSERT_TRUE(files_.make_directories(plan_.runtime_dir, 0700).ok());
  start();
  for (int i = 0; i < 5000; ++i) {
    SshEvent event = refused(SshRefusal::kKey);
    event.fingerprint = "SHA256:" + std::to_string(i);
    filter_.sink().ssh_used(event);
  }
  EXPECT_LE(audit_.events.size(), SshTally::kMaxKept + SshTally::kOneByOne + 1);
}

TEST_F(SshPartTest, TheSummaryNamesWhatWouldAllowIt) {
  ASSERT_TRUE(files_.make_directories(plan_.runtime_dir, 0700).ok());
  start();
  SshEvent file = refused(SshRefusal::kFiles);
  file.purpose = SshEvent::Purpose::kFile;
  file.name_space = "git";
  filter_.sink().ssh_used(file);
  filter_.sink().ssh_used(file);
  filter_.sink().ssh_used(refused(SshRefusal::kKey));
  part_.ended(context());
  ASSERT_EQ(notices_.progresses.size(), 3U);
  EXPECT_EQ(notices_.progresses[0], "ssh: 3 uses of the agent were refused");
  EXPECT_EQ(notices_.progresses[1],
            "  sign for \"git\" with work@laptop (SHA256:abc)  2 times: ssh.sign is off; allow it "
            "with: mino config set ssh.sign true");
  EXPECT_NE(notices_.progresses[2].find("adding SHA256:abc to ssh.keys"), std::string::npos);
}

TEST_F(SshPartTest, WarnsOnceOfAnAgentThatIsGoneAndOfALostFilter) {
  ASSERT_TRUE(files_.make_directories(plan_.runtime_dir, 0700).ok());
  start();
  filter_.sink().agent_unreachable("nobody listens");
  filter_.sink().agent_unreachable("nobody listens");
  EXPECT_EQ(notices_.warnings.size(), 1U);
  filter_.sink().filter_lost();
  EXPECT_EQ(notices_.warnings.size(), 2U);
  EXPECT_EQ(audit_.names(), std::vector<std::string>{"ssh.lost"});
  filter_.sink().ssh_used(refused(SshRefusal::kNobody));
  filter_.sink().ssh_used(refused(SshRefusal::kNobody));
  EXPECT_EQ(notices_.warnings.size(), 3U);
}

}  // namespace
}  // namespace mino::application
