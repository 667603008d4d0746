// The owner's side of the SSH agent. The test is the filter: it has the filter's end of the channel
// and may say there what it likes.
#include "adapters/ssh/agent_forwarder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "adapters/posix/packet_socket.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "tests/fakes/fake_environment.hpp"
#include "tests/fakes/recording_ssh_sink.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/test_paths.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino::ssh {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using ::testing::HasSubstr;

constexpr int kPatienceMs = 20'000;

bool is_readable(int fd, int patience_ms = kPatienceMs) {
  pollfd wait{fd, POLLIN, 0};
  return ::poll(&wait, 1, patience_ms) == 1;
}

SshEvent numbered(int number) {
  SshEvent event;
  event.detail = std::to_string(number);
  return event;
}

posix::UniqueFd listen_at(const std::filesystem::path& path, int type) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  posix::UniqueFd fd(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(::listen(fd.get(), 8), 0);
  return fd;
}

class AgentForwarderTest : public ::testing::Test {
 protected:
  explicit AgentForwarderTest(milliseconds patience = milliseconds(kPatienceMs))
      : forwarder_(files_, environment_, patience) {}

  void SetUp() override {
    RunInputs inputs = testing_support::plain_inputs();
    inputs.host.runtime_root = directory_ / "runtime";
    inputs.host.ssh_agent = {SshAgentFacts::State::kUsable, directory_ / "agent.sock"};
    inputs.host.helper_program = testing_support::filter_stand_in();
    plan_ = testing_support::plan_of(inputs);
    plan_.ssh->known_hosts_copy = directory_ / "test.sock";
    std::filesystem::create_directories(plan_.runtime_dir);
    const posix::UniqueFd meeting = listen_at(directory_ / "test.sock", SOCK_SEQPACKET);
    const auto started = forwarder_.start(plan_, sink_);
    ASSERT_TRUE(started.ok()) << started.error().text();
    ASSERT_TRUE(is_readable(meeting.get()));
    stand_in_ = posix::UniqueFd(::accept4(meeting.get(), nullptr, nullptr, SOCK_CLOEXEC));
    ASSERT_TRUE(is_readable(stand_in_.get()));
    auto received = posix::receive_packet(stand_in_.get(), kMaxFilterPacket);
    ASSERT_EQ(received.packet.descriptors.size(), 1U);
    channel_ = std::move(received.packet.descriptors.front());
  }
  void TearDown() override {
    channel_.reset();  // so that its end need not be waited for
    forwarder_.stop();
  }

  void say_bytes(const std::string& bytes) const {
    EXPECT_EQ(posix::send_packet(channel_.get(), bytes, {}), posix::SendState::kSent);
  }
  /// The filter says it, and the owner takes notice.
  void say(const FilterPacket& packet) {
    say_bytes(encode(packet));
    forwarder_.handle();
  }
  void ask(std::uint32_t client, int number = 1) {
    say({FilterMessage::kAsk, client, encode_ssh_event(numbered(number))});
  }
  /// What the filter hears next, while the owner works; the kind is kEvent when it is nothing.
  FilterPacket hear(std::vector<posix::UniqueFd>* descriptors = nullptr) {
    const auto deadline = steady_clock::now() + milliseconds(kPatienceMs);
    while (!is_readable(channel_.get(), 0) && steady_clock::now() < deadline) {
      static_cast<void>(is_readable(forwarder_.fd(), 10));
      forwarder_.handle();
    }
    auto received = posix::receive_packet(channel_.get(), kMaxFilterPacket);
    if (descriptors != nullptr) *descriptors = std::move(received.packet.descriptors);
    return decode(received.packet.bytes).value_or(FilterPacket{});
  }
  [[nodiscard]] bool hears_nothing() const { return !is_readable(channel_.get(), 0); }
  static FilterPacket answer(std::uint32_t client, Confirmation confirmation) {
    return {FilterMessage::kAnswer, client, std::string(1, static_cast<char>(confirmation))};
  }
  /// The owner has ended the filter's process, which held one end of that.
  [[nodiscard]] bool filter_is_killed() const {
    return is_readable(stand_in_.get()) &&
           posix::receive_packet(stand_in_.get(), 64).state == posix::Received::State::kEnded;
  }
  /// A program that asks the user.
  void use_askpass(const std::string& script) {
    const std::filesystem::path program = directory_ / "askpass";
    std::ofstream(program) << "#!/bin/sh\n" << script << "\n";
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    environment_.variables["SSH_ASKPASS"] = program.string();
    environment_.variables["SSH_ASKPASS_REQUIRE"] = "force";
  }

