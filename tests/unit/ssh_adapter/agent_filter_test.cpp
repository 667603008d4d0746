#include "adapters/ssh/agent_filter.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "adapters/posix/packet_socket.hpp"
#include "adapters/ssh/agent_socket.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/ssh/ssh_world.hpp"

namespace mino::ssh {
namespace {

using namespace testing_support;  // NOLINT(google-build-using-namespace): the test's own words
using std::chrono::milliseconds;

constexpr int kPatienceMs = 20'000;
const std::string kFailure = bare_message(AgentCode::kFailure);
const std::string kList = bare_message(AgentCode::kRequestIdentities);

struct Pair {
  posix::UniqueFd ours;
  posix::UniqueFd theirs;
};
Pair make_pair(int type) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends.data()), 0);
  return {posix::UniqueFd(ends[0]), posix::UniqueFd(ends[1])};
}

bool is_readable(int fd) {
  pollfd wait{fd, POLLIN, 0};
  return ::poll(&wait, 1, kPatienceMs) == 1;
}

/// One end of a conversation in the agent's protocol.
class Talk {
 public:
  explicit Talk(posix::UniqueFd fd) : fd_(std::move(fd)) {}
  void say(const std::string& message) const { say_bytes(framed(message)); }
  void say_bytes(const std::string& bytes) const {
    EXPECT_EQ(::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  /// The next message; "end" when the other side has closed, "nothing" when it takes too long.
  std::string hear() {
    for (;;) {
      if (auto message = stream_.next()) return *message;
      if (!is_readable(fd_.get())) return "nothing";
      std::array<char, 4096> buffer{};
      const ssize_t got = ::read(fd_.get(), buffer.data(), buffer.size());
      if (got <= 0) return "end";
      stream_.add({buffer.data(), static_cast<std::size_t>(got)});
    }
  }
  void hang_up() { fd_.reset(); }

 private:
  posix::UniqueFd fd_;
  AgentStream stream_;
};

/// The filter on a thread of its own; the test is its owner, the clients and the agent.
class AgentFilterTest : public ::testing::Test {
 protected:
  ~AgentFilterTest() override { end(); }

  void start(FilterLimits limits = {}) {
    auto listener = listen_for_clients(directory_.path().string(), "agent.sock");
    ASSERT_TRUE(listener.ok());
    Pair pair = make_pair(SOCK_SEQPACKET);
    owner_ = std::move(pair.ours);
    filter_ = std::make_unique<AgentFilter>(
        AgentFilter::Rules{policy_, KnownHosts(), transparent_crypto()}, std::move(pair.theirs),
        *std::move(listener), limits);
    thread_ = std::thread([this] { filter_->run(); });
  }
  void end() {
    owner_.reset();
    if (thread_.joinable()) thread_.join();
  }

  [[nodiscard]] Talk client() const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = (directory_.path() / "agent.sock").string();
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    posix::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    return Talk(std::move(fd));
  }
  /// What the filter says to its owner next.
  [[nodiscard]] FilterPacket report() const {
    if (!is_readable(owner_.get())) return {};
    const auto received = posix::receive_packet(owner_.get(), kMaxFilterPacket);
    return decode(received.packet.bytes).value_or(FilterPacket{});
  }
  [[nodiscard]] SshEvent event() const {
    const FilterPacket packet = report();
    EXPECT_EQ(packet.kind, FilterMessage::kEvent);
    return decode_ssh_event(packet.text).value_or(SshEvent{});
  }
  /// The filter wants a connection to the agent, and gets it.
  [[nodiscard]] Talk agent() const {
    const FilterPacket packet = report();
    EXPECT_EQ(packet.kind, FilterMessage::kConnect);
    Pair pair = make_pair(SOCK_STREAM | SOCK_NONBLOCK);
    EXPECT_EQ(
        posix::send_packet(owner_.get(), encode({FilterMessage::kConnected, packet.client, {}}),
                           {pair.theirs.get()}),
        posix::SendState::kSent);
    return Talk(std::move(pair.ours));
  }
  void tell(const FilterPacket& packet) const {
    EXPECT_EQ(posix::send_packet(owner_.get(), encode(packet), {}), posix::SendState::kSent);
  }

  SshPolicy policy_;
  posix::UniqueFd owner_;

 private:
  testing_support::TempDir directory_;
  std::unique_ptr<AgentFilter> filter_;
  std::thread thread_;
};

TEST_F(AgentFilterTest, ListsAndSigns) {
  start();
  Talk client = this->client();
  client.say(kList);
  Talk agent = this->agent();
  EXPECT_EQ(agent.hear(), kList);
  agent.say(identities_message(two_keys()));
  EXPECT_EQ(client.hear(), identities_message(two_keys()));
  const std::string request = sign_message("key-1", login_data("id", "key-1"));
  client.say(request);
  EXPECT_EQ(agent.hear(), request) << "on the same connection";
  agent.say(signature_message());
  EXPECT_EQ(event().kind, SshEvent::Kind::kSigned);
  EXPECT_EQ(client.hear(), signature_message());
}

TEST_F(AgentFilterTest, EachClientHasAConnectionOfItsOwn) {
  start();
  Talk first = client();
  first.say(kList);
  Talk agent_of_first = agent();
  Talk second = client();
  second.say(kList);
  Talk agent_of_second = agent();
  agent_of_second.say(identities_message({}));
  EXPECT_EQ(second.hear(), identities_message({})) << "nobody waits for another";
  agent_of_first.say(identities_message(two_keys()));
  EXPECT_EQ(first.hear(), identities_message(two_keys()));
}

TEST_F(AgentFilterTest, RefusesWithoutAskingTheAgent) {
  start();
  Talk client = this->client();
  client.say("\x11 a key");
  EXPECT_EQ(event().refusal, SshRefusal::kRequest);
  EXPECT_EQ(client.hear(), kFailure);
}

TEST_F(AgentFilterTest, AnswersInTheOrderOfTheRequests) {
  start();
  Talk client = this->client();
  client.say_bytes(framed("\x13") + framed(kList) + framed("\x16"));
  EXPECT_EQ(event().detail, "remove all keys");
  Talk agent = this->agent();
  agent.say(identities_message({}));
  EXPECT_EQ(event().detail, "lock the agent");
  EXPECT_EQ(client.hear(), kFailure);
  EXPECT_EQ(client.hear(), identities_message({}));
  EXPECT_EQ(client.hear(), kFailure);
}

TEST_F(AgentFilterTest, AStreamThatIsNoneIsCut) {
  start();
  for (const std::string& bytes : {std::string(4, '\0'), std::string("\x7F\xFF\xFF\xFFxxx"),
                                   std::string("GET / HTTP/1.1\r\n\r\n")}) {
    Talk client = this->client();
    client.say_bytes(bytes);
    EXPECT_EQ(event().refusal, SshRefusal::kMalformed);
    EXPECT_EQ(client.hear(), kFailure);
    EXPECT_EQ(client.hear(), "end");
  }
}

TEST_F(AgentFilterTest, AnAgentThatDiesIsReplacedByTheNextRequest) {
  start();
  Talk client = this->client();
  client.say(kList);
  agent().hang_up();
  EXPECT_EQ(event().kind, SshEvent::Kind::kFailed);
  EXPECT_EQ(client.hear(), kFailure);
  client.say(kList);
  Talk agent = this->agent();
  agent.say(identities_message(two_keys()));
  EXPECT_EQ(client.hear(), identities_message(two_keys()));
}

TEST_F(AgentFilterTest, AnAgentThatCannotBeReachedIsAFailure) {
  start();
  Talk client = this->client();
  client.say(kList);
  tell({FilterMessage::kUnreachable, report().client, "gone"});
  EXPECT_EQ(event().detail, "gone");
  EXPECT_EQ(client.hear(), kFailure);
}

TEST_F(AgentFilterTest, AnAgentThatSaysNothingIsGivenUp) {
  FilterLimits limits;
  limits.agent_patience = milliseconds(1);
  start(limits);
  Talk client = this->client();
  client.say(kList);
  Talk agent = this->agent();
  EXPECT_EQ(event().detail, "the agent does not answer");
  EXPECT_EQ(client.hear(), kFailure);
  EXPECT_NE(agent.hear(), "nothing") << "it may have got the question before it was given up";
}

TEST_F(AgentFilterTest, AnAgentThatTalksRubbishIsDropped) {
  start();
  Talk client = this->client();
  client.say(kList);
  Talk agent = this->agent();
  EXPECT_EQ(agent.hear(), kList);
  agent.say("rubbish");
  EXPECT_EQ(event().kind, SshEvent::Kind::kFailed);
  EXPECT_EQ(client.hear(), kFailure);
  EXPECT_EQ(agent.hear(), "end");
}

TEST_F(AgentFilterTest, MoreClientsThanItTakesWait) {
  FilterLimits limits;
  limits.clients = 2;
  start(limits);
  Talk first = client();
  Talk second = client();
  Talk third = client();
  first.say("\x13");
  EXPECT_EQ(first.hear(), kFailure);
  second.say("\x13");
  EXPECT_EQ(second.hear(), kFailure);
  third.say("\x13");
  first.hang_up();
  EXPECT_EQ(third.hear(), kFailure) << "as soon as there is room";
}

TEST_F(AgentFilterTest, WhatIsBeyondTheBudgetComesLater) {
  FilterLimits limits;
  limits.rate = {.burst = 2, .per_second = 50};
  start(limits);
  Talk client = this->client();
  std::string bytes;
  for (int i = 0; i < 10; ++i) bytes += framed("\x13");
  client.say_bytes(bytes);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(client.hear(), kFailure) << i;
}

TEST_F(AgentFilterTest, TheUserIsAskedThroughTheOwner) {
  policy_.confirmation = SshPolicy::Confirmation::kEachUse;
  start();
  Talk client = this->client();
  const std::string request = sign_message("key-1", login_data("id", "key-1"));
  client.say(request);
  Talk agent = this->agent();
  EXPECT_EQ(agent.hear(), kList);
  agent.say(identities_message(two_keys()));
  const FilterPacket question = report();
  ASSERT_EQ(question.kind, FilterMessage::kAsk);
  EXPECT_EQ(decode_ssh_event(question.text)->user, "git");
  tell({FilterMessage::kAnswer, question.client,
        std::string(1, static_cast<char>(Confirmation::kYes))});
  EXPECT_EQ(agent.hear(), request);
}

TEST_F(AgentFilterTest, AQuestionOfAClientThatIsGoneIsVoid) {
  policy_.confirmation = SshPolicy::Confirmation::kEachUse;
  start();
  Talk client = this->client();
  client.say(sign_message("key-1", login_data("id", "key-1")));
  Talk agent = this->agent();
  agent.say(identities_message(two_keys()));
  const FilterPacket question = report();
  client.hang_up();
  EXPECT_EQ(report(), (FilterPacket{FilterMessage::kForget, question.client, {}}));
  tell({FilterMessage::kAnswer, question.client,
        std::string(1, static_cast<char>(Confirmation::kYes))});
  EXPECT_EQ(agent.hear(), kList);
  EXPECT_EQ(agent.hear(), "end") << "nothing is signed for nobody";
}

TEST_F(AgentFilterTest, ItEndsWithItsOwner) {
  start();
  Talk client = this->client();
  client.say("\x13");
  EXPECT_EQ(client.hear(), kFailure);
  end();
}

}  // namespace
}  // namespace mino::ssh
