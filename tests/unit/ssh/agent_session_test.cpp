#include "domain/ssh/agent_session.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "tests/unit/ssh/ssh_world.hpp"

namespace mino {
namespace {

using namespace testing_support;  // NOLINT(google-build-using-namespace): the test's own words

using Use = BindRequest::Use;
using Kind = SshEvent::Kind;

const std::string kFailure = bare_message(AgentCode::kFailure);
const std::string kSuccess = bare_message(AgentCode::kSuccess);
const std::string kList = bare_message(AgentCode::kRequestIdentities);

class AgentSessionTest : public ::testing::Test {
 protected:
  /// The session's step when the agent has these two keys and is asked for them first.
  AgentStep sign(AgentSession& session, const std::string& key, const std::string& data) {
    AgentStep step = session.request(sign_message(key, data));
    if (step.to_agent == kList) step = session.answer(identities_message(two_keys()));
    return step;
  }
  /// The reason of a refusal; nothing when the agent is asked to sign.
  std::optional<SshRefusal> refusal(AgentSession& session, const std::string& key,
                                    const std::string& data) {
    const AgentStep step = sign(session, key, data);
    if (!step.event) {
      EXPECT_EQ(step.to_agent, sign_message(key, data)) << "passed on as it is";
      static_cast<void>(session.answer(signature_message()));
      return std::nullopt;
    }
    EXPECT_EQ(step.to_client, kFailure);
    EXPECT_EQ(step.event->kind, Kind::kRefused);
    return step.event->refusal;
  }
  void bind(AgentSession& session, const std::string& host, const std::string& id, Use use) {
    const std::string message = bind_message(host, id, use);
    EXPECT_EQ(session.request(message).to_agent, message) << "the agent has limits of its own";
    EXPECT_EQ(session.answer(kSuccess).to_client, kSuccess);
  }
  AgentSession session() { return {policy_, hosts_, crypto_}; }

