#include "application/session_network.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/fakes/fake_domain_name_encoder.hpp"
#include "tests/fakes/fake_placeholder_store.hpp"
#include "tests/fakes/fake_process_table.hpp"
#include "tests/fakes/fake_session_control.hpp"
#include "tests/fakes/fake_session_store.hpp"
#include "tests/support/session_records.hpp"

namespace mino::application {
namespace {

using Change = SessionNetwork::Change;
using Kind = NetworkRequest::Kind;

class SessionNetworkTest : public ::testing::Test {
 protected:
  SessionRecord add(const std::string& name, const std::string& network = "allow-list",
                    SessionStatus status = SessionStatus::kRunning) {
    SessionRecord record = testing_support::session_record(name, "id-" + name);
    record.status = status;
    record.network = network;
    record.supervisor = processes_.start();
    EXPECT_TRUE(store_.create(record).ok());
    return record;
  }
  /// "kind text" of everything the owner was asked.
  [[nodiscard]] std::vector<std::string> asked() const {
    std::vector<std::string> result;
    for (const auto& [session, request] : control_.questions)
      result.push_back(std::to_string(static_cast<int>(request.kind)) + " " + request.text);
    return result;
  }
  [[nodiscard]] static std::string request(Kind kind, const std::string& text) {
    return std::to_string(static_cast<int>(kind)) + " " + text;
  }

