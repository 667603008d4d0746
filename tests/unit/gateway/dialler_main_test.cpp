#include "adapters/gateway/dialler_main.hpp"

#include <gtest/gtest.h>

#include <string>

#include "adapters/linux/confinement.hpp"
#include "tests/unit/gateway/dialler_process.hpp"

namespace mino::gateway {
namespace {

Result<void> refuse() { return Error(ErrorCode::kInternal, "no wall can be built"); }

TEST(DiallerMain, DialsAndResolvesBehindItsWalls) {
  TestListener listener("127.0.0.1");
  DiallerProcess dialler([](posix::UniqueFd socket) {
    return dialler_main(socket.release(), &linux::confine_dialler);
  });
  dialler.send(loopback_request(1, listener.port()));
  auto answer = dialler.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->reply.outcome, DialReply::Outcome::kConnected);
  EXPECT_TRUE(answer->connection);
  dialler.send(name_request(2, "localhost", listener.port()));
  answer = dialler.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->reply.outcome, DialReply::Outcome::kPrivateAddress);
  dialler.close();
  const auto ended = dialler.wait();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->exit_code, 0);
}

TEST(DiallerMain, DialsNothingWithoutItsWalls) {
  testing::internal::CaptureStderr();
  DiallerProcess dialler(
      [](posix::UniqueFd socket) { return dialler_main(socket.release(), &refuse); });
  const auto ended = dialler.wait();
  const std::string said = testing::internal::GetCapturedStderr();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->exit_code, 1);
  EXPECT_NE(said.find("no wall can be built"), std::string::npos) << said;
}

}  // namespace
}  // namespace mino::gateway
