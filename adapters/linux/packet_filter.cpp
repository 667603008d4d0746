#include "adapters/linux/packet_filter.hpp"

#include <fmt/format.h>
#include <linux/netlink.h>

#include <string>
#include <string_view>
#include <vector>

#include "adapters/linux/netlink_socket.hpp"
#include "adapters/linux/packet_rule_encoder.hpp"
#include "adapters/posix/posix_error.hpp"

namespace mino::linux {

namespace {

Result<void> load(NetlinkSocket& socket, const PacketBatch& batch) {
  auto answers = socket.exchange(batch.messages);
  if (!answers.ok()) return std::move(answers.error()).add_context("loading the packet filter");
  bool finished = false;
  for (const NetlinkAnswer& answer : *answers) {
    if (answer.error != 0) {
      const std::string_view subject = answer.sequence < batch.subjects.size()
                                           ? std::string_view(batch.subjects[answer.sequence])
                                           : "the packet filter";
      return posix::system_error(fmt::format("loading {}", subject), answer.error);
    }
    if (answer.sequence == batch.answered()) finished = true;
  }
  if (!finished)
    return Error(ErrorCode::kInternal, "loading the packet filter: the kernel gave no answer");
  return {};
}

}  // namespace

Result<void> load_packet_rules(const PacketRules& rules) {
  MINO_ASSIGN(NetlinkSocket socket, NetlinkSocket::open(NETLINK_NETFILTER));
  for (const PacketBatch& batch : encode_packet_rules(rules)) MINO_TRY(load(socket, batch));
  return {};
}

}  // namespace mino::linux
