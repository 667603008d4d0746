#include "adapters/gateway/gateway.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/gateway/wire.hpp"
#include "adapters/posix/child_process.hpp"
#include "adapters/posix/packet_socket.hpp"
#include "helper/protocol/hook.hpp"

namespace mino::gateway {
namespace {

using posix::UniqueFd;

constexpr int kPatienceMs = 5000;

struct Ends {
  UniqueFd ours;
  UniqueFd theirs;
};

Ends socket_pair() {
  int ends[2] = {-1, -1};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

UniqueFd bound_socket(int type) {
  UniqueFd socket(::socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  if (type == SOCK_STREAM) {
    EXPECT_EQ(::listen(socket.get(), 16), 0);
  }
  return socket;
}

UniqueFd connected_to(const UniqueFd& server, int type) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(server.get(), reinterpret_cast<sockaddr*>(&address), &size);
  UniqueFd client(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
  EXPECT_EQ(::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), size), 0);
  return client;
}

/// A question for the address of nN.example.com.
std::string question(unsigned number) {
  const std::string label = "n" + std::to_string(number);
  std::string message("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00", 12);
  for (const std::string& part : {label, std::string("example"), std::string("com")})
    message += static_cast<char>(part.size()) + part;
  return message + std::string("\0\0\x01\0\x01", 5);
}

/// A gateway in a process of its own, with the owner's and the dialler's ends of its sockets, and a
/// box whose sockets are ordinary ones of this host.
class GatewayTest : public ::testing::Test {
 protected:
  GatewayTest() {
    Ends owner = socket_pair();
    Ends dialler = socket_pair();
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      owner.ours.reset();
      dialler.ours.reset();
      auto loop = EventLoop::create();
      if (!loop.ok()) ::_exit(99);
      Gateway gateway(std::move(*loop), std::move(owner.theirs), std::move(dialler.theirs), {});
      ::_exit(gateway.run());
    }
    auto process = posix::ChildProcess::adopt(pid, posix::ChildScope::kProcess);
    if (process.ok()) process_.emplace(std::move(*process));
    owner_ = std::move(owner.ours);
    dialler_ = std::move(dialler.ours);
  }

  void serve(const EgressPolicy& policy) {
    tell(encode_policy(policy));
    for (const PolicyRule& rule : policy.rules) tell(encode_rule(rule));
    tell(encode(Message::kCommit));
    ASSERT_EQ(posix::send_packet(owner_.get(), encode_sockets(false),
                                 {tcp_.get(), udp_.get(), dns_tcp_.get()}),
              posix::SendState::kSent);
    const auto answer = next_message();
    ASSERT_TRUE(answer);
    EXPECT_EQ(kind_of(*answer), Message::kServing);
  }
  void tell(const std::string& message) {
    EXPECT_EQ(posix::send_packet(owner_.get(), message, {}), posix::SendState::kSent);
  }
  [[nodiscard]] std::optional<std::string> next_message(int patience_ms = kPatienceMs) {
    pollfd one{owner_.get(), POLLIN, 0};
    if (::poll(&one, 1, patience_ms) <= 0) return std::nullopt;
    posix::Received received = posix::receive_packet(owner_.get(), kMaxMessage);
    if (received.state != posix::Received::State::kPacket) return std::nullopt;
    return std::move(received.packet.bytes);
  }
  [[nodiscard]] static bool answered(const UniqueFd& client, int patience_ms) {
    pollfd one{client.get(), POLLIN, 0};
    std::array<char, 512> buffer{};
    return ::poll(&one, 1, patience_ms) > 0 &&
           ::recv(client.get(), buffer.data(), buffer.size(), MSG_DONTWAIT) > 0;
  }
  [[nodiscard]] std::optional<int> exit_code() {
    pollfd ended{process_->pidfd(), POLLIN, 0};
    if (::poll(&ended, 1, kPatienceMs) <= 0) return std::nullopt;
    return process_->wait().exit_code;
  }

  UniqueFd owner_;
  UniqueFd dialler_;
  UniqueFd tcp_ = bound_socket(SOCK_STREAM);
  UniqueFd udp_ = bound_socket(SOCK_DGRAM);
  UniqueFd dns_tcp_ = bound_socket(SOCK_STREAM);
  std::optional<posix::ChildProcess> process_;
};

TEST_F(GatewayTest, StopsAnsweringRatherThanLoseAReport) {
  serve({.deny_at = DenyAt::kDns});
  const UniqueFd client = connected_to(udp_, SOCK_DGRAM);
  constexpr unsigned kMany = 5000;  // more than the owner's socket and the gateway's queue hold
  unsigned asked = 0;
  bool still_answers = true;
  while (still_answers && asked < kMany) {
    const std::string message = question(asked++);
    ASSERT_EQ(::send(client.get(), message.data(), message.size(), 0),
              static_cast<ssize_t>(message.size()));
    still_answers = answered(client, 300);
  }
  ASSERT_FALSE(still_answers) << "the reports pile up in the gateway";
  unsigned reported = 0;
  while (reported < asked) {
    const auto message = next_message();
    ASSERT_TRUE(message) << reported << " of " << asked << " questions were reported";
    const auto event = decode_event(*message);
    ASSERT_TRUE(event);
    EXPECT_EQ(event->host, "n" + std::to_string(reported) + ".example.com");
    ++reported;
  }
  EXPECT_TRUE(answered(client, kPatienceMs)) << "the last question, once the owner reads again";
}

TEST_F(GatewayTest, AConnectionThatNoRuleRedirectedReachesNobody) {
  serve({.rules = {{parse_egress_rule("0.0.0.0/0:*").value(), "test"}}});
  const UniqueFd client = connected_to(tcp_, SOCK_STREAM);
  pollfd ended{client.get(), POLLIN, 0};
  ASSERT_GT(::poll(&ended, 1, kPatienceMs), 0);
  char byte = 0;
  EXPECT_LE(::recv(client.get(), &byte, 1, 0), 0);
  // Where the kernel tracks connections, it knows that this one was on its way to the host itself.
  if (const auto message = next_message(50)) {
    const auto event = decode_event(*message);
    ASSERT_TRUE(event);
    EXPECT_EQ(event->kind, EgressEvent::Kind::kDenied);
    EXPECT_EQ(event->reason, DenyReason::kBoxItself);
  }
  EXPECT_EQ(posix::receive_packet(dialler_.get(), sizeof(DialRequest) + 1).state,
            posix::Received::State::kNothing);
}

TEST_F(GatewayTest, EndsInOrderWithItsOwner) {
  serve({});
  owner_.reset();
  EXPECT_EQ(exit_code(), 0);
}

TEST_F(GatewayTest, EndsWithItsDialler) {
  serve({});
  dialler_.reset();
  EXPECT_EQ(exit_code(), 1);
}

TEST_F(GatewayTest, EndsWhenItsOwnerDoesNotKeepToTheProtocol) {
  tell("\x7f");
  EXPECT_EQ(exit_code(), 1);
}

}  // namespace
}  // namespace mino::gateway
