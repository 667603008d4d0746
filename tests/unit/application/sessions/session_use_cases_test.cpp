#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "application/cleanup_sessions.hpp"
#include "application/list_sessions.hpp"
#include "application/network_log_path.hpp"
#include "application/show_logs.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_process_table.hpp"
#include "tests/fakes/fake_session_log.hpp"
#include "tests/fakes/fake_session_store.hpp"
#include "tests/support/session_records.hpp"

namespace mino::application {
namespace {

using testing_support::session_name;
using testing_support::session_record;

class Collected final : public LogOutput {
 public:
  Wanted write(LogStream stream, std::string_view bytes) override {
    (stream == LogStream::kStdout ? out : errors) += bytes;
    return Wanted::kMore;
  }
  std::string out;
  std::string errors;
};

class SessionUseCases : public ::testing::Test {
 protected:
  SessionRecord add(const std::string& name, SessionStatus status) {
    SessionRecord record = session_record(name, "id-" + name);
    record.status = status;
    record.log_file = "/logs/" + name;
    record.supervisor = processes_.start();
    EXPECT_TRUE(store_.create(record).ok());
    log_.logs["/logs/" + name] = {
        {LogStream::kStdout, "1"}, {LogStream::kStderr, "2"}, {LogStream::kStdout, "3"}};
    return record;
  }
  bool has(const std::string& name) { return (*store_.load(session_name(name))).has_value(); }
  std::vector<std::string> listed(SessionFilter filter) {
    std::vector<std::string> names;
    const Result<SessionListing> listing = ListSessions(store_).execute({.filter = filter});
    for (const SessionRecord& record : listing->records) names.push_back(record.name.str());
    return names;
  }
  Result<void> show(const std::string& name, LogFollow follow = LogFollow::kNo,
                    std::size_t lines = 100) {
    return ShowLogs(store_, processes_, log_, "/logs")
        .execute({.name = session_name(name), .last_lines = lines, .follow = follow}, output_);
  }
  Result<CleanupSessionsResponse> cleanup(int hours) {
    return CleanupSessions(store_, log_, clock_, "/logs")
        .execute({.older_than = std::chrono::hours(hours)});
  }

