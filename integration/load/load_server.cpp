#include "integration/load/load_server.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>

namespace mino::load {

namespace {

constexpr std::size_t kPayloadBytes = std::size_t{16} << 20;

int watch(int epoll, int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  return ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

/// A file in memory: a disk would be measured else.
int make_payload() {
  const int file = ::memfd_create("payload", MFD_CLOEXEC);
  const std::string bytes(kPayloadBytes, 'x');
  if (file < 0 || ::write(file, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
    return -1;
  return file;
}

int listen_somewhere() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::listen(listener, SOMAXCONN) != 0 ||
      ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    return -1;
  std::printf("%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return listener;
}

void send_all(int client, int payload) {
  const int flags = 0;
  ::ioctl(client, FIONBIO, &flags);
  for (long left = kDownloadBytes; left > 0;) {
    off_t offset = 0;
    const ssize_t sent = ::sendfile(client, payload, &offset,
                                    std::min(kPayloadBytes, static_cast<std::size_t>(left)));
    if (sent <= 0) break;
    left -= sent;
  }
  ::close(client);
}

void accept_all(int epoll, int listener) {
  for (;;) {
    const int client = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (client < 0) return;
    const int on = 1;
    ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (watch(epoll, client, EPOLLIN) != 0) ::close(client);
  }
}

void answer(int epoll, int client, int payload) {
  std::array<char, 4096> request;
  const ssize_t got = ::recv(client, request.data(), request.size(), 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    ::close(client);
  } else if (request[0] == kDownload) {
    ::epoll_ctl(epoll, EPOLL_CTL_DEL, client, nullptr);
    std::thread(send_all, client, payload).detach();
  } else {
    const std::string_view words =
        request[0] == kGet ? std::string_view(kHttpAnswer) : std::string_view(&kPong, 1);
    // A few bytes into an empty buffer are never half sent.
    static_cast<void>(::send(client, words.data(), words.size(), MSG_NOSIGNAL));
  }
}

}  // namespace

int serve() {
  ::signal(SIGPIPE, SIG_IGN);  // sendfile(2) has no MSG_NOSIGNAL
  const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  const int payload = make_payload();
  const int listener = listen_somewhere();
  if (payload < 0 || watch(epoll, listener, EPOLLIN) != 0) {
    std::perror("mino_load: serve");
    return 1;
  }
  for (;;) {
    std::array<epoll_event, 256> events;
    const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int ready = events.at(static_cast<std::size_t>(i)).data.fd;
      if (ready == listener) {
        accept_all(epoll, listener);
      } else {
        answer(epoll, ready, payload);
      }
    }
  }
}

}  // namespace mino::load
