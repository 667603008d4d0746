#include "adapters/gateway/dialler_main.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <new>
#include <string>
#include <utility>
#include <vector>

#include <string>

#include "adapters/gateway/wire.hpp"
#include "adapters/linux/confinement.hpp"
#include "adapters/posix/packet_socket.hpp"
#include "tests/unit/gateway/dialler_process.hpp"

namespace mino::gateway {
namespace {

Result<void> refuse() { return Error(ErrorCode::kInternal, "no wall can be built"); }

/// The owner's end of the socket over which a dialler gets its rules.
posix::UniqueFd owner_end;
int dialler_end = -1;

int main_of_dialler(posix::UniqueFd gateway, Result<void> (*confine)()) {
  owner_end.reset();
  return dialler_main(gateway.release(), dialler_end, confine);
}

class DiallerMain : public ::testing::Test {
 protected:
  DiallerMain() {
    int ends[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) throw std::bad_alloc();
    owner_end.reset(ends[0]);
    theirs_.reset(ends[1]);
    dialler_end = ends[1];
  }
  ~DiallerMain() override { owner_end.reset(); }

  static void allow(const std::vector<std::string>& rules) {
    tell(encode_policy(EgressPolicy{}));
    for (const std::string& rule : rules)
      tell(encode_rule({parse_egress_rule(rule).value(), "test"}));
    tell(encode(Message::kCommit));
  }
  static void tell(const std::string& message) {
    ASSERT_EQ(posix::send_packet(owner_end.get(), message, {}), posix::SendState::kSent);
  }
  static void expect(DiallerProcess& dialler, DialReply::Outcome outcome) {
    const auto answer = dialler.receive();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->reply.outcome, outcome);
  }
  static int confined(posix::UniqueFd gateway) {
    return main_of_dialler(std::move(gateway), &linux::confine_dialler);
  }

 private:
  posix::UniqueFd theirs_;
};

TEST_F(DiallerMain, DialsBehindItsWallsWhatTheRulesAllow) {
  TestListener listener("127.0.0.1");
  allow({"host.mino.internal:" + std::to_string(listener.port())});
  DiallerProcess dialler(&confined);
  dialler.send(loopback_request(1, listener.port()));
  expect(dialler, DialReply::Outcome::kConnected);
  dialler.close();
  const auto ended = dialler.wait();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->exit_code, 0);
}

TEST_F(DiallerMain, DoesNotBelieveAGatewayThatWasTakenOver) {
  TestListener listener("127.0.0.1");
  allow({"example.com:443", "10.0.0.0/8:443"});
  DiallerProcess dialler(&confined);
  dialler.send(loopback_request(1, listener.port()));
  expect(dialler, DialReply::Outcome::kUnreachable);
  dialler.send(address_request(2, "192.168.1.1", 443));
  expect(dialler, DialReply::Outcome::kUnreachable);
  dialler.send(address_request(3, "10.0.0.1", 22));
  expect(dialler, DialReply::Outcome::kUnreachable);
  dialler.send(name_request(4, "evil.example", 443));
  expect(dialler, DialReply::Outcome::kUnreachable);
  dialler.send(private_request(5, "example.com", 443));
  expect(dialler, DialReply::Outcome::kUnreachable);
}

TEST_F(DiallerMain, FollowsTheRulesAsTheyChange) {
  TestListener listener("127.0.0.1");
  DiallerProcess dialler(&confined);
  dialler.send(loopback_request(1, listener.port()));
  expect(dialler, DialReply::Outcome::kUnreachable);
  allow({"host.mino.internal:" + std::to_string(listener.port())});
  dialler.send(loopback_request(2, listener.port()));
  expect(dialler, DialReply::Outcome::kConnected);
  allow({});
  dialler.send(loopback_request(3, listener.port()));
  expect(dialler, DialReply::Outcome::kUnreachable);
}

TEST_F(DiallerMain, DialsNothingByRulesThatCannotBeRead) {
  TestListener listener("127.0.0.1");
  allow({"host.mino.internal:" + std::to_string(listener.port())});
  tell("\x02 no rule");
  DiallerProcess dialler(&confined);
  dialler.send(loopback_request(1, listener.port()));
  expect(dialler, DialReply::Outcome::kUnreachable);
}

TEST_F(DiallerMain, DialsNothingWithoutItsWalls) {
  testing::internal::CaptureStderr();
  DiallerProcess dialler(
      [](posix::UniqueFd socket) { return main_of_dialler(std::move(socket), &refuse); });
  const auto ended = dialler.wait();
  const std::string said = testing::internal::GetCapturedStderr();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->exit_code, 1);
  EXPECT_NE(said.find("no wall can be built"), std::string::npos) << said;
}

}  // namespace
}  // namespace mino::gateway
