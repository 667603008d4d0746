#include "application/issue_credentials.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "application/credential_part.hpp"
#include "tests/fakes/fake_audit_sink.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_credential_cache.hpp"
#include "tests/fakes/fake_credential_source.hpp"
#include "tests/fakes/fake_digest.hpp"
#include "tests/fakes/fake_environment.hpp"
#include "tests/fakes/fake_file_system.hpp"
#include "tests/fakes/fake_notices.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino::application {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing_support::flag_origin;
using testing_support::plain_inputs;
using testing_support::plan_of;
using testing_support::set_config;
using std::string_literals::operator""s;

constexpr CredentialProvider kAws = CredentialProvider::kAws;
constexpr CredentialProvider kGcp = CredentialProvider::kGcp;
constexpr CredentialProvider kGithub = CredentialProvider::kGithub;

class Issue : public ::testing::Test {
 protected:
  Issue() {
    set_config(inputs_.config, "credentials.github.enabled", false, flag_origin("--no-github"));
  }

  void ask(const std::string& provider) {
    set_config(inputs_.config, "credentials." + provider + ".enabled", true,
               flag_origin("--" + provider));
  }
  static Credential aws(const std::string& key, std::optional<Timestamp> end) {
    Credential credential{.values = {}, .expires_at = end};
    credential.values.emplace(kAwsAccessKeyId, Secret("id"));
    credential.values.emplace(kAwsSecretAccessKey, Secret(key));
    credential.values.emplace(kAwsSessionToken, Secret("session"));
    return credential;
  }
  static Credential token(const std::string& text) {
    Credential credential{.values = {}, .expires_at = std::nullopt};
    credential.values.emplace(kToken, Secret(text));
    return credential;
  }
  Result<std::vector<BoxCredential>> issue() {
    const RunPlan plan = plan_of(inputs_);
    auto requests = planned_requests(plan, inputs_);
    const AccountFiles accounts(files_, environment_, digest_, "/home/ann");
    const FetchCredentials fetch({source_, cache_, digest_, clock_}, accounts);
    IssueCredentials use_case({fetch, audit_, notices_});
    return use_case.execute(plan, *requests);
  }
  /// The value of one variable that a run got; empty when it did not.
  std::string issued(const std::string& variable) {
    const auto credentials = issue();
    if (!credentials.ok()) return credentials.error().text();
    for (const BoxCredential& credential : *credentials) {
      if (!credential.issued) continue;
      const auto variables =
          credential_variables(credential.request, credential.issued->credential);
      const auto found = variables.find(variable);
      if (found != variables.end()) return std::string(found->second.reveal());
    }
    return {};
  }
  std::string member(std::size_t event, std::string_view name) {
    const std::string* text = audit_.events.at(event).data.find_string(name);
    return text == nullptr ? "" : *text;
  }

  RunInputs inputs_ = plain_inputs();
  fakes::FakeCredentialSource source_;
  fakes::FakeCredentialCache cache_;
  fakes::FakeDigest digest_;
  fakes::FakeClock clock_;
  fakes::FakeAuditSink audit_;
  fakes::FakeNotices notices_;
  fakes::FakeFileSystem files_;
  fakes::FakeEnvironment environment_;
};

TEST_F(Issue, NothingAskedForIsNothingDone) {
  EXPECT_TRUE(issue()->empty());
  EXPECT_TRUE(source_.calls.empty());
  EXPECT_TRUE(cache_.locked.empty());
}