  SshPolicy policy_;
  KnownHosts hosts_ = KnownHosts::parse(host_line("github.com", host_key("gh")) +
                                        host_line("git.example", host_key("ge")) + "@revoked " +
                                        host_line("*", host_key("old")));
  SshCrypto crypto_ = transparent_crypto();
};

TEST_F(AgentSessionTest, ListsTheKeysThatThePolicyHas) {
  policy_.keys = {"work@laptop"};
  AgentSession by_comment = session();
  EXPECT_EQ(by_comment.request(kList).to_agent, kList);
  EXPECT_EQ(by_comment.answer(identities_message(two_keys())).to_client,
            identities_message({two_keys()[0]}));
  policy_.keys = {transparent_fingerprint("key-2")};
  AgentSession by_fingerprint = session();
  static_cast<void>(by_fingerprint.request(kList));
  EXPECT_EQ(by_fingerprint.answer(identities_message(two_keys())).to_client,
            identities_message({two_keys()[1]}));
  EXPECT_TRUE(by_fingerprint.is_idle());
}

TEST_F(AgentSessionTest, SignsALoginAndTellsWhatItKnows) {
  AgentSession session = this->session();
  const AgentStep asked = sign(session, "key-1", login_data("id", "key-1"));
  EXPECT_TRUE(asked.to_client.empty());
  EXPECT_TRUE(session.is_signing());
  const AgentStep step = session.answer(signature_message());
  EXPECT_EQ(step.to_client, signature_message());
  ASSERT_TRUE(step.event);
  EXPECT_EQ(step.event->kind, Kind::kSigned);
  EXPECT_EQ(step.event->fingerprint, transparent_fingerprint("key-1"));
  EXPECT_EQ(step.event->comment, "work@laptop");
  EXPECT_EQ(step.event->user, "git");
  EXPECT_EQ(step.event->host_key, "") << "no client said which host";
}

TEST_F(AgentSessionTest, ABoundLoginNamesItsHost) {
  AgentSession session = this->session();
  bind(session, host_key("gh"), "id", Use::kLogin);
  static_cast<void>(sign(session, "key-1", login_data("id", "key-1", host_key("gh"))));
  const AgentStep step = session.answer(signature_message());
  ASSERT_TRUE(step.event);
  EXPECT_EQ(step.event->host_name, "github.com");
  EXPECT_EQ(step.event->host_key, transparent_fingerprint(host_key("gh")));
}

TEST_F(AgentSessionTest, RefusesAllThatChangesTheAgent) {
  for (const int code : {1, 2, 3, 7, 8, 9, 12, 17, 18, 19, 20, 21, 22, 23, 25, 26, 100, 255}) {
    AgentSession session = this->session();
    const AgentStep step =
        session.request(std::string(1, static_cast<char>(code)) + "the rest of it");
    EXPECT_TRUE(step.to_agent.empty()) << code;
    EXPECT_EQ(step.to_client, kFailure) << code;
    ASSERT_TRUE(step.event) << code;
    EXPECT_EQ(step.event->refusal, SshRefusal::kRequest) << code;
  }
  for (const char* name : {"query", "restrict-destination-v00@openssh.com", ""}) {
    AgentSession session = this->session();
    EXPECT_EQ(session.request(extension(name, "")).to_client, kFailure) << name;
  }
}

TEST_F(AgentSessionTest, AHiddenKeyDoesNotSign) {
  policy_.keys = {"work@laptop"};
  AgentSession session = this->session();
  EXPECT_EQ(refusal(session, "key-2", login_data("id", "key-2")), SshRefusal::kKey);
  EXPECT_EQ(refusal(session, "key-1", login_data("id", "key-1")), std::nullopt);
}

TEST_F(AgentSessionTest, FilesAreSignedOnlyWithTheSetting) {
  AgentSession refusing = session();
  EXPECT_EQ(refusal(refusing, "key-1", file_data("git")), SshRefusal::kFiles);
  policy_.files = SshPolicy::Files::kAllowed;
  AgentSession session = this->session();
  EXPECT_EQ(refusal(session, "key-1", file_data("git")), std::nullopt);
  EXPECT_EQ(refusal(session, "key-1", "a bare challenge"), SshRefusal::kContent);
}

TEST_F(AgentSessionTest, ALoginByAnotherKeyThanTheOneThatSignsIsNone) {
  AgentSession session = this->session();
  EXPECT_EQ(refusal(session, "key-1", login_data("id", "key-2")), SshRefusal::kContent);
}

TEST_F(AgentSessionTest, UnknownFlagsAreRefused) {
  AgentSession session = this->session();
  const AgentStep step = session.request(sign_message("key-1", login_data("id", "key-1"), 8));
  EXPECT_EQ(step.to_client, kFailure);
  EXPECT_EQ(step.event->refusal, SshRefusal::kMalformed);
}

TEST_F(AgentSessionTest, AKeyThatTheAgentDoesNotHaveFails) {
  AgentSession session = this->session();
  const AgentStep step = sign(session, "key-3", login_data("id", "key-3"));
  EXPECT_EQ(step.to_client, kFailure);
  ASSERT_TRUE(step.event);
  EXPECT_EQ(step.event->kind, Kind::kFailed);
}

// --- ssh.hosts
// ------------------------------------------------------------------------------------

TEST_F(AgentSessionTest, WithHostsOnlyABoundAndKnownOneIsLoggedInTo) {
  policy_.hosts = {"github.com"};
  AgentSession unbound = session();
  EXPECT_EQ(refusal(unbound, "key-1", login_data("id", "key-1")), SshRefusal::kUnbound);
  AgentSession right = session();
  bind(right, host_key("gh"), "id", Use::kLogin);
  EXPECT_EQ(refusal(right, "key-1", login_data("id", "key-1")), std::nullopt);
  EXPECT_EQ(refusal(right, "key-1", login_data("other id", "key-1")), SshRefusal::kUnbound);
  EXPECT_EQ(refusal(right, "key-1", login_data("id", "key-1", host_key("ge"))),
            SshRefusal::kBinding);
  AgentSession other = session();
  bind(other, host_key("ge"), "id", Use::kLogin);
  EXPECT_EQ(refusal(other, "key-1", login_data("id", "key-1")), SshRefusal::kHost);
  AgentSession unknown = session();
  bind(unknown, host_key("made up"), "id", Use::kLogin);
  EXPECT_EQ(refusal(unknown, "key-1", login_data("id", "key-1")), SshRefusal::kHost);
}

TEST_F(AgentSessionTest, AProofThatIsNoneIsNotPassedOn) {
  policy_.hosts = {"github.com"};
  AgentSession session = this->session();
  const AgentStep step = session.request(bind_message(host_key("gh"), "id", "forged", Use::kLogin));
  EXPECT_TRUE(step.to_agent.empty());
  EXPECT_EQ(step.to_client, kFailure);
  EXPECT_EQ(step.event->refusal, SshRefusal::kBinding);
  EXPECT_EQ(refusal(session, "key-1", login_data("id", "key-1")), SshRefusal::kUnbound);
}

TEST_F(AgentSessionTest, AKeyOfAnUnknownKindProvesNothing) {
  policy_.hosts = {"github.com"};
  AgentSession session = this->session();
  bind(session, "cert of github.com", "id", Use::kLogin);
  EXPECT_EQ(refusal(session, "key-1", login_data("id", "key-1")), SshRefusal::kUnbound);
}

TEST_F(AgentSessionTest, ARevokedHostIsRefusedInAnyCase) {
  AgentSession session = this->session();
  bind(session, host_key("old"), "id", Use::kLogin);
  EXPECT_EQ(refusal(session, "key-1", login_data("id", "key-1")), SshRefusal::kHost);
}

TEST_F(AgentSessionTest, AConnectionIsBoundForALoginOnce) {
  AgentSession session = this->session();
  bind(session, host_key("gh"), "id", Use::kLogin);
  const AgentStep again = session.request(bind_message(host_key("ge"), "id-2", Use::kLogin));
  EXPECT_EQ(again.to_client, kFailure);
  EXPECT_EQ(again.event->refusal, SshRefusal::kBinding);
}

TEST_F(AgentSessionTest, ASessionHasOneHost) {
  policy_.forwarding = SshPolicy::Forwarding::kAllowed;
  AgentSession session = this->session();
  bind(session, host_key("gh"), "id", Use::kForwarding);
  EXPECT_EQ(session.request(bind_message(host_key("ge"), "id", Use::kLogin)).to_client, kFailure);
  EXPECT_EQ(session.request(bind_message(host_key("ge"), "", Use::kLogin)).to_client, kFailure);
  EXPECT_EQ(
      session.request(bind_message(host_key("ge"), std::string(129, 'i'), Use::kLogin)).to_client,
      kFailure);
}

TEST_F(AgentSessionTest, BindingsAreBounded) {
  policy_.forwarding = SshPolicy::Forwarding::kAllowed;
  AgentSession session = this->session();
  for (std::size_t i = 0; i < AgentSession::kMaxBindings; ++i)
    bind(session, host_key("gh"), "id-" + std::to_string(i), Use::kForwarding);
  EXPECT_EQ(session.request(bind_message(host_key("gh"), "one more", Use::kForwarding)).to_client,
            kFailure);
}

// --- forwarding
// -----------------------------------------------------------------------------------

TEST_F(AgentSessionTest, AHostBehindAHostUsesTheAgentOnlyWithTheSetting) {
  AgentSession refusing = session();
  bind(refusing, host_key("gh"), "id", Use::kForwarding);
  EXPECT_EQ(refusal(refusing, "key-1", login_data("id-2", "key-1")), SshRefusal::kForwarded);
  AgentSession with_certificate = session();
  bind(with_certificate, "cert", "id", Use::kForwarding);
  EXPECT_EQ(refusal(with_certificate, "key-1", login_data("id-2", "key-1")),
            SshRefusal::kForwarded);
  policy_.forwarding = SshPolicy::Forwarding::kAllowed;
  AgentSession session = this->session();
  bind(session, host_key("gh"), "id", Use::kForwarding);
  EXPECT_EQ(refusal(session, "key-1", login_data("id-2", "key-1")), std::nullopt);
}

TEST_F(AgentSessionTest, WithHostsEachHostOfAChainIsOneOfThem) {
  policy_.forwarding = SshPolicy::Forwarding::kAllowed;
  policy_.hosts = {"github.com"};
  AgentSession session = this->session();
  bind(session, host_key("ge"), "id", Use::kForwarding);
  bind(session, host_key("gh"), "id-2", Use::kLogin);
  EXPECT_EQ(refusal(session, "key-1", login_data("id-2", "key-1")), SshRefusal::kHost);
  policy_.hosts.emplace_back("git.example");
  EXPECT_EQ(refusal(session, "key-1", login_data("id-2", "key-1")), std::nullopt);
  EXPECT_EQ(refusal(session, "key-1", login_data("id", "key-1")), SshRefusal::kUnbound)
      << "a host on the way is not logged in to";
}

// --- confirmation
// ---------------------------------------------------------------------------------

TEST_F(AgentSessionTest, AQuestionComesBeforeEachSignature) {
  policy_.confirmation = SshPolicy::Confirmation::kEachUse;
  AgentSession session = this->session();
  for (const auto confirmation : {Confirmation::kYes, Confirmation::kNo, Confirmation::kNobody}) {
    const AgentStep asked = sign(session, "key-1", login_data("id", "key-1"));
    ASSERT_TRUE(asked.question);
    EXPECT_TRUE(asked.to_agent.empty());
    EXPECT_EQ(asked.question->user, "git");
    const AgentStep step = session.confirmed(confirmation);
    if (confirmation == Confirmation::kYes) {
      EXPECT_EQ(step.to_agent, sign_message("key-1", login_data("id", "key-1")));
      static_cast<void>(session.answer(signature_message()));
      continue;
    }
    EXPECT_EQ(step.to_client, kFailure);
    EXPECT_EQ(step.event->refusal,
              confirmation == Confirmation::kNo ? SshRefusal::kDeclined : SshRefusal::kNobody);
  }
}

TEST_F(AgentSessionTest, WhatIsRefusedAnywayIsNotAskedAbout) {
  policy_.confirmation = SshPolicy::Confirmation::kEachUse;
  AgentSession session = this->session();
  EXPECT_EQ(refusal(session, "key-1", file_data("git")), SshRefusal::kFiles);
}

// --- an agent that misbehaves
// ---------------------------------------------------------------------

TEST_F(AgentSessionTest, AnAgentThatIsGoneIsAFailureForTheClient) {
  for (const std::string& message : {kList, sign_message("key-1", login_data("id", "key-1")),
                                     bind_message(host_key("gh"), "id", Use::kLogin)}) {
    AgentSession session = this->session();
    static_cast<void>(session.request(message));
    const AgentStep step = session.agent_failed("gone");
    EXPECT_EQ(step.to_client, kFailure);
    EXPECT_TRUE(session.is_idle());
  }
  AgentSession session = this->session();
  EXPECT_TRUE(session.agent_failed("gone").to_client.empty()) << "nobody waits for it";
}

TEST_F(AgentSessionTest, AnAnswerThatIsNoneBreaksTheAgent) {
  for (const std::string& answer : {std::string(), std::string("\x0E"), kSuccess,
                                    std::string("\x0C\0\0\0\x01", 5), std::string(100, 'x')}) {
    AgentSession session = this->session();
    static_cast<void>(session.request(kList));
    const AgentStep step = session.answer(answer);
    EXPECT_TRUE(step.agent_is_broken);
    EXPECT_EQ(step.to_client, kFailure);
  }
  AgentSession session = this->session();
  EXPECT_TRUE(session.answer(kSuccess).agent_is_broken) << "it was not asked";
}

/// Whatever comes in whatever order: the agent gets nothing but lists, signatures of granted
/// content and bindings, and a client gets one answer to each request.
TEST_F(AgentSessionTest, RandomMessagesNeverGetFurtherThanThePolicy) {
  policy_.keys = {"work@laptop"};
  policy_.hosts = {"github.com"};
  std::mt19937 random(2024);
  const std::vector<std::string> requests{kList,
                                          sign_message("key-1", login_data("id", "key-1")),
                                          sign_message("key-2", login_data("id", "key-2")),
                                          sign_message("key-1", file_data("git")),
                                          bind_message(host_key("gh"), "id", Use::kLogin),
                                          bind_message(host_key("ge"), "id", Use::kLogin),
                                          bind_message(host_key("gh"), "id", Use::kForwarding),
                                          std::string("\x11key"),
                                          std::string("\x13"),
                                          extension("query", "")};
  for (int round = 0; round < 2000; ++round) {
    AgentSession session = this->session();
    bool is_bound = false;
    for (int i = 0; i < 12; ++i) {
      std::string request = requests[random() % requests.size()];
      if (random() % 4 == 0 && !request.empty())
        request[random() % request.size()] = static_cast<char>(random());
      AgentStep step = session.request(request);
      while (step.to_client.empty()) {
        const AgentRequest asked = parse_agent_request(step.to_agent);
        ASSERT_TRUE(std::holds_alternative<ListRequest>(asked) ||
                    std::holds_alternative<SignRequest>(asked) ||
                    std::holds_alternative<BindRequest>(asked));
        if (const auto* signing = std::get_if<SignRequest>(&asked)) {
          ASSERT_EQ(signing->key, "key-1");
          ASSERT_TRUE(is_bound);
        }
        if (const auto* bound = std::get_if<BindRequest>(&asked))
          is_bound = is_bound || bound->host_key == host_key("gh");
        const bool lists = std::holds_alternative<ListRequest>(asked);
        const bool signs = std::holds_alternative<SignRequest>(asked);
        step = session.answer(lists   ? identities_message(two_keys())
                              : signs ? signature_message()
                                      : kSuccess);
      }
      ASSERT_TRUE(session.is_idle());
    }
  }
}

}  // namespace
}  // namespace mino
