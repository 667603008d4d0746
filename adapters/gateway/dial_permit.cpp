#include "adapters/gateway/dial_permit.hpp"

#include <utility>

#include "adapters/gateway/wire.hpp"
#include "adapters/posix/packet_socket.hpp"
#include "domain/network/egress_policy.hpp"

namespace mino::gateway {

bool PolicyPermit::permits(const DialOrder& order) {
  take_rules();
  if (order.private_answers == PrivateAnswers::kAllowed &&
      policy_.private_answers != PrivateAnswers::kAllowed)
    return false;
  switch (order.kind) {
    case DialRequest::Kind::kAddress:
      return order.address && decide(policy_, *order.address, order.port).allowed();
    case DialRequest::Kind::kName: {
      const auto name = HostName::parse(order.name);
      return name.ok() && decide(policy_, *name, order.port).allowed();
    }
    case DialRequest::Kind::kHostLoopback: {
      const auto name = HostName::parse(kHostLoopbackName);
      return name.ok() && decide(policy_, *name, order.port).allowed();
    }
    case DialRequest::Kind::kCancel:
      return true;
  }
  return false;
}

DialPermit::Rules PolicyPermit::take_rules() {
  while (rules_ == Rules::kMayChange) {
    const posix::Received received = posix::receive_packet(owner_.get(), kMaxMessage);
    if (received.state == posix::Received::State::kNothing) break;
    if (received.state == posix::Received::State::kEnded) {
      rules_ = Rules::kFinal;
    } else if (!assembler_.add(received.packet.bytes)) {
      // Rules that cannot be read are not to be guessed at.
      rules_ = Rules::kFinal;
      policy_ = EgressPolicy{};
    } else if (auto complete = assembler_.take()) {
      policy_ = std::move(*complete);
    }
  }
  return rules_;
}

}  // namespace mino::gateway