TEST_F(Issue, AsksAllProgramsAtOnceThenTheCache) {
  ask("aws");
  ask("gcp");
  source_.answers.emplace(kAws, aws("one", clock_.now() + hours(1)));
  source_.answers.emplace(kGcp, token("ya29"));
  EXPECT_EQ(issued("AWS_SECRET_ACCESS_KEY"), "one");
  ASSERT_EQ(source_.calls.size(), 1U);
  EXPECT_EQ(source_.calls[0].size(), 2U);
  EXPECT_EQ(issued("CLOUDSDK_AUTH_ACCESS_TOKEN"), "ya29");
  EXPECT_EQ(source_.calls.size(), 1U) << "the second run starts no program";
  EXPECT_EQ(audit_.names(), (std::vector<std::string>(4, "credentials.issued")));
  EXPECT_EQ(member(0, "source"), "fresh");
  EXPECT_EQ(member(0, "provider"), "aws");
  EXPECT_EQ(member(0, "name"), "calm-otter");
  EXPECT_NE(member(0, "expires_at"), "");
  EXPECT_EQ(member(2, "source"), "cache");
}

TEST_F(Issue, RenewsBeforeTheEnd) {
  ask("aws");
  source_.answers.emplace(kAws, aws("one", clock_.now() + hours(1)));
  EXPECT_EQ(issued("AWS_SECRET_ACCESS_KEY"), "one");
  clock_.advance(minutes(56));
  source_.answers.insert_or_assign(kAws, aws("two", clock_.now() + hours(1)));
  EXPECT_EQ(issued("AWS_SECRET_ACCESS_KEY"), "two");
  EXPECT_EQ(source_.calls.size(), 2U);
}

TEST_F(Issue, DoesNotTrustWhatIsFromTheFuture) {
  ask("aws");
  source_.answers.emplace(kAws, aws("one", clock_.now() + hours(1)));
  EXPECT_EQ(issued("AWS_SECRET_ACCESS_KEY"), "one");
  clock_.advance(-hours(24));
  source_.answers.insert_or_assign(kAws, aws("two", clock_.now() + hours(1)));
  EXPECT_EQ(issued("AWS_SECRET_ACCESS_KEY"), "two");
  EXPECT_TRUE(notices_.warnings.empty());
}

TEST_F(Issue, AnotherIdentityIsAnotherCredential) {
  ask("aws");
  source_.answers.emplace(kAws, aws("one", clock_.now() + hours(1)));
  EXPECT_EQ(issued("AWS_SECRET_ACCESS_KEY"), "one");
  source_.answers.insert_or_assign(kAws, aws("two", clock_.now() + hours(1)));
  set_config(inputs_.config, "credentials.aws.profile", "other"s, flag_origin("x"));
  EXPECT_EQ(issued("AWS_SECRET_ACCESS_KEY"), "two") << "another profile";
  source_.answers.insert_or_assign(kAws, aws("three", clock_.now() + hours(1)));
  environment_.variables["AWS_ACCESS_KEY_ID"] = "AKIA2";
  EXPECT_EQ(issued("AWS_SECRET_ACCESS_KEY"), "three") << "another key in the environment";
  source_.answers.insert_or_assign(kAws, aws("four", clock_.now() + hours(1)));
  files_.add_file("/home/ann/.aws/credentials", "[default]");
  EXPECT_EQ(issued("AWS_SECRET_ACCESS_KEY"), "four") << "a login";
  EXPECT_EQ(issued("AWS_SECRET_ACCESS_KEY"), "four");
  EXPECT_EQ(source_.calls.size(), 4U);
}

TEST_F(Issue, WaitsForAnotherRunThatAsksForTheSame) {
  ask("aws");
  cache_.while_waiting = [this] {
    // The other run has it by the time the lock is free.
    const RunPlan plan = plan_of(inputs_);
    const AccountFiles accounts(files_, environment_, digest_, "/home/ann");
    const auto requests = planned_requests(plan, inputs_);
    const std::string key = digest_.sha256_hex(
        identity_bytes(requests->front(), accounts.inputs(requests->front()).text));
    ASSERT_TRUE(cache_
                    .store(kAws, key,
                           IssuedCredential{aws("theirs", clock_.now() + hours(1)), clock_.now()},
                           clock_.now())
                    .ok());
  };
  EXPECT_EQ(issued("AWS_SECRET_ACCESS_KEY"), "theirs");
  EXPECT_TRUE(source_.calls.empty() || source_.calls[0].empty());
}

