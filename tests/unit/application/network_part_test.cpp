#include "application/network_part.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "application/network_log_path.hpp"
#include "tests/fakes/fake_audit_sink.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_egress_gateway.hpp"
#include "tests/fakes/fake_network_log.hpp"
#include "tests/fakes/fake_notices.hpp"
#include "tests/support/session_records.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino::application {
namespace {

using Kind = EgressEvent::Kind;

class NetworkPartTest : public ::testing::Test {
 protected:
  NetworkPartTest() {
    plan_.network = NetworkMode::kAllowList;
    plan_.egress.emplace();
    plan_.log_max_bytes = 1'000'000;
  }

  Result<void> prepare() { return part_.prepare({plan_, record_}); }
  void end() { part_.ended({plan_, record_}); }

  static EgressEvent event(Kind kind, std::uint64_t connection = 0) {
    return {.kind = kind,
            .connection = connection,
            .host = "github.com",
            .port = 443,
            .address = "140.82.121.3",
            .rule = "github.com:443"};
  }
  static EgressEvent denied(const std::string& host) {
    return {.kind = Kind::kDenied, .host = host, .port = 443};
  }
  [[nodiscard]] const JsonValue& last_data() const { return audit_.events.back().data; }
  [[nodiscard]] std::int64_t number(const std::string& name) const {
    const JsonValue* value = last_data().find(name);
    return value != nullptr && value->integer() != nullptr ? *value->integer() : -1;
  }
  [[nodiscard]] std::string text(const std::string& name) const {
    const std::string* value = last_data().find_string(name);
    return value != nullptr ? *value : std::string("(none)");
  }
  [[nodiscard]] std::size_t audited(const std::string& name) const {
    const auto names = audit_.names();
    return static_cast<std::size_t>(std::ranges::count(names, name));
  }
  [[nodiscard]] std::vector<std::string> log() { return log_.logs[path_]; }