  fakes::FakeSessionStore store_;
  fakes::FakeProcessTable processes_;
  fakes::FakeSessionLog log_;
  fakes::FakeClock clock_;
  Collected output_;
};

TEST_F(SessionUseCases, ListShowsLiveSessionsUnlessAllAreAskedFor) {
  add("starting", SessionStatus::kStarting);
  add("running", SessionStatus::kRunning);
  add("stopped", SessionStatus::kStopped);
  add("failed", SessionStatus::kFailed);
  EXPECT_EQ(listed(SessionFilter::kLive), (std::vector<std::string>{"running", "starting"}));
  EXPECT_EQ(listed(SessionFilter::kAll),
            (std::vector<std::string>{"failed", "running", "starting", "stopped"}));
  store_.corrupt(session_name("stopped"));
  EXPECT_EQ(ListSessions(store_).execute({})->unreadable.size(), 1U);
}

TEST_F(SessionUseCases, LogsShowFinishedSessions) {
  add("a", SessionStatus::kStopped);
  ASSERT_TRUE(show("a").ok());
  EXPECT_EQ(output_.out, "1\n3\n");
  EXPECT_EQ(output_.errors, "2\n");
}

TEST_F(SessionUseCases, LogsShowTheLastLines) {
  add("a", SessionStatus::kRunning);
  ASSERT_TRUE(show("a", LogFollow::kNo, 2).ok());
  EXPECT_EQ(output_.out, "3\n");
  EXPECT_EQ(output_.errors, "2\n");
}

TEST_F(SessionUseCases, LogsOfATerminalSayWhyThereAreNone) {
  SessionRecord record = session_record("a");
  record.terminal = true;
  ASSERT_TRUE(store_.create(record).ok());
  const Result<void> shown = show("a");
  ASSERT_FALSE(shown.ok());
  EXPECT_EQ(shown.error().code(), ErrorCode::kNotFound);
  EXPECT_NE(shown.error().text().find("terminal"), std::string::npos);
  EXPECT_NE(shown.error().hint().find("session.log_terminal"), std::string::npos);
}

TEST_F(SessionUseCases, LogsOfTheNetworkAreShownInsteadWhenAskedFor) {
  SessionRecord record = session_record("a");
  record.network = "allow-list";
  record.terminal = true;  // which has no log of its output
  ASSERT_TRUE(store_.create(record).ok());
  log_.logs[network_log_path("/logs", record.name)] = {
      {LogStream::kStdout, "denied  a.example:443"}, {LogStream::kStdout, "denied  b.example:443"}};
  const Result<void> shown =
      ShowLogs(store_, processes_, log_, "/logs")
          .execute({.name = record.name, .last_lines = 1, .subject = LogSubject::kNetwork},
                   output_);
  ASSERT_TRUE(shown.ok()) << shown.error().text();
  EXPECT_EQ(output_.out, "denied  b.example:443\n");
}

TEST_F(SessionUseCases, ANetworkWithoutRulesHasNoLog) {
  const SessionRecord record = add("a", SessionStatus::kRunning);
  const Result<void> shown =
      ShowLogs(store_, processes_, log_, "/logs")
          .execute({.name = record.name, .subject = LogSubject::kNetwork}, output_);
  ASSERT_FALSE(shown.ok());
  EXPECT_EQ(shown.error().code(), ErrorCode::kNotFound);
  EXPECT_NE(shown.error().text().find("(bridge) has no rules"), std::string::npos);
}

TEST_F(SessionUseCases, LogsNeedASession) {
  const Result<void> shown = show("missing");
  ASSERT_FALSE(shown.ok());
  EXPECT_EQ(shown.error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(shown.error().hint(), "mino list --all");
}

/// A process table in which something happens at the third look.
class Happening final : public ProcessTable {
 public:
  Happening(ProcessTable& table, std::function<void()> event)
      : table_(table), event_(std::move(event)) {}
  [[nodiscard]] ProcessIdentity self() const override { return table_.self(); }
  [[nodiscard]] bool alive(const ProcessIdentity& process) const override {
    if (++looks_ == 3) event_();
    return table_.alive(process);
  }
  [[nodiscard]] Wait wait_gone(const ProcessIdentity& process,
                               std::chrono::milliseconds patience) override {
    return table_.wait_gone(process, patience);
  }
  [[nodiscard]] Result<void> signal(const ProcessIdentity& process, int signal_number) override {
    return table_.signal(process, signal_number);
  }

 private:
  ProcessTable& table_;
  std::function<void()> event_;
  mutable int looks_ = 0;
};

TEST_F(SessionUseCases, FollowingEndsWithTheSession) {
  const SessionRecord record = add("a", SessionStatus::kRunning);
  Happening processes(processes_, [&] {
    const auto stop = [](SessionRecord& running) {
      running.status = SessionStatus::kStopped;
      return true;
    };
    EXPECT_TRUE(store_.update(record.name, record.id, stop).ok());
  });
  ASSERT_TRUE(ShowLogs(store_, processes, log_, "/logs")
                  .execute({.name = record.name, .follow = LogFollow::kYes}, output_)
                  .ok());
  EXPECT_EQ(log_.looks, 3);
  EXPECT_EQ(output_.out, "1\n3\n");
}

TEST_F(SessionUseCases, FollowingEndsWhenTheOwnerWasKilled) {
  const SessionRecord record = add("a", SessionStatus::kRunning);
  Happening processes(processes_, [&] { processes_.end(record.supervisor); });
  ASSERT_TRUE(ShowLogs(store_, processes, log_, "/logs")
                  .execute({.name = record.name, .follow = LogFollow::kYes}, output_)
                  .ok());
  EXPECT_EQ(log_.looks, 2);
}

TEST_F(SessionUseCases, CleanupRemovesWhatEndedLongAgo) {
  add("running", SessionStatus::kRunning);
  add("stopped", SessionStatus::kStopped);
  add("failed", SessionStatus::kFailed);
  clock_.advance(std::chrono::hours(9) + std::chrono::minutes(59));
  EXPECT_TRUE(cleanup(10)->removed.empty());
  clock_.advance(std::chrono::minutes(1));
  EXPECT_EQ(cleanup(10)->removed.size(), 2U);
  EXPECT_TRUE(has("running"));
  EXPECT_FALSE(has("stopped"));
  EXPECT_FALSE(has("failed"));
  EXPECT_EQ(log_.logs.size(), 1U);
}

TEST_F(SessionUseCases, CleanupRemovesTheLogOfTheNetwork) {
  const SessionRecord record = add("stopped", SessionStatus::kStopped);
  log_.logs[network_log_path("/logs", record.name)] = {{LogStream::kStdout, "1"}};
  clock_.advance(std::chrono::hours(11));
  EXPECT_EQ(cleanup(10)->removed.size(), 1U);
  EXPECT_TRUE(log_.logs.empty());
}

TEST_F(SessionUseCases, CleanupIsOffAtZeroHours) {
  add("stopped", SessionStatus::kStopped);
  clock_.advance(std::chrono::hours(100000));
  EXPECT_TRUE(cleanup(0)->removed.empty());
  EXPECT_TRUE(has("stopped"));
}

TEST_F(SessionUseCases, CleanupTakesAnyTimeInARecord) {
  SessionRecord record = session_record("old", "id");
  record.status = SessionStatus::kStopped;
  record.updated_at = *parse_rfc3339("1677-09-22T00:00:00Z");
  ASSERT_TRUE(store_.create(record).ok());
  EXPECT_EQ(cleanup(2'147'483'647)->removed.size(), 0U);
  EXPECT_EQ(cleanup(720)->removed.size(), 1U);
}

TEST_F(SessionUseCases, CleanupKeepsTheRecordWhenItsLogStays) {
  add("stopped", SessionStatus::kStopped);
  clock_.advance(std::chrono::hours(1000));
  log_.failure = Error(ErrorCode::kPermission, "refused");
  const auto response = cleanup(1);
  ASSERT_FALSE(response.ok());
  EXPECT_NE(response.error().text().find("stopped"), std::string::npos);
  EXPECT_TRUE(has("stopped"));
}

}  // namespace
}  // namespace mino::application
