#include "integration/support/network_fixture.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace mino::integration {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

/// A port of 127.0.0.1 on which nobody listens now.
int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  ::bind(fd, reinterpret_cast<const sockaddr*>(&address), size);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return ntohs(address.sin_port);
}

}  // namespace

void NetworkTest::SetUp() {
  BoxTest::SetUp();
  if (IsSkipped() || HasFatalFailure()) return;
  std::filesystem::create_directories(root_ / "served");
  std::ofstream(root_ / "served/page") << "from the host\n";
  port_ = free_port();
  ProgramSpec server;
  server.argv = {"python3", "-m",        "http.server", std::to_string(port_),
                 "--bind",  "127.0.0.1", "--directory", (root_ / "served").string()};
  server.deadline = seconds(120);
  server_ = std::make_unique<Background>(server);
  ASSERT_TRUE(eventually([this] { return is_served(); })) << "no HTTP server";
}

void NetworkTest::TearDown() {
  server_.reset();
  BoxTest::TearDown();
}

bool NetworkTest::is_served() const {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port_);
  const bool up = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return up;
}

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

}  // namespace mino::integration
