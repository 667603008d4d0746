#include "integration/support/network_namespace.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace mino::integration {

namespace {

constexpr int kRefused = 77;
constexpr unsigned kLongestSeconds = 60;
constexpr int kPatienceMs = 2000;
// linux/netfilter_ipv4.h and linux/netfilter_ipv6/ip6_tables.h, which do not go with netinet/in.h.
constexpr int kOriginalDestination = 80;

bool write_file(const char* path, const std::string& text) {
  const posix::UniqueFd file(::open(path, O_WRONLY | O_CLOEXEC));
  return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

bool become_root_of_namespaces() {
  const std::string uid = "0 " + std::to_string(::geteuid()) + " 1";
  const std::string gid = "0 " + std::to_string(::getegid()) + " 1";
  return ::unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 &&
         write_file("/proc/self/setgroups", "deny") && write_file("/proc/self/uid_map", uid) &&
         write_file("/proc/self/gid_map", gid);
}

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);
  [[nodiscard]] sockaddr* pointer() { return reinterpret_cast<sockaddr*>(&storage); }
};

SocketAddress address_of(const std::string& text, std::uint16_t port) {
  SocketAddress address;
  if (text.find(':') == std::string::npos) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    EXPECT_EQ(::inet_pton(AF_INET, text.c_str(), &v4.sin_addr), 1) << text;
    address.size = sizeof v4;
    std::memcpy(&address.storage, &v4, sizeof v4);
  } else {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    EXPECT_EQ(::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr), 1) << text;
    address.size = sizeof v6;
    std::memcpy(&address.storage, &v6, sizeof v6);
  }
  return address;
}

std::string text_of(const sockaddr_storage& storage) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (storage.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &storage, sizeof v4);
    ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    return std::string(text.data()) + ":" + std::to_string(ntohs(v4.sin_port));
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, &storage, sizeof v6);
  ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
  return "[" + std::string(text.data()) + "]:" + std::to_string(ntohs(v6.sin6_port));
}

Attempt attempt(const std::string& address, std::uint16_t port, int type) {
  SocketAddress to = address_of(address, port);
  Attempt result;
  result.socket.reset(::socket(to.storage.ss_family, type | SOCK_CLOEXEC, 0));
  if (!result.socket || ::connect(result.socket.get(), to.pointer(), to.size) != 0)
    result.error = errno;
  return result;
}

bool is_readable(int fd, int patience_ms) {
  pollfd wait{fd, POLLIN, 0};
  return ::poll(&wait, 1, patience_ms) == 1;
}

}  // namespace

void in_namespace(const std::function<void()>& body) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::alarm(kLongestSeconds);
    if (!become_root_of_namespaces()) ::_exit(kRefused);
    body();
    std::fflush(nullptr);
    ::_exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kRefused) {
    const char* required = ::getenv("MINO_REQUIRE_REAL");
    if (required != nullptr && std::string(required) == "1")
      FAIL() << "user and network namespaces are refused here";
    GTEST_SKIP() << "user and network namespaces are refused here";
  }
  EXPECT_TRUE(WIFEXITED(status)) << "ended by signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), 0) << "see above";
}

BoxProcess::BoxProcess(const std::function<void()>& setup) {
  std::array<int, 2> ready{};
  EXPECT_EQ(::pipe2(ready.data(), O_CLOEXEC), 0);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::alarm(kLongestSeconds);
    if (::unshare(CLONE_NEWNET) != 0) ::_exit(1);
    if (setup) setup();
    if (::write(ready[1], "r", 1) != 1) ::_exit(1);
    while (true) ::pause();
  }
  ::close(ready[1]);
  char word = 0;
  EXPECT_EQ(::read(ready[0], &word, 1), 1) << "the box's process has failed";
  ::close(ready[0]);
}

BoxProcess::~BoxProcess() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void BoxProcess::enter() const {
  const std::string path = "/proc/" + std::to_string(pid_) + "/ns/net";
  const posix::UniqueFd space(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(::setns(space.get(), CLONE_NEWNET), 0) << std::strerror(errno);
}

void raise_loopback() {
  const posix::UniqueFd control(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strncpy(request.ifr_name, "lo", sizeof request.ifr_name - 1);
  request.ifr_flags = IFF_UP;
  EXPECT_EQ(::ioctl(control.get(), SIOCSIFFLAGS, &request), 0) << std::strerror(errno);
}

posix::UniqueFd make_dead_interface() {
  posix::UniqueFd tunnel(::open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK));
  const posix::UniqueFd control(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strncpy(request.ifr_name, "dead0", sizeof request.ifr_name - 1);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (!tunnel || ::ioctl(tunnel.get(), TUNSETIFF, &request) != 0) return {};
  const auto set_address = [&](unsigned long what, const char* text) {
    SocketAddress address = address_of(text, 0);
    std::memcpy(&request.ifr_addr, &address.storage, sizeof request.ifr_addr);
    return ::ioctl(control.get(), what, &request) == 0;
  };
  EXPECT_TRUE(set_address(SIOCSIFADDR, "10.9.0.2") && set_address(SIOCSIFNETMASK, "255.255.0.0"));
  request.ifr_flags = IFF_UP;
  EXPECT_EQ(::ioctl(control.get(), SIOCSIFFLAGS, &request), 0) << std::strerror(errno);
  rtentry route{};
  const SocketAddress any = address_of("0.0.0.0", 0);
  std::memcpy(&route.rt_dst, &any.storage, sizeof route.rt_dst);
  std::memcpy(&route.rt_genmask, &any.storage, sizeof route.rt_genmask);
  route.rt_flags = RTF_UP;
  route.rt_dev = request.ifr_name;
  EXPECT_EQ(::ioctl(control.get(), SIOCADDRT, &route), 0) << std::strerror(errno);
  return tunnel;
}

Attempt connect_to(const std::string& address, std::uint16_t port, int type) {
  return attempt(address, port, type);
}

Attempt begin_connecting(const std::string& address, std::uint16_t port) {
  return attempt(address, port, SOCK_STREAM | SOCK_NONBLOCK);
}

std::string original_destination(int connection) {
  SocketAddress own;
  EXPECT_EQ(::getsockname(connection, own.pointer(), &own.size), 0);
  const int level = own.storage.ss_family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6;
  SocketAddress original;
  if (::getsockopt(connection, level, kOriginalDestination, original.pointer(), &original.size) !=
      0)
    return "none";
  return text_of(original.storage);
}

posix::UniqueFd accept_next(int listener) {
  if (!is_readable(listener, kPatienceMs)) return {};
  return posix::UniqueFd(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
}

Datagram receive_next(int socket) {
  if (!is_readable(socket, kPatienceMs)) return {};
  std::array<char, 2048> buffer{};
  SocketAddress sender;
  const ssize_t got = ::recvfrom(socket, buffer.data(), buffer.size(), MSG_DONTWAIT,
                                 sender.pointer(), &sender.size);
  if (got < 0) return {};
  return {std::string(buffer.data(), static_cast<std::size_t>(got)), text_of(sender.storage)};
}

int error_of_datagram(int socket) {
  if (::send(socket, "q", 1, 0) != 1) return errno;
  int error = 0;
  socklen_t size = sizeof error;
  EXPECT_EQ(::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size), 0);
  return error;
}

bool has_nothing(int socket) { return !is_readable(socket, 0); }

}  // namespace mino::integration
