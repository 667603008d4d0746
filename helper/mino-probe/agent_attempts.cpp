#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "helper/mino-probe/attempt.hpp"

// The SSH agent protocol (RFC 9987): a length in four bytes, a code, the rest.
namespace mino::probe {
namespace {

using Text = const std::string&;

constexpr int kPatienceMs = 10'000;
constexpr unsigned char kFailure = 5;
constexpr unsigned char kSuccess = 6;
constexpr unsigned char kExtensionFailure = 28;
constexpr char kRemove = 18;
constexpr char kLock = 22;
constexpr char kUnlock = 23;
constexpr char kAddConstrained = 25;

void append_number(std::string& bytes, std::size_t number) {
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    bytes += static_cast<char>(static_cast<unsigned char>((number >> shift) & 0xFFU));
}
void append_text(std::string& bytes, std::string_view text) {
  append_number(bytes, text.size());
  bytes += text;
}

/// Reads `size` bytes; 0 or an errno.
int read_all(int fd, unsigned char* bytes, std::size_t size) {
  while (size > 0) {
    pollfd wait{fd, POLLIN, 0};
    if (::poll(&wait, 1, kPatienceMs) <= 0) return ETIMEDOUT;
    const ssize_t got = ::read(fd, bytes, size);
    if (got <= 0) return got == 0 ? ECONNRESET : errno;
    bytes += got;
    size -= static_cast<std::size_t>(got);
  }
  return 0;
}

/// The outcome of one request on a connection of its own: "ok", the fact "refused", or what kept
/// the agent from answering, which says nothing of what it would have done.
Outcome ask(Text path, Text message) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return of_errno(ENAMETOOLONG);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int agent = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (agent < 0) return of_errno(errno);
  std::string bytes;
  append_text(bytes, message);
  std::array<unsigned char, 5> answer{};
  int error = 0;
  if (::connect(agent, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::send(agent, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) {
    error = errno;
  } else {
    error = read_all(agent, answer.data(), answer.size());
  }
  ::close(agent);
  if (error != 0) return of_errno(error);
  const unsigned char code = answer[4];
  if (code == kSuccess) return of_errno(0);
  if (code == kFailure || code == kExtensionFailure) return fact("refused");
  return fact("answered with " + std::to_string(code));
}

// A key that everybody has: ed25519 of a secret that is all zeros.
constexpr unsigned char kPublic[] = {
    0x3b, 0x6a, 0x27, 0xbc, 0xce, 0xb6, 0xa4, 0x2d, 0x62, 0xa3, 0xa8, 0xd0, 0x2a, 0x6f, 0x0d, 0x73,
    0x65, 0x32, 0x15, 0x77, 0x1d, 0xe2, 0x43, 0xa6, 0x3a, 0xc0, 0x48, 0xa1, 0x8b, 0x59, 0xda, 0x29};
constexpr std::string_view kType = "ssh-ed25519";

std::string public_key() { return {reinterpret_cast<const char*>(kPublic), sizeof kPublic}; }

/// Should it succeed, the agent forgets the key by itself.
std::string add_message() {
  constexpr char kLifetime = 1;
  constexpr std::size_t kSeconds = 10;
  std::string message(1, kAddConstrained);
  append_text(message, kType);
  append_text(message, public_key());
  append_text(message, std::string(sizeof kPublic, '\0') + public_key());
  append_text(message, "mino-probe");
  message += kLifetime;
  append_number(message, kSeconds);
  return message;
}

Outcome add(Text socket) { return ask(socket, add_message()); }

/// Of the key that add() would have added: no key of the user's is at stake.
Outcome remove(Text socket) {
  static_cast<void>(ask(socket, add_message()));
  std::string blob;
  append_text(blob, kType);
  append_text(blob, public_key());
  std::string message(1, kRemove);
  append_text(message, blob);
  return ask(socket, message);
}

/// One that succeeds is undone.
Outcome lock(Text socket) {
  std::string passphrase;
  append_text(passphrase, "mino-probe");
  Outcome outcome = ask(socket, std::string(1, kLock) + passphrase);
  if (outcome.how == "ok") static_cast<void>(ask(socket, std::string(1, kUnlock) + passphrase));
  return outcome;
}

constexpr Attempt kAttempts[] = {
    {"agent_add", add}, {"agent_remove", remove}, {"agent_lock", lock}};

}  // namespace

std::span<const Attempt> agent_attempts() { return kAttempts; }

}  // namespace mino::probe
