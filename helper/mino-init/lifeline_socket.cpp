#include "helper/mino-init/lifeline_socket.hpp"

#include <sys/socket.h>
#include <sys/types.h>

#include <cerrno>
#include <cstring>

namespace mino::init {

namespace {

// Room for more descriptors than any packet carries: CMSG_SPACE rounds up, so the count is checked
// and not only the kernel's flag.
constexpr std::size_t kControlDescriptors = 8;

void keep_descriptors(msghdr& head, Incoming& incoming, std::size_t& count) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&head); part != nullptr; part = CMSG_NXTHDR(&head, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t here = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < here; ++i) {
      int number = -1;
      std::memcpy(&number, CMSG_DATA(part) + i * sizeof number, sizeof number);
      Descriptor descriptor(number);
      if (count < incoming.descriptors.size()) incoming.descriptors[count] = std::move(descriptor);
      ++count;
    }
  }
}

}  // namespace

bool receive(Incoming& incoming) {
  alignas(cmsghdr) char control[CMSG_SPACE(kControlDescriptors * sizeof(int))] = {};
  iovec part{&incoming.packet, sizeof incoming.packet};
  msghdr head{};
  head.msg_iov = &part;
  head.msg_iovlen = 1;
  head.msg_control = control;
  head.msg_controllen = sizeof control;
  ssize_t length = -1;
  do {
    length = ::recvmsg(lifeline::kDescriptor, &head, MSG_CMSG_CLOEXEC);
  } while (length < 0 && errno == EINTR);
  if (length <= 0) return false;

  for (Descriptor& descriptor : incoming.descriptors) descriptor.reset();
  incoming.length = static_cast<std::size_t>(length);
  incoming.descriptor_count = 0;
  keep_descriptors(head, incoming, incoming.descriptor_count);
  return (head.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
}

bool send(const lifeline::Packet& packet, int attached) {
  lifeline::Packet copy = packet;
  iovec part{&copy, sizeof copy};
  msghdr head{};
  head.msg_iov = &part;
  head.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof attached)] = {};
  if (attached >= 0) {
    head.msg_control = control;
    head.msg_controllen = sizeof control;
    cmsghdr* rights = CMSG_FIRSTHDR(&head);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof attached);
    std::memcpy(CMSG_DATA(rights), &attached, sizeof attached);
  }
  ssize_t length = -1;
  do {
    length = ::sendmsg(lifeline::kDescriptor, &head, MSG_NOSIGNAL);
  } while (length < 0 && errno == EINTR);
  return length == static_cast<ssize_t>(sizeof copy);
}

}  // namespace mino::init
