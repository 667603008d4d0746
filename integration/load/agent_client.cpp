#include "integration/load/agent_client.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace mino::load {
namespace {

constexpr char kFailureCode = 5;
constexpr char kListCode = 11;
constexpr char kKeysCode = 12;
constexpr char kSignCode = 13;
constexpr char kSignedCode = 14;
constexpr std::size_t kNumberBytes = 4;

void add_number(std::string& bytes, std::uint32_t number) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) bytes += static_cast<char>(number >> shift);
}

void add_text(std::string& bytes, std::string_view text) {
  add_number(bytes, static_cast<std::uint32_t>(text.size()));
  bytes += text;
}

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (const char byte : bytes.substr(at, kNumberBytes))
    number = (number << 8U) | static_cast<unsigned char>(byte);
  return number;
}

/// A connection to the agent. What goes wrong ends the program.
class Agent {
 public:
  Agent() : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const char* path = std::getenv("SSH_AUTH_SOCK");
    if (path == nullptr) give_up("SSH_AUTH_SOCK is not set");
    std::strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      give_up("the agent cannot be reached");
  }
  ~Agent() { ::close(fd_); }
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  [[nodiscard]] std::string ask(std::string_view message) const {
    std::string bytes;
    add_text(bytes, message);
    if (::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()))
      give_up("the agent does not listen");
    const std::string size = receive(kNumberBytes);
    return receive(number_at(size, 0));
  }

  [[noreturn]] static void give_up(const char* why) {
    std::fprintf(stderr, "mino_load: %s\n", why);
    std::exit(1);
  }

 private:
  [[nodiscard]] std::string receive(std::size_t size) const {
    std::string bytes(size, '\0');
    for (std::size_t have = 0; have < size;) {
      const ssize_t got = ::recv(fd_, bytes.data() + have, size - have, 0);
      if (got <= 0) give_up("the agent has closed the connection");
      have += static_cast<std::size_t>(got);
    }
    return bytes;
  }

  int fd_;
};

/// The answer to a list: the code, the number of keys, then each with its comment.
std::string list_of(const Agent& agent) {
  std::string keys = agent.ask(std::string_view(&kListCode, 1));
  if (keys.size() < 1 + kNumberBytes || keys.front() != kKeysCode)
    Agent::give_up("the agent lists no keys");
  return keys;
}

std::string login_of(std::string_view key) {
  std::string data;
  add_text(data, std::string(32, 's'));
  data += '\x32';
  add_text(data, "git");
  add_text(data, "ssh-connection");
  add_text(data, "publickey");
  data += '\1';
  add_text(data, key.substr(kNumberBytes, number_at(key, 0)));
  add_text(data, key);
  return data;
}

}  // namespace

int count_keys() {
  const Agent agent;
  std::printf("%u keys\n", number_at(list_of(agent), 1));
  return 0;
}

int sign_logins(int count) {
  const Agent agent;
  const std::string keys = list_of(agent);
  constexpr std::size_t kFirstKey = 1 + kNumberBytes;
  const std::string key =
      keys.substr(std::min(kFirstKey + kNumberBytes, keys.size()), number_at(keys, kFirstKey));
  std::string request(1, kSignCode);
  add_text(request, key);
  add_text(request, login_of(key));
  add_number(request, 0);
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i) {
    const std::string answer = agent.ask(request);
    if (answer.empty() || answer.front() == kFailureCode || answer.front() != kSignedCode)
      Agent::give_up("the agent does not sign");
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  std::printf("%.6f\n", taken.count());
  return 0;
}

}  // namespace mino::load
