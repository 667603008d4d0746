#include "adapters/linux/netlink_writer.hpp"

#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <cstring>
#include <string>

namespace mino::linux {
namespace {

template <typename Head>
Head head_at(const std::string& bytes, std::size_t offset) {
  Head head{};
  EXPECT_LE(offset + sizeof head, bytes.size());
  std::memcpy(&head, bytes.data() + offset, sizeof head);
  return head;
}

TEST(NetlinkWriter, CountsWhatAMessageHolds) {
  NetlinkWriter writer;
  writer.message(RTM_NEWROUTE, NLM_F_REQUEST | NLM_F_ACK, 7, rtmsg{});
  writer.host_order(RTA_OIF, std::uint32_t{1});
  const auto head = head_at<nlmsghdr>(writer.buffer(), 0);
  EXPECT_EQ(head.nlmsg_len, writer.size());
  EXPECT_EQ(head.nlmsg_len, sizeof(nlmsghdr) + sizeof(rtmsg) + sizeof(nlattr) + 4);
  EXPECT_EQ(head.nlmsg_type, RTM_NEWROUTE);
  EXPECT_EQ(head.nlmsg_flags, NLM_F_REQUEST | NLM_F_ACK);
  EXPECT_EQ(head.nlmsg_seq, 7U);
}

TEST(NetlinkWriter, PadsAnAttributeWithoutCountingThePadding) {
  NetlinkWriter writer;
  writer.message(RTM_NEWROUTE, 0, 1, rtmsg{});
  const std::size_t start = writer.size();
  writer.text(3, "lo");
  EXPECT_EQ(head_at<nlattr>(writer.buffer(), start).nla_len, sizeof(nlattr) + 3);
  EXPECT_EQ(writer.size(), start + sizeof(nlattr) + 4);
  EXPECT_EQ(writer.buffer().substr(start + sizeof(nlattr)), std::string("lo\0\0", 4));
  EXPECT_EQ(head_at<nlmsghdr>(writer.buffer(), 0).nlmsg_len, writer.size());
}

TEST(NetlinkWriter, NestsAndKeepsMessagesApart) {
  NetlinkWriter writer;
  writer.message(1, 0, 1, rtmsg{});
  const std::size_t outer = writer.size();
  writer.nest(5, [&] {
    writer.network_order(6, 1);
    writer.nest(7, [&] { writer.bytes(8, "x"); });
  });
  const std::size_t second = writer.size();
  writer.message(2, 0, 2, rtmsg{});

  const auto nest = head_at<nlattr>(writer.buffer(), outer);
  EXPECT_EQ(nest.nla_type, 5 | NLA_F_NESTED);
  EXPECT_EQ(nest.nla_len, second - outer);
  EXPECT_EQ(writer.buffer().substr(outer + 2 * sizeof(nlattr), 4), std::string("\0\0\0\1", 4));
  EXPECT_EQ(head_at<nlmsghdr>(writer.buffer(), 0).nlmsg_len, second);
  EXPECT_EQ(head_at<nlmsghdr>(writer.buffer(), second).nlmsg_len, writer.size() - second);
}

}  // namespace
}  // namespace mino::linux