  testing_support::TempDir directory_;
  fakes::RecordingSshSink sink_;
  posix::PosixFileSystem files_;
  fakes::FakeEnvironment environment_;
  AgentForwarder forwarder_;
  RunPlan plan_ = testing_support::plan_of(testing_support::plain_inputs());
  posix::UniqueFd stand_in_;
  posix::UniqueFd channel_;
};

// --- a filter that is none

TEST_F(AgentForwarderTest, AFilterThatDoesNotKeepToTheProtocolIsEnded) {
  const std::string not_an_event = encode({FilterMessage::kEvent, 0, "rubbish"});
  const std::string not_a_question = encode({FilterMessage::kAsk, 1, "rubbish"});
  const std::string of_the_owner = encode({FilterMessage::kConnected, 1, {}});
  for (const std::string& bytes :
       {std::string("rubbish"), std::string(1, '\0'), std::string(kMaxFilterPacket, '\x04'),
        not_an_event, not_a_question, of_the_owner}) {
    say_bytes(bytes);
    forwarder_.handle();
    EXPECT_EQ(sink_.losses, 1) << bytes.substr(0, 10);
    EXPECT_TRUE(filter_is_killed());
    forwarder_.handle();
    forwarder_.stop();
    EXPECT_EQ(sink_.losses, 1) << "said once";
    sink_.losses = 0;
    std::filesystem::remove(directory_ / "test.sock");
    SetUp();
  }
  EXPECT_TRUE(sink_.events.empty());
}

TEST_F(AgentForwarderTest, AFilterThatDiesIsSaidOnceAndTheOwnerGoesOn) {
  channel_.reset();
  ASSERT_TRUE(is_readable(forwarder_.fd()));
  forwarder_.handle();
  EXPECT_EQ(sink_.losses, 1);
  EXPECT_TRUE(filter_is_killed());
  EXPECT_FALSE(is_readable(forwarder_.fd(), 0)) << "the owner's loop would not rest";
  forwarder_.answer(Confirmation::kYes);
  EXPECT_EQ(forwarder_.question(), std::nullopt);
}

TEST_F(AgentForwarderTest, WhatAFilterSaidBeforeItDiedIsHeard) {
  say_bytes(encode({FilterMessage::kEvent, 0, encode_ssh_event(numbered(7))}));
  channel_.reset();
  // The process that handed it over may have it for a moment more.
  while (sink_.losses == 0 && is_readable(forwarder_.fd())) forwarder_.handle();
  ASSERT_EQ(sink_.events.size(), 1U);
  EXPECT_EQ(sink_.events[0].detail, "7");
  EXPECT_EQ(sink_.losses, 1);
}

TEST_F(AgentForwarderTest, AFloodOfEventsIsTakenInPiecesAndInOrder) {
  constexpr int kEvents = 5000;
  // What one turn of the owner's loop takes; the rest waits for the next.
  constexpr std::size_t kAtOnce = 256;
  int sent = 0;
  const auto deadline = steady_clock::now() + milliseconds(kPatienceMs);
  while (sink_.events.size() < kEvents && steady_clock::now() < deadline) {
    while (sent < kEvents) {
      const std::string bytes =
          encode({FilterMessage::kEvent, 0, encode_ssh_event(numbered(sent))});
      if (posix::send_packet(channel_.get(), bytes, {}) != posix::SendState::kSent) break;
      ++sent;
    }
    const std::size_t before = sink_.events.size();
    forwarder_.handle();
    EXPECT_LE(sink_.events.size() - before, kAtOnce);
  }
  ASSERT_EQ(sink_.events.size(), static_cast<std::size_t>(kEvents));
  for (int i = 0; i < kEvents; ++i)
    ASSERT_EQ(sink_.events[static_cast<std::size_t>(i)].detail, std::to_string(i));
  EXPECT_EQ(sink_.losses, 0);
}