TEST_F(Issue, AFailureIsAWarningWithItsFixAndTheOthersCome) {
  ask("aws");
  ask("gcp");
  source_.answers.emplace(
      kAws, Error(ErrorCode::kUnavailable, "aws is not logged in").set_hint("aws configure"));
  source_.answers.emplace(kGcp, token("ya29"));
  EXPECT_EQ(issued("CLOUDSDK_AUTH_ACCESS_TOKEN"), "ya29");
  ASSERT_EQ(notices_.warnings.size(), 1U);
  EXPECT_EQ(notices_.warnings[0].text, "no AWS credentials: aws is not logged in");
  EXPECT_EQ(notices_.warnings[0].hint, "aws configure");
  EXPECT_EQ(audit_.names(), (std::vector<std::string>{"credentials.failed", "credentials.issued"}));
}

TEST_F(Issue, StrictEndsTheRun) {
  ask("aws");
  ask("gcp");
  inputs_.request.strict_credentials = Switch::kOn;
  source_.answers.emplace(kGcp, token("ya29"));
  const auto credentials = issue();
  ASSERT_FALSE(credentials.ok());
  EXPECT_EQ(credentials.error().code(), ErrorCode::kUnavailable);
  EXPECT_EQ(credentials.error().text(), "the credentials of AWS could not be had");
}

TEST_F(Issue, WhatIsOverIsNotGivenToABox) {
  ask("aws");
  source_.answers.emplace(kAws, aws("old", clock_.now() - minutes(1)));
  EXPECT_EQ(issued("AWS_SECRET_ACCESS_KEY"), "");
  EXPECT_TRUE(notices_.warned("ended at"));
  EXPECT_TRUE(cache_.entries.empty());
}

TEST_F(Issue, WhatIsNearItsEndIsGivenAndNotKept) {
  ask("aws");
  source_.answers.emplace(kAws, aws("short", clock_.now() + minutes(1)));
  EXPECT_EQ(issued("AWS_SECRET_ACCESS_KEY"), "short");
  EXPECT_TRUE(cache_.entries.empty());
}

TEST_F(Issue, AKeptOneThatCannotBeUsedIsOneWarningAndIsReplaced) {
  ask("aws");
  source_.answers.emplace(kAws, aws("one", clock_.now() + hours(1)));
  EXPECT_EQ(issued("AWS_SECRET_ACCESS_KEY"), "one");
  cache_.complaints[cache_.entries.begin()->first] = "the file is open to other users";
  EXPECT_EQ(issued("AWS_SECRET_ACCESS_KEY"), "one");
  ASSERT_EQ(notices_.warnings.size(), 1U);
  EXPECT_TRUE(notices_.warned("open to other users"));
  EXPECT_EQ(source_.calls.size(), 2U);
  EXPECT_EQ(issued("AWS_SECRET_ACCESS_KEY"), "one");
  EXPECT_EQ(source_.calls.size(), 2U);
}

TEST_F(Issue, ACacheThatCannotBeWrittenIsAWarning) {
  ask("aws");
  cache_.failure = Error(ErrorCode::kPermission, "no space").set_hint("make some");
  source_.answers.emplace(kAws, aws("one", clock_.now() + hours(1)));
  EXPECT_EQ(issued("AWS_SECRET_ACCESS_KEY"), "one");
  EXPECT_TRUE(notices_.warned("no space"));
}

class IssueGithub : public Issue {
 protected:
  IssueGithub() {
    inputs_ = plain_inputs();
    files_.add_file("/usr/bin/gh", "", 0755);
    environment_.variables["PATH"] = "/usr/bin";
    source_.answers.emplace(kGithub, token("gho_1"));
  }
  void log_in(const std::string& hosts) {
    files_.add_file("/home/ann/.config/gh/hosts.yml", hosts);
  }
  bool has_login() {
    return AccountFiles(files_, environment_, digest_, "/home/ann")
        .has_github_login(inputs_.config);
  }
};