  fakes::FakeSessionStore store_;
  fakes::FakeProcessTable processes_;
  fakes::FakePlaceholderStore placeholders_{processes_};
  fakes::FakeSessionControl control_;
  fakes::FakeDomainNameEncoder names_;
  SessionNetwork network_{{store_, processes_, control_, names_}};
};

TEST_F(SessionNetworkTest, ListsWhatTheOwnerSays) {
  add("fox");
  const std::vector<NetworkAnswer::Rule> rules = {{"github.com:443", "preset dev"}};
  control_.answer = [&](const NetworkRequest&) { return NetworkAnswer{.rules = rules}; };
  EXPECT_EQ(network_.list("fox").value(), rules);
  ASSERT_EQ(control_.questions.size(), 1U);
  EXPECT_EQ(control_.questions[0].session.name.str(), "fox");
  EXPECT_EQ(control_.questions[0].request, (NetworkRequest{Kind::kList, ""}));
}

TEST_F(SessionNetworkTest, ChangesSeveralRulesInOrderAndInCanonicalForm) {
  add("fox");
  ASSERT_TRUE(network_.change("fox", Change::kAllow, {"GitHub.com.:443", "10.0.0.0/8:22"}).ok());
  ASSERT_TRUE(network_.change("fox", Change::kDeny, {"*.b\u00fccher.example:443"}).ok());
  EXPECT_EQ(asked(),
            (std::vector<std::string>{request(Kind::kAllow, "github.com:443"),
                                      request(Kind::kAllow, "10.0.0.0/8:22"),
                                      request(Kind::kDeny, "*.xn--bcher-kva.example:443")}));
}

TEST_F(SessionNetworkTest, NothingIsAskedUnlessAllRulesCanBeRead) {
  add("fox");
  for (const char* wrong : {"github.com", "*:443", "0x7f.1:80", "\xff.example:443", ""}) {
    const auto changed = network_.change("fox", Change::kAllow, {"a.example:443", wrong});
    ASSERT_FALSE(changed.ok()) << wrong;
    EXPECT_EQ(changed.error().code(), ErrorCode::kUsage);
  }
  EXPECT_TRUE(control_.questions.empty());
}

TEST_F(SessionNetworkTest, WhatTheOwnerRefusesIsAnErrorThatNamesTheSession) {
  add("fox");
  control_.answer = [](const NetworkRequest&) {
    return NetworkAnswer{.error = "no such rule; there is only\x1b github.com:443"};
  };
  const auto changed = network_.change("fox", Change::kDeny, {"a.example:443", "b.example:443"});
  ASSERT_FALSE(changed.ok());
  EXPECT_EQ(changed.error().code(), ErrorCode::kNotFound);
  EXPECT_NE(changed.error().text().find("session fox: no such rule"), std::string::npos);
  EXPECT_EQ(changed.error().text().find('\x1b'), std::string::npos);
  EXPECT_EQ(control_.questions.size(), 1U) << "it stops at the first";
}

TEST_F(SessionNetworkTest, ASessionThatIsNotThereOrHasNoName) {
  EXPECT_EQ(network_.list("nobody").error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(network_.list("nobody").error().hint(), "mino list --all");
  EXPECT_EQ(network_.list("../etc").error().code(), ErrorCode::kUsage);
}

TEST_F(SessionNetworkTest, ASessionThatDoesNotRunIsUnavailable) {
  add("ended", "allow-list", SessionStatus::kStopped);
  add("soon", "allow-list", SessionStatus::kStarting);
  processes_.end(add("killed").supervisor);
  for (const char* name : {"ended", "soon", "killed"}) {
    const auto listed = network_.list(name);
    ASSERT_FALSE(listed.ok()) << name;
    EXPECT_EQ(listed.error().code(), ErrorCode::kUnavailable);
    EXPECT_NE(listed.error().text().find("is not running"), std::string::npos);
    EXPECT_EQ(network_.change(name, Change::kAllow, {"a.example:443"}).error().code(),
              ErrorCode::kUnavailable);
    EXPECT_EQ(network_.explain(name, "a.example:443").error().code(), ErrorCode::kUnavailable);
  }
  EXPECT_EQ(network_.list("soon").error().hint(), "try again in a moment");
  EXPECT_EQ(network_.list("killed").error().hint(), "mino run --name killed");
  EXPECT_TRUE(control_.questions.empty());
}

TEST_F(SessionNetworkTest, ASessionWithoutRulesSaysSo) {
  for (const char* mode : {"bridge", "host", "none"}) {
    add(std::string("s-") + mode, mode);
    const auto listed = network_.list(std::string("s-") + mode);
    ASSERT_FALSE(listed.ok());
    EXPECT_EQ(listed.error().code(), ErrorCode::kUnavailable);
    EXPECT_NE(listed.error().text().find(std::string("its network is ") + mode), std::string::npos);
  }
  EXPECT_TRUE(control_.questions.empty());
}

TEST_F(SessionNetworkTest, AnOwnerThatDoesNotAnswerIsUnavailableWhateverItsReason) {
  add("fox");
  for (const ErrorCode code : {ErrorCode::kUnavailable, ErrorCode::kUsage}) {
    control_.failure = Error(code, "refused");
    const auto listed = network_.list("fox");
    ASSERT_FALSE(listed.ok());
    EXPECT_EQ(listed.error().code(), ErrorCode::kUnavailable);
    EXPECT_EQ(listed.error().text(), "session fox: refused");
  }
}

TEST_F(SessionNetworkTest, ExplainsByTheRulesInForce) {
  add("fox");
  const EgressExplanation facts{.destination = "example.com:443", .reason = "no-rule"};
  control_.answer = [&](const NetworkRequest&) { return NetworkAnswer{.explanation = facts}; };
  const auto explained = network_.explain("fox", "Example.com:443");
  ASSERT_TRUE(explained.ok()) << explained.error().text();
  EXPECT_EQ(explained->facts, facts);
  EXPECT_EQ(explained->text, to_text(facts));
  EXPECT_EQ(asked(), std::vector<std::string>{request(Kind::kExplain, "example.com:443")});
  control_.answer = {};
  EXPECT_EQ(network_.explain("fox", "example.com:443").error().code(), ErrorCode::kUnavailable);
}

TEST_F(SessionNetworkTest, ExplainsASessionWithoutRulesWithoutAsking) {
  add("open", "bridge");
  add("closed", "none");
  EXPECT_TRUE(network_.explain("open", "example.com:443")->facts.allowed);
  EXPECT_FALSE(network_.explain("closed", "example.com:443")->facts.allowed);
  EXPECT_EQ(network_.explain("open", "example.com").error().code(), ErrorCode::kUsage);
  EXPECT_TRUE(control_.questions.empty());
}

TEST(ExplainDestination, WithoutRulesItIsEverythingOrNothing) {
  const EgressDestination destination = parse_egress_destination("example.com:443").value();
  const auto bridge = explain_without_rules(NetworkMode::kBridge, destination);
  EXPECT_TRUE(bridge.facts.allowed);
  EXPECT_EQ(bridge.text, "example.com:443 is allowed: the network (bridge) has no rules");
  EXPECT_TRUE(explain_without_rules(NetworkMode::kHost, destination).facts.allowed);
  const auto none = explain_without_rules(NetworkMode::kNone, destination);
  EXPECT_FALSE(none.facts.allowed);
  EXPECT_EQ(none.text, "example.com:443 is refused: the box has no network");
}

TEST(ExplainDestination, ItsJsonHasASchema) {
  const EgressDestination destination = parse_egress_destination("example.com:443").value();
  const JsonValue json = to_json(explain_without_rules(NetworkMode::kNone, destination));
  ASSERT_NE(json.find("schema"), nullptr);
  EXPECT_EQ(*json.find("schema")->integer(), 1);
  ASSERT_NE(json.find("allowed"), nullptr);
  EXPECT_EQ(*json.find("allowed")->boolean(), false);
  EXPECT_EQ(*json.find_string("destination"), "example.com:443");
}

}  // namespace
}  // namespace mino::application
