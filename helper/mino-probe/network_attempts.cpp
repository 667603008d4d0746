#include <arpa/inet.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "helper/mino-probe/attempt.hpp"

namespace mino::probe {
namespace {

using Text = const std::string&;
using std::chrono::milliseconds;

constexpr milliseconds kConnectPatience{3000};
constexpr milliseconds kAnswerPatience{1500};

class Socket {
 public:
  Socket(int family, int type, int protocol = 0)
      : fd_(::socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol)) {}
  Socket(Socket&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  Socket& operator=(Socket&&) = delete;
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

  /// The error that a connection in the making came to, or that a datagram came back with.
  [[nodiscard]] int pending_error() const {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
  }
  /// Whether one of `events` happened in time.
  [[nodiscard]] bool wait(short events, milliseconds patience) const {
    pollfd waiting{fd_, events, 0};
    return ::poll(&waiting, 1, static_cast<int>(patience.count())) > 0;
  }

 private:
  int fd_;
};

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  [[nodiscard]] int family() const { return storage.ss_family; }
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

Address address_of(const std::string& host, std::uint16_t port) {
  Address address;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
  if (::inet_pton(AF_INET6, host.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    address.size = sizeof *v6;
  } else if (::inet_pton(AF_INET, host.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    address.size = sizeof *v4;
  }
  return address;
}

/// `ADDRESS:PORT`; an IPv6 address needs no brackets. Its size is 0 when the text is none.
Address parse_address(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return {};
  return address_of(
      text.substr(0, colon),
      static_cast<std::uint16_t>(number_in(std::string_view(text).substr(colon + 1))));
}

/// Whether whoever accepted the connection keeps it when it is spoken to. A gateway accepts first
/// and refuses then.
Outcome converse(const Socket& socket) {
  constexpr std::string_view kWords = "mino-probe\r\n";
  if (::send(socket.get(), kWords.data(), kWords.size(), MSG_NOSIGNAL) < 0) return of_errno(errno);
  if (!socket.wait(POLLIN, kAnswerPatience)) return of_errno(0);
  std::array<char, 64> answer;
  const ssize_t got = ::recv(socket.get(), answer.data(), answer.size(), 0);
  if (got < 0) return of_errno(errno);
  return of_errno(got == 0 ? ECONNRESET : 0);
}

Outcome connect_to(Text argument) {
  const Address address = parse_address(argument);
  if (address.size == 0) return of_errno(EINVAL);
  const Socket socket(address.family(), SOCK_STREAM);
  if (socket.get() < 0) return of_errno(errno);
  if (::connect(socket.get(), address.get(), address.size) != 0) {
    if (errno != EINPROGRESS) return of_errno(errno);
    if (!socket.wait(POLLOUT, kConnectPatience)) return of_errno(ETIMEDOUT);
    if (const int error = socket.pending_error(); error != 0) return of_errno(error);
  }
  return converse(socket);
}

Outcome send_datagram(Text argument) {
  const Address address = parse_address(argument);
  if (address.size == 0) return of_errno(EINVAL);
  const Socket socket(address.family(), SOCK_DGRAM);
  if (socket.get() < 0) return of_errno(errno);
  if (::connect(socket.get(), address.get(), address.size) != 0) return of_errno(errno);
  if (::send(socket.get(), "x", 1, MSG_NOSIGNAL) < 0) return of_errno(errno);
  constexpr milliseconds kErrorPatience{300};
  if (!socket.wait(POLLIN, kErrorPatience)) return of_errno(0);
  return of_errno(socket.pending_error());
}

Outcome ping(Text host) {
  const Address address = address_of(host, 0);
  if (address.size == 0) return of_errno(EINVAL);
  const bool v4 = address.family() == AF_INET;
  const Socket socket(address.family(), SOCK_DGRAM,
                      v4 ? static_cast<int>(IPPROTO_ICMP) : static_cast<int>(IPPROTO_ICMPV6));
  if (socket.get() < 0) return of_errno(errno);
  constexpr unsigned char kEchoRequestV6 = 128;
  std::array<unsigned char, 16> request{};
  request[0] = v4 ? static_cast<unsigned char>(ICMP_ECHO) : kEchoRequestV6;
  if (::sendto(socket.get(), request.data(), request.size(), 0, address.get(), address.size) < 0)
    return of_errno(errno);
  if (!socket.wait(POLLIN, kAnswerPatience)) return of_errno(ETIMEDOUT);
  return of_errno(::recv(socket.get(), request.data(), request.size(), 0) < 0 ? errno : 0);
}

std::vector<unsigned char> question_about(const std::string& name) {
  std::vector<unsigned char> packet{'m', 'p', 1, 0, 0, 1, 0, 0, 0, 0, 0, 0};
  std::size_t at = 0;
  while (at < name.size()) {
    const std::size_t end = std::min(name.find('.', at), name.size());
    packet.push_back(static_cast<unsigned char>(end - at));
    packet.insert(packet.end(), name.begin() + static_cast<std::ptrdiff_t>(at),
                  name.begin() + static_cast<std::ptrdiff_t>(end));
    at = end + 1;
  }
  packet.insert(packet.end(), {0, 0, 1, 0, 1});  // the root, type A, class IN
  return packet;
}

/// What an answer to question_about() says: its first address (it is the last thing in an answer
/// with one record), else the number of its refusal.
Outcome read_answer(const unsigned char* packet, std::size_t size) {
  constexpr std::size_t kHeader = 12;
  constexpr std::size_t kAddress = 4;
  if (size < kHeader + kAddress) return of_errno(EBADMSG);
  const int code = packet[3] & 15;
  const int answers = packet[6] * 256 + packet[7];
  if (code != 0) return {"refused", std::to_string(code)};
  if (answers == 0) return {"refused", "no-data"};
  char text[INET_ADDRSTRLEN];
  ::inet_ntop(AF_INET, packet + size - kAddress, text, sizeof text);
  return {"ok", text};
}

/// `SERVER:PORT/NAME`: asks that server for the address of that name.
Outcome ask(Text argument) {
  const std::size_t slash = argument.find('/');
  const Address server = parse_address(argument.substr(0, slash));
  if (server.size == 0 || slash == std::string::npos) return of_errno(EINVAL);
  const std::vector<unsigned char> question = question_about(argument.substr(slash + 1));
  const Socket socket(server.family(), SOCK_DGRAM);
  if (socket.get() < 0) return of_errno(errno);
  if (::connect(socket.get(), server.get(), server.size) != 0) return of_errno(errno);
  if (::send(socket.get(), question.data(), question.size(), MSG_NOSIGNAL) < 0)
    return of_errno(errno);
  if (!socket.wait(POLLIN, kAnswerPatience)) return of_errno(ETIMEDOUT);
  std::array<unsigned char, 512> answer;
  const ssize_t got = ::recv(socket.get(), answer.data(), answer.size(), 0);
  if (got < 0) return of_errno(errno);
  return read_answer(answer.data(), static_cast<std::size_t>(got));
}

/// Nobody's address, 1, when it is no number.
std::uint32_t address_in(std::string_view text) {
  std::uint32_t address = 1;
  std::from_chars(text.data(), text.data() + text.size(), address, 16);
  return address;
}

/// The IPv4 default gateway, for networks that map it to the host; empty when there is none.
std::string default_gateway() {
  std::FILE* file = std::fopen("/proc/net/route", "re");
  if (file == nullptr) return {};
  std::array<char, 256> line;
  std::string gateway;
  while (std::fgets(line.data(), line.size(), file) != nullptr) {
    // Interface, destination and gateway by tabs; addresses are hexadecimal as they lie in memory.
    const std::string_view text = line.data();
    const std::size_t first = text.find('\t');
    const std::size_t second = text.find('\t', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) continue;
    const in_addr binary{address_in(text.substr(second + 1))};
    if (address_in(text.substr(first + 1)) != 0 || binary.s_addr == 0) continue;
    char spelled[INET_ADDRSTRLEN];
    if (::inet_ntop(AF_INET, &binary, spelled, sizeof spelled) != nullptr) gateway = spelled;
  }
  static_cast<void>(std::fclose(file));
  return gateway;
}

/// Addresses at which one network or another shows the host's own 127.0.0.1 to a box.
std::vector<std::string> loopback_spellings() {
  std::vector<std::string> hosts{"127.0.0.1", "::1", "10.0.2.2", "169.254.1.2"};
  if (std::string gateway = default_gateway(); !gateway.empty())
    hosts.push_back(std::move(gateway));
  return hosts;
}

/// All at once: most of them lead nowhere and are silent about it.
Outcome host_loopback(Text port) {
  struct Connecting {
    std::string host;
    Socket socket;
  };
  std::vector<Connecting> all;
  for (const std::string& host : loopback_spellings()) {
    const Address address = parse_address(host + ":" + port);
    Socket socket(address.family(), SOCK_STREAM);
    if (socket.get() < 0) continue;
    if (::connect(socket.get(), address.get(), address.size) == 0 || errno == EINPROGRESS)
      all.push_back({host, std::move(socket)});
  }
  milliseconds patience = kAnswerPatience;
  for (const Connecting& each : all) {
    const bool has_ended = each.socket.wait(POLLOUT, patience);
    if (!has_ended) patience = milliseconds(0);
    if (!has_ended || each.socket.pending_error() != 0) continue;
    if (converse(each.socket).how == "ok") return of_search(each.host);
  }
  return of_search({});
}

/// The same by datagrams: whether one arrived is for whoever listens to say.
Outcome host_loopback_datagram(Text port) {
  for (const std::string& host : loopback_spellings()) {
    const Address address = parse_address(host + ":" + port);
    const Socket socket(address.family(), SOCK_DGRAM);
    static_cast<void>(::sendto(socket.get(), "x", 1, MSG_NOSIGNAL, address.get(), address.size));
  }
  return of_search({});
}

Outcome abstract_socket(Text name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.size() + 1 > sizeof address.sun_path) return of_errno(ENAMETOOLONG);
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  const Socket socket(AF_UNIX, SOCK_STREAM);
  if (socket.get() < 0) return of_errno(errno);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  return of_call(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), size));
}

/// Network interfaces beside the box's own loopback that are up.
Outcome interfaces(Text /*argument*/) {
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return of_errno(errno);
  std::string found;
  for (const ifaddrs* each = all; each != nullptr && found.empty(); each = each->ifa_next) {
    const bool is_up = (each->ifa_flags & IFF_UP) != 0;
    if (is_up && (each->ifa_flags & IFF_LOOPBACK) == 0) found = each->ifa_name;
  }
  ::freeifaddrs(all);
  return of_search(std::move(found));
}

constexpr Attempt kAttempts[] = {
    {"connect", connect_to},
    {"datagram", send_datagram},
    {"ping", ping},
    {"ask", ask},
    {"host_loopback", host_loopback},
    {"host_loopback_datagram", host_loopback_datagram},
    {"abstract_socket", abstract_socket},
    {"interfaces", interfaces},
};

}  // namespace

std::span<const Attempt> network_attempts() { return kAttempts; }

}  // namespace mino::probe