// --- the agent

TEST_F(AgentForwarderTest, GivesAConnectionToTheAgent) {
  const posix::UniqueFd agent = listen_at(directory_ / "agent.sock", SOCK_STREAM);
  say({FilterMessage::kConnect, 5, {}});
  std::vector<posix::UniqueFd> descriptors;
  EXPECT_EQ(hear(&descriptors), (FilterPacket{FilterMessage::kConnected, 5, {}}));
  ASSERT_EQ(descriptors.size(), 1U);
  const posix::UniqueFd accepted(::accept4(agent.get(), nullptr, nullptr, SOCK_CLOEXEC));
  ASSERT_EQ(::send(accepted.get(), "x", 1, MSG_NOSIGNAL), 1);
  EXPECT_TRUE(is_readable(descriptors[0].get())) << "it is that agent";
  EXPECT_TRUE(sink_.unreachable.empty());
}

TEST_F(AgentForwarderTest, AnAgentThatIsNotThereIsSaidToBoth) {
  say({FilterMessage::kConnect, 5, {}});
  const FilterPacket heard = hear();
  EXPECT_EQ(heard.kind, FilterMessage::kUnreachable);
  EXPECT_EQ(heard.client, 5U);
  EXPECT_EQ(sink_.unreachable.size(), 1U);
  EXPECT_EQ(sink_.losses, 0);
}

// --- questions at the terminal

TEST_F(AgentForwarderTest, QuestionsAreAskedOneAfterTheOther) {
  ask(1, 11);
  ask(2, 22);
  ask(3, 33);
  ASSERT_TRUE(forwarder_.question());
  EXPECT_THAT(*forwarder_.question(), HasSubstr("Let the box calm-otter 11"));
  EXPECT_TRUE(hears_nothing());
  say({FilterMessage::kForget, 2, {}});
  forwarder_.answer(Confirmation::kYes);
  EXPECT_EQ(hear(), answer(1, Confirmation::kYes));
  EXPECT_THAT(forwarder_.question().value_or(""), HasSubstr("33")) << "the second is void";
  forwarder_.answer(Confirmation::kNo);
  EXPECT_EQ(hear(), answer(3, Confirmation::kNo));
  EXPECT_EQ(forwarder_.question(), std::nullopt);
  forwarder_.answer(Confirmation::kYes);
  EXPECT_TRUE(hears_nothing()) << "nothing was asked";
}

TEST_F(AgentForwarderTest, AfterThreeNoesNobodyIsAskedAnyMore) {
  for (std::uint32_t client = 1; client <= 3; ++client) {
    ask(client);
    forwarder_.answer(Confirmation::kNo);
    EXPECT_EQ(hear(), answer(client, Confirmation::kNo));
  }
  ask(4);
  EXPECT_EQ(forwarder_.question(), std::nullopt);
  EXPECT_EQ(hear(), answer(4, Confirmation::kNo));
}

TEST_F(AgentForwarderTest, AFilterThatAsksWhileItsClientIsAskedIsEnded) {
  ask(1);
  ask(1);
  EXPECT_EQ(sink_.losses, 1);
  EXPECT_EQ(forwarder_.question(), std::nullopt);
  EXPECT_TRUE(filter_is_killed());
}

TEST_F(AgentForwarderTest, AFilterThatNeverStopsAskingIsEnded) {
  constexpr std::uint32_t kMoreThanClients = 1000;
  for (std::uint32_t client = 1; client <= kMoreThanClients && sink_.losses == 0; ++client)
    ask(client);
  EXPECT_EQ(sink_.losses, 1);
}

