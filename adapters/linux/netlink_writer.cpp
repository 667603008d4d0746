#include "adapters/linux/netlink_writer.hpp"

#include <arpa/inet.h>
#include <linux/netlink.h>

#include <cstring>

#include "domain/check.hpp"

namespace mino::linux {

void NetlinkWriter::append(std::string_view value) {
  buffer_ += value;
  // Messages and attributes have the same alignment.
  static_assert(NLMSG_ALIGNTO == NLA_ALIGNTO);
  buffer_.resize((buffer_.size() + NLMSG_ALIGNTO - 1) / NLMSG_ALIGNTO * NLMSG_ALIGNTO);
  const auto length = static_cast<std::uint32_t>(buffer_.size() - message_);
  std::memcpy(buffer_.data() + message_ + offsetof(nlmsghdr, nlmsg_len), &length, sizeof length);
}

void NetlinkWriter::begin_message(int type, unsigned flags, std::uint32_t sequence) {
  message_ = buffer_.size();
  nlmsghdr head{};
  head.nlmsg_type = static_cast<std::uint16_t>(type);
  head.nlmsg_flags = static_cast<std::uint16_t>(flags);
  head.nlmsg_seq = sequence;
  // The length in it is put right with each byte that follows.
  append(bytes_of(head));
}

void NetlinkWriter::begin_attribute(int type) {
  nlattr head{};
  head.nla_type = static_cast<std::uint16_t>(type);
  append(bytes_of(head));
}

std::size_t NetlinkWriter::begin_nest(int type) {
  const std::size_t start = buffer_.size();
  begin_attribute(type | NLA_F_NESTED);
  return start;
}

void NetlinkWriter::end_attribute(std::size_t start) {
  constexpr std::size_t kLongest = 0xffff;
  const std::size_t size = buffer_.size() - start;
  MINO_CHECK(size <= kLongest);
  const auto length = static_cast<std::uint16_t>(size);
  std::memcpy(buffer_.data() + start + offsetof(nlattr, nla_len), &length, sizeof length);
}

void NetlinkWriter::bytes(int type, std::string_view value) {
  const std::size_t start = buffer_.size();
  begin_attribute(type);
  buffer_ += value;
  // The length of an attribute does not count the padding behind it.
  end_attribute(start);
  append({});
}

void NetlinkWriter::network_order(int type, std::uint32_t value) {
  host_order(type, ::htonl(value));
}

void NetlinkWriter::text(int type, std::string_view value) {
  bytes(type, std::string(value) + '\0');
}

}  // namespace mino::linux