TEST_F(IssueGithub, ALoginIsSeenWithoutStartingGh) {
  EXPECT_FALSE(has_login());
  log_in("git.example:\n    user: ann\n");
  EXPECT_FALSE(has_login()) << "another host";
  log_in("github.com:\n    user: ann\n");
  EXPECT_TRUE(has_login());
  set_config(inputs_.config, "credentials.github.enabled", false, flag_origin("--no-github"));
  EXPECT_FALSE(has_login());
}

TEST_F(IssueGithub, ATokenInTheEnvironmentIsALoginOnlyForItsHost) {
  environment_.variables["GH_TOKEN"] = "x";
  EXPECT_TRUE(has_login());
  set_config(inputs_.config, "credentials.github.host", "git.example"s, flag_origin("x"));
  EXPECT_FALSE(has_login());
  environment_.variables["GH_ENTERPRISE_TOKEN"] = "x";
  EXPECT_TRUE(has_login());
  environment_.variables["PATH"] = "/bin";
  EXPECT_FALSE(has_login()) << "no gh";
}

TEST_F(IssueGithub, ATokenThatGhKeepsInTheOpenIsKeptHereToo) {
  log_in("github.com:\n    oauth_token: gho_1\n");
  inputs_.host.has_github_login = true;
  EXPECT_EQ(issued("GH_TOKEN"), "gho_1");
  EXPECT_EQ(issued("GITHUB_TOKEN"), "gho_1");
  EXPECT_EQ(source_.calls.size(), 1U);
}

TEST_F(IssueGithub, ATokenOfAKeyringOrTheEnvironmentIsNeverWrittenDown) {
  log_in("github.com:\n    user: ann\n");
  inputs_.host.has_github_login = true;
  EXPECT_EQ(issued("GH_TOKEN"), "gho_1");
  log_in("github.com:\n    oauth_token: gho_1\n");
  environment_.variables["GH_TOKEN"] = "gho_1";
  EXPECT_EQ(issued("GH_TOKEN"), "gho_1");
  EXPECT_TRUE(cache_.entries.empty());
  EXPECT_EQ(source_.calls.size(), 2U);
}

TEST_F(IssueGithub, AMissingProgramIsSilentUnlessGithubWasTyped) {
  source_.answers.clear();
  inputs_.host.has_github_login = true;
  inputs_.request.strict_credentials = Switch::kOn;
  EXPECT_TRUE(issue().ok());
  EXPECT_TRUE(notices_.warnings.empty());
  ask("github");
  EXPECT_FALSE(issue().ok());
  EXPECT_TRUE(notices_.warned("no GitHub credentials"));
}

TEST(CredentialPart, RecordsWhatTheBoxWasGivenOnceItRuns) {
  fakes::FakeAuditSink audit;
  fakes::FakeNotices notices;
  const RunPlan plan = plan_of(plain_inputs());
  const SessionRecord record{.id = "1", .name = plan.session};
  CredentialPart none(audit, notices, {});
  ASSERT_TRUE(none.prepare({plan, record}).ok());
  none.started({plan, record});
  EXPECT_TRUE(audit.events.empty());
  CredentialPart part(audit, notices, {kAws, kGithub});
  ASSERT_TRUE(part.prepare({plan, record}).ok());
  EXPECT_TRUE(audit.events.empty());
  part.started({plan, record});
  ASSERT_EQ(audit.names(), std::vector<std::string>{"credentials.injected"});
  EXPECT_EQ(audit.events[0].data,
            JsonValue(JsonValue::Object{{"session_name", "calm-otter"},
                                        {"providers", JsonValue::Array{"aws", "github"}}}));
}

}  // namespace
}  // namespace mino::application
