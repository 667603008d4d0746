#include "integration/load/load_client.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "integration/load/load_server.hpp"

namespace mino::load {

namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr timeval kPatience{60, 0};
constexpr std::size_t kPieceBytes = std::size_t{256} << 10;
constexpr char kNameServer[] = "198.18.0.1";  // port 53 of any address is the gateway in a box

/// A descriptor that is closed with its owner.
class Socket {
 public:
  explicit Socket(int type) : fd_(::socket(AF_INET, type | SOCK_CLOEXEC, 0)) {
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  }
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&&) = delete;

  [[nodiscard]] bool connect(const sockaddr_in& address) const {
    return ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  [[nodiscard]] bool send(std::string_view words) const {
    return ::send(fd_, words.data(), words.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(words.size());
  }
  /// How much has come, as much as the buffer takes.
  [[nodiscard]] ssize_t receive(std::string& buffer) const {
    return ::recv(fd_, buffer.data(), buffer.size(), 0);
  }
  /// One piece of what has come; nothing at the end and on an error.
  [[nodiscard]] std::string_view receive(std::array<char, 4096>& buffer) const {
    const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), 0);
    return {buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
  }

 private:
  int fd_;
};

int fail(const char* what) {
  std::fprintf(stderr, "mino_load: %s: %s\n", what, ::strerror(errno));
  return 1;
}

int tell(Seconds seconds) {
  std::printf("%.9f\n", seconds.count());
  return 0;
}

std::string host_and_port(const Destination& to) {
  return to.host + ':' + std::to_string(ntohs(to.server.sin_port));
}

bool ask_proxy(const Socket& socket, const Destination& to) {
  const std::string name = host_and_port(to);
  std::array<char, 4096> buffer;
  if (!socket.send("CONNECT " + name + " HTTP/1.1\r\nHost: " + name + "\r\n\r\n")) return false;
  std::string all;
  while (all.find("\r\n\r\n") == std::string::npos) {
    const std::string_view fresh = socket.receive(buffer);
    if (fresh.empty()) return false;
    all += fresh;
  }
  return all.find(" 200 ") < all.find('\r');
}

std::optional<Socket> open_to(const Destination& to) {
  Socket socket(SOCK_STREAM);
  if (!socket.connect(to.proxy.value_or(to.server))) return std::nullopt;
  if (to.proxy && !ask_proxy(socket, to)) return std::nullopt;
  return socket;
}

bool round_trip(const Socket& socket) {
  std::array<char, 4096> buffer;
  return socket.send({&kPing, 1}) && socket.receive(buffer) == std::string_view(&kPong, 1);
}

bool request_once(const Destination& to, const std::string& request) {
  const std::optional<Socket> socket = open_to(to);
  std::array<char, 4096> buffer;
  return socket && socket->send(request) && socket->receive(buffer) == kHttpAnswer;
}

/// The question for an address of a name (RFC 1035).
std::string question_for(const std::string& name) {
  std::string packet("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00", 12);
  for (std::size_t start = 0; start <= name.size();) {
    const std::size_t end = std::min(name.find('.', start), name.size());
    packet += static_cast<char>(end - start);
    packet += name.substr(start, end - start);
    start = end + 1;
  }
  return packet + std::string("\x00\x00\x01\x00\x01", 5);
}

/// The last four bytes of the gateway's answer are the address: it appends nothing to its one
/// record.
std::optional<in_addr> ask_gateway(const std::string& name) {
  const Socket socket(SOCK_DGRAM);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(53);
  ::inet_pton(AF_INET, kNameServer, &address.sin_addr);
  const std::string question = question_for(name);
  std::array<char, 4096> buffer;
  if (!socket.connect(address) || !socket.send(question)) return std::nullopt;
  const std::string_view reply = socket.receive(buffer);
  if (reply.size() < question.size() + sizeof(in_addr)) return std::nullopt;
  in_addr found{};
  std::memcpy(&found, reply.data() + reply.size() - sizeof found, sizeof found);
  return found;
}

void raise_descriptor_limit() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace

std::optional<sockaddr_in> find_server(const std::string& host, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) == 1) return address;
  const std::optional<in_addr> found = ask_gateway(host);
  if (!found) {
    fail(host.c_str());
    return std::nullopt;
  }
  address.sin_addr = *found;
  return address;
}

int download(const Destination& to) {
  const auto start = Clock::now();
  const std::optional<Socket> socket = open_to(to);
  if (!socket || !socket->send({&kDownload, 1})) return fail("download");
  // Copied out of the kernel, as by any program that wants them, in pieces large enough to be fast.
  std::string piece(kPieceBytes, '\0');
  long total = 0;
  ssize_t got = 0;
  while ((got = socket->receive(piece)) > 0) total += got;
  if (got < 0 || total != kDownloadBytes) return fail("the download broke off");
  return tell(Clock::now() - start);
}

int make_connections(const Destination& to, int count, int lanes) {
  const std::string request = "GET / HTTP/1.1\r\nHost: " + host_and_port(to) + "\r\n\r\n";
  std::atomic<int> left = count;
  std::atomic<bool> failed = false;
  const auto start = Clock::now();
  std::vector<std::thread> threads;
  for (int lane = 0; lane < lanes; ++lane) {
    threads.emplace_back([&] {
      while (left.fetch_sub(1) > 0 && !failed) {
        if (!request_once(to, request)) failed = true;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return failed ? fail("a connection got no answer") : tell(Clock::now() - start);
}

int time_connection(const Destination& to, int count) {
  std::vector<Seconds> times;
  for (int i = 0; i < count; ++i) {
    const auto start = Clock::now();
    const std::optional<Socket> socket = open_to(to);
    if (!socket || !round_trip(*socket)) return fail("a connection got no answer");
    times.emplace_back(Clock::now() - start);
  }
  std::ranges::sort(times);
  return tell(times[times.size() / 2]);
}

int hold(const Destination& to, int count) {
  raise_descriptor_limit();
  std::vector<Socket> held;
  for (int i = 0; i < count; ++i) {
    std::optional<Socket> socket = open_to(to);
    if (!socket || !round_trip(*socket)) return fail("a connection got no answer");
    held.push_back(std::move(*socket));
  }
  std::puts("held");
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  return std::ranges::all_of(held, round_trip) ? 0 : fail("a held connection has ended");
}

}  // namespace mino::load
