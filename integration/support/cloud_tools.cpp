#include "integration/support/cloud_tools.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>

#include "integration/support/program.hpp"

namespace mino::integration {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  ::close(fd);
  return ntohs(address.sin_port);
}

bool answers(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  const bool connected =
      ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return connected;
}

Fetched fetch_by(const std::string& script) {
  const char* source = ::getenv("MINO_SOURCE_DIR");
  if (source == nullptr) return {{}, "MINO_SOURCE_DIR names no sources"};
  ProgramSpec fetch{.argv = {(std::filesystem::path(source) / "integration/env" / script).string()},
                    .environment = {},
                    .directory = {},
                    .input = {}};
  fetch.deadline = seconds(400);
  ProgramResult fetched = run(fetch);
  if (fetched.code != 0) return {{}, script + " cannot fetch them: " + fetched.err};
  fetched.out.pop_back();
  return {fetched.out, {}};
}

}  // namespace mino::integration
