// A box that was taken over: what its end of the lifeline may say to the owner of the session.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <ostream>
#include <string>
#include <vector>

#include "tests/unit/session_adapter/owner_world.hpp"
#include "tests/unit/session_adapter/packets.hpp"

namespace mino::session {
namespace {

using lifeline::Kind;
using testing_support::bytes_of;
using testing_support::OwnerWorld;
using testing_support::packet_of;
using testing_support::send_raw;

constexpr std::uint32_t kAgent = 1;

struct Talk {
  std::string name;
  std::vector<std::string> datagrams;
};

std::ostream& operator<<(std::ostream& out, const Talk& talk) { return out << talk.name; }

std::string agent_event(Kind kind, std::int32_t value = 0, std::uint32_t flags = 0) {
  return bytes_of(packet_of(kind, kAgent, value, flags));
}

std::vector<Talk> talks() {
  const std::string started = agent_event(Kind::kStarted, 2);
  return {
      {"no_packet", {"x"}},
      {"too_long", {std::string(sizeof(lifeline::DataPacket) + 1, 'x')}},
      {"unknown_kind", {bytes_of(packet_of(Kind{99}))}},
      {"truncated", {started.substr(0, started.size() - 1)}},
      {"other_version", {bytes_of(packet_of(Kind::kReady, 0, 2))}},
      {"words_of_the_owner", {bytes_of(packet_of(Kind::kProcess, 5))}},
      {"go", {bytes_of(packet_of(Kind::kGo, kAgent))}},
      {"signal", {bytes_of(packet_of(Kind::kSignal, kAgent, 9))}},
      {"words_of_a_client", {bytes_of(packet_of(Kind::kStop, 0, -1))}},
      {"data", {testing_support::data_bytes(kAgent, "bytes")}},
      {"ended_before_started", {agent_event(Kind::kEnded, 0)}},
      {"stopped_before_started", {agent_event(Kind::kStopped, SIGTSTP)}},
      {"started_twice", {started, started}},
      {"failed_after_started", {started, agent_event(Kind::kFailed, 2)}},
      {"terminal_for_pipes", {agent_event(Kind::kTerminal)}},
      {"terminal_after_started", {started, agent_event(Kind::kTerminal)}},
      {"exit_code_beyond_a_byte", {started, agent_event(Kind::kEnded, 256)}},
      {"negative_exit_code", {started, agent_event(Kind::kEnded, -1)}},
      {"signal_that_does_not_exist",
       {started, agent_event(Kind::kEnded, 1000, lifeline::kSignalled)}},
      {"stopped_by_no_signal", {started, agent_event(Kind::kStopped, 0)}},
      {"failed_with_no_errno", {agent_event(Kind::kFailed, 0)}},
      {"failed_with_an_errno_that_does_not_exist",
       {agent_event(Kind::kFailed, 100000, lifeline::kFailedFork)}},
      {"failed_with_a_negative_errno", {agent_event(Kind::kFailed, -5, lifeline::kFailedFork)}},
  };
}

class HostileBox : public ::testing::TestWithParam<Talk> {};

/// Says it all and then holds on to the lifeline and to the agent's streams.
void play(int socket, const Talk& talk) {
  std::vector<posix::UniqueFd> kept;
  std::array<char, sizeof(lifeline::DataPacket)> buffer;
  // The description of the agent, whose last packet brings the streams.
  for (int i = 0; i < 3; ++i) {
    iovec part{buffer.data(), buffer.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(3 * sizeof(int))> control{};
    msghdr head{};
    head.msg_iov = &part;
    head.msg_iovlen = 1;
    head.msg_control = control.data();
    head.msg_controllen = control.size();
    if (::recvmsg(socket, &head, 0) <= 0) return;
  }
  send_raw(socket, bytes_of(packet_of(Kind::kReady, 0, lifeline::kVersion)));
  for (const std::string& datagram : talk.datagrams) send_raw(socket, datagram);
  ::poll(nullptr, 0, 60000);
}

TEST_P(HostileBox, EndsTheSessionAndNothingElse) {
  OwnerWorld world;
  world.builder.box_is([](int socket) { play(socket, GetParam()); });
  const auto end = world.run(std::nullopt);
  ASSERT_TRUE(end.ok()) << end.error().text();
  EXPECT_EQ(end->kind, AgentEnd::Kind::kLost);
  EXPECT_TRUE(world.notices.warned("never sends"));
  EXPECT_LE(world.observer.started, 1);
  EXPECT_TRUE(world.observer.execs.empty());
}

INSTANTIATE_TEST_SUITE_P(Talks, HostileBox, ::testing::ValuesIn(talks()),
                         [](const auto& instance) { return instance.param.name; });

TEST(HostileBoxOnATerminal, DescriptorsThatDoNotBelongAreClosed) {
  OwnerWorld world;
  world.plan.streams = AgentStreams::kTerminal;
  world.builder.box_is([](int socket) {
    const auto pipe = testing_support::make_pipe();
    send_raw(socket, agent_event(Kind::kTerminal),
             {pipe.read.get(), pipe.write.get(), pipe.read.get()});
    ::poll(nullptr, 0, 60000);
  });
  const auto first = world.run(std::nullopt);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->kind, AgentEnd::Kind::kLost);
  const std::size_t before = testing_support::open_descriptors();
  ASSERT_TRUE(world.run(std::nullopt).ok());
  EXPECT_EQ(testing_support::open_descriptors(), before);
}

TEST(HostileBoxOnATerminal, ATerminalThatIsNoneCannotHoldTheOwner) {
  OwnerWorld world;
  world.plan.streams = AgentStreams::kTerminal;
  world.builder.box_is([](int socket) {
    // Full of nothing and never read: whoever waited for it would wait for ever.
    const auto pipe = testing_support::make_pipe(testing_support::PipeMode::kBlocking);
    send_raw(socket, agent_event(Kind::kTerminal), {pipe.read.get()});
    send_raw(socket, agent_event(Kind::kStarted, 2));
    send_raw(socket, agent_event(Kind::kEnded, 300));
    ::poll(nullptr, 0, 60000);
  });
  const auto end = world.run(std::nullopt);
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end->kind, AgentEnd::Kind::kLost);
}

TEST(HostileBoxAlone, EventsOfProcessesThatNobodyStartedAreIgnored) {
  OwnerWorld world;
  world.builder.box_is([](int socket) {
    send_raw(socket, agent_event(Kind::kStarted, 2));
    for (const std::uint32_t process : {0U, 2U, 77U, 0xffffffffU}) {
      send_raw(socket, bytes_of(packet_of(Kind::kStarted, process, 3)));
      send_raw(socket, bytes_of(packet_of(Kind::kEnded, process, 3)));
    }
    send_raw(socket, agent_event(Kind::kEnded, 6));
  });
  const auto end = world.run(std::nullopt);
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end->kind, AgentEnd::Kind::kExited);
  EXPECT_EQ(end->code, 6);
}

}  // namespace
}  // namespace mino::session
