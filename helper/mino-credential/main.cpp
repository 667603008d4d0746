// mino-credential get: a credential helper of git (gitcredentials(7)) inside a box. Takes git's
// description on stdin and prints the user and password that the session's broker has for it.
// mino-credential token [HOST]: prints the token alone, for programs that take one.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>

namespace {

// domain/credential/broker.hpp
constexpr char kAddress[] = "169.254.170.2";
constexpr unsigned short kPort = 80;
constexpr char kTokenFile[] = "/run/mino/broker/token";

constexpr std::size_t kMaxToken = 256;
constexpr std::size_t kMaxHost = 256;
constexpr std::size_t kMaxInput = 8192;
constexpr std::size_t kMaxAnswer = 65536;
/// A provider's program may run for half a minute before there is an answer.
constexpr long kPatienceSeconds = 60;

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

/// A text in a buffer of its own, with a NUL behind it.
template <std::size_t kSize>
struct Text {
  char bytes[kSize + 1] = {};
  std::size_t size = 0;
};

int fail(const char* what) {
  std::fprintf(stderr, "mino-credential: %s\n", what);
  return kFailed;
}

/// Everything up to the end, or as much as there is room for.
template <std::size_t kSize>
bool read_all(int fd, Text<kSize>& text) {
  while (text.size < kSize) {
    const ssize_t got = ::read(fd, text.bytes + text.size, kSize - text.size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) return true;
    text.size += static_cast<std::size_t>(got);
  }
  return true;
}

bool write_all(int fd, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t put = ::write(fd, bytes, size);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    bytes += put;
    size -= static_cast<std::size_t>(put);
  }
  return true;
}

bool read_token(Text<kMaxToken>& token) {
  const int fd = ::open(kTokenFile, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool done = read_all(fd, token);
  ::close(fd);
  return done && token.size > 0;
}

/// The value of one `name=value` line of git's description; false when there is none.
bool value_of(const Text<kMaxInput>& input, const char* name, Text<kMaxHost>& value) {
  const std::size_t length = std::strlen(name);
  const char* at = input.bytes;
  const char* const end = input.bytes + input.size;
  while (at < end) {
    const void* found = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
    const char* const stop = found == nullptr ? end : static_cast<const char*>(found);
    const std::size_t size = static_cast<std::size_t>(stop - at);
    if (size > length && std::memcmp(at, name, length) == 0 && at[length] == '=' &&
        size - length - 1 <= kMaxHost) {
      value.size = size - length - 1;
      std::memcpy(value.bytes, at + length + 1, value.size);
      return true;
    }
    at = stop + 1;
  }
  return false;
}

/// Whether the name can stand in a request as it is.
bool is_host(const Text<kMaxHost>& host) {
  constexpr char kAllowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]";
  return host.size > 0 && std::strspn(host.bytes, kAllowed) == host.size;
}

int connect_to_broker() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  const timeval patience{kPatienceSeconds, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(kPort);
  ::inet_pton(AF_INET, kAddress, &place.sin_addr);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&place), sizeof place) == 0) return fd;
  ::close(fd);
  return -1;
}

/// The broker's answer to one request, head and body.
bool ask(const Text<kMaxHost>& host, const Text<kMaxToken>& token, Text<kMaxAnswer>& answer) {
  const int fd = connect_to_broker();
  if (fd < 0) return false;
  Text<1024> request;
  const int size = std::snprintf(request.bytes, sizeof request.bytes,
                                 "GET /github?host=%s HTTP/1.1\r\nHost: %s\r\n"
                                 "Authorization: %s\r\nConnection: close\r\n\r\n",
                                 host.bytes, kAddress, token.bytes);
  const bool fits = size > 0 && static_cast<std::size_t>(size) < sizeof request.bytes;
  const bool done =
      fits && write_all(fd, request.bytes, static_cast<std::size_t>(size)) && read_all(fd, answer);
  ::close(fd);
  return done;
}

/// The body of an answer with status 200; null for any other.
const char* body_of(const Text<kMaxAnswer>& answer, bool& is_refusal) {
  const char* const body = std::strstr(answer.bytes, "\r\n\r\n");
  if (body == nullptr || std::strncmp(answer.bytes, "HTTP/1.1 ", 9) != 0) return nullptr;
  is_refusal = std::strncmp(answer.bytes, "HTTP/1.1 200 ", 13) != 0;
  return body + 4;
}

int print_token(const char* body) {
  constexpr char kName[] = "password=";
  const char* const at = std::strstr(body, kName);
  if (at == nullptr) return fail("the broker's answer has no token");
  const char* const token = at + sizeof kName - 1;
  const std::size_t size = std::strcspn(token, "\n");
  return write_all(STDOUT_FILENO, token, size + 1) ? kDone : kFailed;
}

int fetch(const Text<kMaxHost>& host, bool wants_token) {
  static Text<kMaxToken> token;
  static Text<kMaxAnswer> answer;
  if (!is_host(host)) return fail("that is no host");
  if (!read_token(token)) return fail("this box has no credential broker");
  if (!ask(host, token, answer)) return fail("the credential broker does not answer");
  bool is_refusal = false;
  const char* const body = body_of(answer, is_refusal);
  if (body == nullptr) return fail("the credential broker's answer is no HTTP");
  if (is_refusal) {
    std::fprintf(stderr, "mino-credential: %s", body);
    return kFailed;
  }
  if (wants_token) return print_token(body);
  return write_all(STDOUT_FILENO, body, std::strlen(body)) ? kDone : kFailed;
}

int get() {
  static Text<kMaxInput> input;
  Text<kMaxHost> protocol;
  Text<kMaxHost> host;
  if (!read_all(STDIN_FILENO, input)) return fail("reading git's description failed");
  // What it has is for https alone; git asks elsewhere for the rest.
  if (!value_of(input, "protocol", protocol) || std::strcmp(protocol.bytes, "https") != 0)
    return kDone;
  if (!value_of(input, "host", host)) return kDone;
  return fetch(host, false);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "get") == 0) return get();
  // Nothing is kept here, so that there is nothing to store or to erase.
  if (argc == 2 && (std::strcmp(argv[1], "store") == 0 || std::strcmp(argv[1], "erase") == 0))
    return kDone;
  if ((argc == 2 || argc == 3) && std::strcmp(argv[1], "token") == 0) {
    Text<kMaxHost> host;
    const char* const name = argc == 3 ? argv[2] : "github.com";
    host.size = std::strlen(name) <= kMaxHost ? std::strlen(name) : 0;
    std::memcpy(host.bytes, name, host.size);
    return fetch(host, true);
  }
  std::fprintf(stderr, "usage: mino-credential get|store|erase|token [HOST]\n");
  return kUsage;
}