  fakes::FakeEgressGateway gateway_;
  fakes::FakeNetworkLog log_;
  fakes::FakeAuditSink audit_;
  fakes::FakeClock clock_;
  fakes::FakeNotices notices_;
  RunPlan plan_ = testing_support::plan_of(testing_support::plain_inputs());
  SessionRecord record_ = testing_support::session_record("fox");
  std::filesystem::path path_ = network_log_path("/logs", record_.name);
  NetworkPart part_{gateway_, log_, audit_, clock_, notices_, "/logs"};
};

TEST_F(NetworkPartTest, StartsTheGatewayAndStopsItOnEveryWayOut) {
  ASSERT_TRUE(prepare().ok());
  EXPECT_TRUE(gateway_.running());
  end();
  EXPECT_FALSE(gateway_.running());
  ASSERT_TRUE(prepare().ok());
  part_.abandon({plan_, record_});
  EXPECT_FALSE(gateway_.running());
  EXPECT_TRUE(audit_.events.empty());
  EXPECT_TRUE(notices_.progresses.empty());
}

TEST_F(NetworkPartTest, DoesNothingForAPlanWithoutRulesButRemoveAnOldLog) {
  plan_.network = NetworkMode::kBridge;
  plan_.egress.reset();
  log_.logs[path_] = {"of an earlier session"};
  ASSERT_TRUE(prepare().ok());
  end();
  EXPECT_EQ(gateway_.starts, 0);
  EXPECT_EQ(gateway_.stops, 0);
  EXPECT_FALSE(log_.logs.contains(path_));
}

TEST_F(NetworkPartTest, AGatewayThatDoesNotStartIsAnErrorAndLeavesNoLog) {
  gateway_.failure = Error(ErrorCode::kUnavailable, "no helper");
  const auto prepared = prepare();
  ASSERT_FALSE(prepared.ok());
  EXPECT_EQ(prepared.error().code(), ErrorCode::kUnavailable);
  EXPECT_TRUE(log_.logs.empty());
}

TEST_F(NetworkPartTest, AuditsAConnectionWhenItOpensAndWhenItCloses) {
  ASSERT_TRUE(prepare().ok());
  gateway_.report(event(Kind::kOpened, 7));
  ASSERT_EQ(audit_.names(), std::vector<std::string>{"egress.opened"});
  EXPECT_EQ(text("name"), "fox");
  EXPECT_EQ(text("host"), "github.com");
  EXPECT_EQ(number("port"), 443);
  EXPECT_EQ(text("address"), "140.82.121.3");
  EXPECT_EQ(text("rule"), "github.com:443");
  EXPECT_EQ(number("connection"), 7);

  EgressEvent closed = event(Kind::kClosed, 7);
  closed.bytes_sent = 1203;
  closed.bytes_received = 88213;
  gateway_.report(closed);
  ASSERT_EQ(audit_.events.back().event, "egress.allowed");
  EXPECT_EQ(text("address"), "140.82.121.3");
  EXPECT_EQ(number("connection"), 7);
  EXPECT_EQ(number("bytes_sent"), 1203);
  EXPECT_EQ(number("bytes_received"), 88213);
  EXPECT_EQ(number("bytes"), 89416);
}

TEST_F(NetworkPartTest, AnEndThatSaysOnlyWhichConnectionIsCompletedFromItsOpening) {
  ASSERT_TRUE(prepare().ok());
  gateway_.report(event(Kind::kOpened, 1));
  gateway_.last_events = {{.kind = Kind::kClosed, .connection = 1, .bytes_sent = 5}};
  end();
  ASSERT_EQ(audit_.events.back().event, "egress.allowed");
  EXPECT_EQ(text("host"), "github.com");
  EXPECT_EQ(text("rule"), "github.com:443");
  EXPECT_EQ(number("bytes"), 5);
}

TEST_F(NetworkPartTest, AuditsTheFirstRefusalAtOnceAndTheRestCounted) {
  ASSERT_TRUE(prepare().ok());
  EgressEvent refused = denied("example.com");
  refused.reason = DenyReason::kServerNameMismatch;
  refused.rule = "example.com:443";
  refused.detail = "other.example";
  gateway_.report(refused);
  ASSERT_EQ(audited("egress.denied"), 1U);
  EXPECT_EQ(text("host"), "example.com");
  EXPECT_EQ(number("port"), 443);
  EXPECT_EQ(text("reason"), to_string(DenyReason::kServerNameMismatch));
  EXPECT_EQ(text("rule"), "example.com:443");
  EXPECT_EQ(text("detail"), "other.example");
  EXPECT_EQ(number("count"), 1);
  for (int i = 0; i < 9; ++i) gateway_.report(refused);
  EXPECT_EQ(audited("egress.denied"), 1U);
  clock_.advance(std::chrono::seconds(60));
  gateway_.report(refused);
  EXPECT_EQ(audited("egress.denied"), 2U);
  EXPECT_EQ(number("count"), 10);
  gateway_.report(refused);
  end();
  EXPECT_EQ(audited("egress.denied"), 3U);
  EXPECT_EQ(number("count"), 1);
}

TEST_F(NetworkPartTest, WhatAnEventDoesNotHaveIsLeftOut) {
  ASSERT_TRUE(prepare().ok());
  gateway_.report(denied("example.com"));
  EXPECT_EQ(last_data().find("rule"), nullptr);
  EXPECT_EQ(last_data().find("detail"), nullptr);
}

TEST_F(NetworkPartTest, AuditsAFailureFolded) {
  ASSERT_TRUE(prepare().ok());
  EgressEvent failed = event(Kind::kFailed);
  failed.detail = "connection refused";
  for (int i = 0; i < 3; ++i) gateway_.report(failed);
  ASSERT_EQ(audited("egress.failed"), 1U);
  EXPECT_EQ(text("detail"), "connection refused");
  EXPECT_EQ(last_data().find("reason"), nullptr);
  end();
  EXPECT_EQ(audited("egress.failed"), 2U);
  EXPECT_EQ(number("count"), 2);
  EXPECT_TRUE(notices_.progresses.empty()) << "not refused";
}

TEST_F(NetworkPartTest, AFloodOfNamesIsBounded) {
  ASSERT_TRUE(prepare().ok());
  for (int i = 0; i < 10'000; ++i) gateway_.report(denied("h" + std::to_string(i) + ".example"));
  end();
  EXPECT_LE(audited("egress.denied"), EgressTally::kMaxKept + 2);
  EXPECT_EQ(text("host"), "*");
  EXPECT_LE(notices_.progresses.size(), 12U);
  EXPECT_EQ(notices_.progresses.front(), "network: 10000 connections were refused");
}

TEST_F(NetworkPartTest, SaysAtTheEndWhatWasRefused) {
  ASSERT_TRUE(prepare().ok());
  gateway_.report(denied("example.com"));
  gateway_.last_events = {denied("example.com")};
  end();
  ASSERT_EQ(notices_.progresses.size(), 2U);
  EXPECT_EQ(notices_.progresses[0], "network: 2 connections were refused");
  EXPECT_NE(notices_.progresses[1].find("--network-allow example.com:443"), std::string::npos);
}

TEST_F(NetworkPartTest, WritesEveryEventToTheNetworkLog) {
  ASSERT_TRUE(prepare().ok());
  EXPECT_EQ(log_.bound_bytes, 1'000'000U);
  const std::vector<EgressEvent> events = {event(Kind::kOpened, 1), denied("a.example"),
                                           denied("a.example"), event(Kind::kClosed, 1)};
  std::vector<std::string> lines;
  for (const EgressEvent& each : events) {
    gateway_.report(each);
    lines.push_back(network_log_line(each));
  }
  EXPECT_EQ(log(), lines);
}

TEST_F(NetworkPartTest, AChangeOfTheRulesIsAuditedAndLogged) {
  ASSERT_TRUE(prepare().ok());
  gateway_.change_rules({NetworkRequest::Kind::kAllow, "a.example:443"});
  EXPECT_EQ(audit_.events.back().event, "network.allowed");
  EXPECT_EQ(text("name"), "fox");
  EXPECT_EQ(text("rule"), "a.example:443");
  gateway_.change_rules({NetworkRequest::Kind::kDeny, "a.example:443"});
  EXPECT_EQ(audit_.events.back().event, "network.denied");
  gateway_.change_rules({NetworkRequest::Kind::kList, ""});
  EXPECT_EQ(audit_.events.size(), 2U);
  EXPECT_EQ(log(), (std::vector<std::string>{"rule    a.example:443 added",
                                             "rule    a.example:443 removed"}));
}

TEST_F(NetworkPartTest, ALostGatewayIsSaidAndAudited) {
  ASSERT_TRUE(prepare().ok());
  gateway_.end("killed by signal 9");
  EXPECT_TRUE(notices_.warned("the box has no network any more"));
  EXPECT_TRUE(notices_.warned("killed by signal 9"));
  EXPECT_EQ(audit_.events.back().event, "egress.lost");
  EXPECT_EQ(text("detail"), "killed by signal 9");
}

TEST_F(NetworkPartTest, AnAuditLogThatCannotBeWrittenIsOneWarning) {
  audit_.failure = Error(ErrorCode::kPermission, "read-only");
  ASSERT_TRUE(prepare().ok());
  gateway_.report(denied("a.example"));
  gateway_.report(denied("b.example"));
  end();
  EXPECT_EQ(notices_.warnings.size(), 1U);
  EXPECT_TRUE(notices_.warned("audit log"));
}

TEST_F(NetworkPartTest, ANetworkLogThatCannotBeWrittenStopsNothing) {
  log_.append_failure = Error(ErrorCode::kInternal, "no space");
  ASSERT_TRUE(prepare().ok());
  gateway_.report(denied("a.example"));
  gateway_.report(denied("b.example"));
  EXPECT_EQ(notices_.warnings.size(), 1U);
  EXPECT_TRUE(notices_.warned("incomplete"));
  EXPECT_EQ(audited("egress.denied"), 2U);
}

TEST_F(NetworkPartTest, ANetworkLogThatCannotBeMadeStopsNothing) {
  log_.failure = Error(ErrorCode::kPermission, "read-only");
  ASSERT_TRUE(prepare().ok());
  gateway_.report(denied("a.example"));
  EXPECT_EQ(notices_.warnings.size(), 1U);
  EXPECT_TRUE(notices_.warned("not logged"));
  EXPECT_EQ(audited("egress.denied"), 1U);
}

TEST(NetworkLogPath, IsTheLogOfNoSession) {
  const auto path = network_log_path("/logs", testing_support::session_name("a"));
  for (const char* name : {"a", "a.network", "a.network.log"})
    EXPECT_NE(path, std::filesystem::path("/logs") / (std::string(name) + ".log"));
}

}  // namespace
}  // namespace mino::application
