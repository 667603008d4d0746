#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/posix/unique_fd.hpp"
#include "adapters/session/packet_channel.hpp"
#include "helper/protocol/lifeline.hpp"

namespace mino::testing_support {

inline lifeline::Packet packet_of(lifeline::Kind kind, std::uint32_t process = 0,
                                  std::int32_t value = 0, std::uint32_t flags = 0) {
  lifeline::Packet packet{};
  packet.kind = kind;
  packet.process = process;
  packet.value = value;
  packet.flags = flags;
  return packet;
}

/// As it goes over the socket.
inline std::string bytes_of(const lifeline::Packet& packet) {
  return {reinterpret_cast<const char*>(&packet), sizeof packet};
}

inline std::string data_bytes(std::uint32_t process, std::string_view data) {
  lifeline::DataPacket packet{};
  packet.kind = lifeline::Kind::kData;
  packet.process = process;
  packet.length = static_cast<std::uint32_t>(data.size());
  std::memcpy(packet.bytes, data.data(), data.size());
  return {reinterpret_cast<const char*>(&packet), lifeline::kDataHeaderBytes + data.size()};
}

struct SocketPair {
  posix::UniqueFd first;
  posix::UniqueFd second;
};

inline SocketPair make_packet_sockets() {
  std::array<int, 2> ends{-1, -1};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()),
            0);
  return {posix::UniqueFd(ends[0]), posix::UniqueFd(ends[1])};
}

/// Sends one datagram as it is; false when the other side is gone.
inline bool send_raw(int socket, std::string_view bytes, const std::vector<int>& descriptors = {}) {
  std::string copy(bytes);
  iovec part{copy.data(), copy.size()};
  msghdr head{};
  head.msg_iov = &part;
  head.msg_iovlen = 1;
  const std::size_t size = descriptors.size() * sizeof(int);
  std::vector<char> control(CMSG_SPACE(size));
  if (!descriptors.empty()) {
    head.msg_control = control.data();
    head.msg_controllen = control.size();
    cmsghdr* rights = CMSG_FIRSTHDR(&head);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(size);
    std::memcpy(CMSG_DATA(rights), descriptors.data(), size);
  }
  return ::sendmsg(socket, &head, MSG_NOSIGNAL) >= 0;
}

/// The far end of a channel, read one datagram at a time without waiting.
struct Datagram {
  std::string bytes;
  std::vector<posix::UniqueFd> descriptors;
};

inline std::vector<Datagram> receive_all(int socket) {
  std::vector<Datagram> received;
  for (;;) {
    std::string buffer(sizeof(lifeline::DataPacket) + 1, '\0');
    iovec part{buffer.data(), buffer.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(8 * sizeof(int))> control{};
    msghdr head{};
    head.msg_iov = &part;
    head.msg_iovlen = 1;
    head.msg_control = control.data();
    head.msg_controllen = control.size();
    const ssize_t got = ::recvmsg(socket, &head, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (got <= 0) return received;
    Datagram datagram{.bytes = buffer.substr(0, static_cast<std::size_t>(got)), .descriptors = {}};
    if (const cmsghdr* rights = CMSG_FIRSTHDR(&head); rights != nullptr) {
      for (std::size_t i = 0; i < (rights->cmsg_len - CMSG_LEN(0)) / sizeof(int); ++i) {
        int number = -1;
        std::memcpy(&number, CMSG_DATA(rights) + i * sizeof(int), sizeof number);
        datagram.descriptors.emplace_back(number);
      }
    }
    received.push_back(std::move(datagram));
  }
}

}  // namespace mino::testing_support
