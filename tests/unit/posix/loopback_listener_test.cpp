#include "adapters/posix/loopback_listener.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>

namespace mino::posix {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

class LoopbackListenerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = listener_.open();
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    sockets_ = *opened;
  }

  LoopbackListener listener_;
  HostSockets sockets_;
};

TEST_F(LoopbackListenerTest, NothingHasArrivedAtFirst) {
  EXPECT_NE(sockets_.tcp_port, 0);
  EXPECT_NE(sockets_.udp_port, 0);
  EXPECT_FALSE(sockets_.abstract_name.empty());
  EXPECT_EQ(listener_.arrivals(), HostListener::Arrivals{});
}

TEST_F(LoopbackListenerTest, AConnectionThatIsGoneAgainHasArrived) {
  {
    const UniqueFd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = loopback(sockets_.tcp_port);
    ASSERT_EQ(::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
              0);
  }
  EXPECT_EQ(listener_.arrivals(), (HostListener::Arrivals{.stream = true}));
}

TEST_F(LoopbackListenerTest, SoHasADatagram) {
  const UniqueFd client(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback(sockets_.udp_port);
  ASSERT_EQ(::sendto(client.get(), "x", 1, 0, reinterpret_cast<const sockaddr*>(&address),
                     sizeof address),
            1);
  EXPECT_EQ(listener_.arrivals(), (HostListener::Arrivals{.datagram = true}));
}

TEST_F(LoopbackListenerTest, SoHasAConnectionByName) {
  const UniqueFd client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& name = sockets_.abstract_name;
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  ASSERT_EQ(::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), size), 0);
  EXPECT_EQ(listener_.arrivals(), (HostListener::Arrivals{.local = true}));
}

}  // namespace
}  // namespace mino::posix