TEST_F(AgentForwarderTest, StopWithdrawsAnOpenQuestion) {
  ask(1);
  ask(2);
  ASSERT_TRUE(forwarder_.question());
  forwarder_.stop();
  EXPECT_EQ(forwarder_.question(), std::nullopt);
  forwarder_.answer(Confirmation::kYes);
  EXPECT_EQ(posix::receive_packet(channel_.get(), 64).state, posix::Received::State::kEnded)
      << "no answer comes";
  EXPECT_EQ(sink_.losses, 0);
}

// --- the end

TEST_F(AgentForwarderTest, StopTakesTheLastReportsAndLosesPatience) {
  for (int i = 0; i < 20; ++i)
    say_bytes(encode({FilterMessage::kEvent, 0, encode_ssh_event(numbered(i))}));
  say_bytes("rubbish");
  say_bytes(encode({FilterMessage::kEvent, 0, encode_ssh_event(numbered(20))}));
  // The channel stays open: a filter that does not end by itself.
  forwarder_.stop();
  EXPECT_EQ(sink_.events.size(), 21U);
  EXPECT_TRUE(filter_is_killed());
}

// --- a program that asks

TEST_F(AgentForwarderTest, AskpassAnswers) {
  const std::string note = (directory_ / "asked").string();
  const std::vector<std::pair<std::string, Confirmation>> programs{
      {"echo \"$SSH_ASKPASS_PROMPT $1\" >" + note, Confirmation::kYes},
      {"echo YES", Confirmation::kYes},
      {"exit 1", Confirmation::kNo},
      {"echo no", Confirmation::kNo},
      {"echo yes; exit 1", Confirmation::kNo},
      {"kill -9 $$", Confirmation::kNo},
  };
  std::uint32_t client = 0;
  for (const auto& [script, said] : programs) {
    use_askpass(script);
    ask(++client);
    EXPECT_EQ(forwarder_.question(), std::nullopt) << "not at the terminal too";
    EXPECT_EQ(hear(), answer(client, said)) << script;
    // A yes between the noes, so that the box is not told no without a question.
    use_askpass("exit 0");
    ask(++client);
    EXPECT_EQ(hear(), answer(client, Confirmation::kYes));
  }
  std::ifstream asked(note);
  std::string line;
  std::getline(asked, line);
  EXPECT_EQ(line, "confirm Let the box calm-otter 1?");
}

TEST_F(AgentForwarderTest, WhereAskpassCannotBeStartedTheTerminalAsks) {
  environment_.variables["SSH_ASKPASS"] = (directory_ / "no-such-program").string();
  environment_.variables["SSH_ASKPASS_REQUIRE"] = "force";
  ask(1);
  EXPECT_TRUE(forwarder_.question());
  forwarder_.answer(Confirmation::kYes);
  EXPECT_EQ(hear(), answer(1, Confirmation::kYes));
}

TEST_F(AgentForwarderTest, StopEndsAskpass) {
  const std::filesystem::path pid = directory_ / "pid";
  use_askpass("echo $$ >" + pid.string() + ".new; mv " + pid.string() + ".new " + pid.string() +
              "; exec sleep 600");
  ask(1);
  const auto deadline = steady_clock::now() + milliseconds(kPatienceMs);
  while (!std::filesystem::exists(pid) && steady_clock::now() < deadline) ::poll(nullptr, 0, 5);
  std::string number;
  std::ifstream(pid) >> number;
  ASSERT_TRUE(std::filesystem::exists("/proc/" + number));
  channel_.reset();
  forwarder_.stop();
  EXPECT_FALSE(std::filesystem::exists("/proc/" + number));
}

class ImpatientForwarderTest : public AgentForwarderTest {
 protected:
  ImpatientForwarderTest() : AgentForwarderTest(milliseconds(100)) {}
};

TEST_F(ImpatientForwarderTest, AnAskpassThatHangsIsANoAndTheNextIsAsked) {
  use_askpass("exec sleep 600");
  ask(1);
  ask(2);
  use_askpass("exec sleep 600");
  EXPECT_EQ(hear(), answer(1, Confirmation::kNo));
  EXPECT_EQ(hear(), answer(2, Confirmation::kNo));
  EXPECT_EQ(sink_.losses, 0);
}

}  // namespace
}  // namespace mino::ssh
