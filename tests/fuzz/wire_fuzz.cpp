// What the owner, the gateway and the dialler read from each other. An input is a row of datagrams,
// each behind its length in two bytes, low byte first. Each is decoded as everything that it could
// be, and the row as rules that are put together.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/gateway/dial_channel.hpp"
#include "adapters/gateway/policy_assembler.hpp"
#include "adapters/gateway/wire.hpp"
#include "domain/check.hpp"
#include "domain/network/host_name.hpp"

namespace {

using mino::gateway::kind_of;
using mino::gateway::Message;

/// What is read is a message of its kind alone, and reads the same again after it was written.
void check_messages(std::string_view bytes) {
  const auto kind = kind_of(bytes);
  if (const auto policy = mino::gateway::decode_policy(bytes)) {
    MINO_CHECK(kind == Message::kPolicy && policy->rules.empty());
    MINO_CHECK(mino::gateway::encode_policy(*policy) == bytes);
  }
  if (const auto rule = mino::gateway::decode_rule(bytes)) {
    MINO_CHECK(kind == Message::kRule);
    const std::string written = mino::gateway::encode_rule(*rule);
    const auto again = mino::gateway::decode_rule(written);
    MINO_CHECK(written.size() <= mino::gateway::kMaxMessage && again && *again == *rule);
  }
  if (const auto ipv6 = mino::gateway::decode_sockets(bytes)) {
    MINO_CHECK(kind == Message::kSockets && mino::gateway::encode_sockets(*ipv6) == bytes);
  }
  if (const auto event = mino::gateway::decode_event(bytes)) {
    MINO_CHECK(kind == Message::kEvent && mino::gateway::encode_event(*event) == bytes);
    MINO_CHECK(bytes.size() <= mino::gateway::kMaxMessage);
    for (const char byte : network_log_line(*event))
      MINO_CHECK(static_cast<unsigned char>(byte) >= 0x20 && byte != '\x7F');
  }
}

void check_dial(std::string_view bytes) {
  using Kind = mino::gateway::DialRequest::Kind;
  const auto order = mino::gateway::parse_dial_request(bytes);
  if (!order) return;
  MINO_CHECK(bytes.size() == sizeof(mino::gateway::DialRequest));
  MINO_CHECK(order->port != 0 || order->kind == Kind::kCancel);
  MINO_CHECK(order->address.has_value() == (order->kind == Kind::kAddress));
  MINO_CHECK(order->name.empty() == (order->kind != Kind::kName));
  if (order->kind != Kind::kName) return;
  const auto name = mino::HostName::parse(order->name);
  MINO_CHECK(name.ok() && name->str() == order->name);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(
    const std::uint8_t* data,
    std::size_t size) {  // NOLINT(readability-identifier-naming): libFuzzer's name
  constexpr std::size_t kHead = 2;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  mino::gateway::PolicyAssembler assembler;
  std::size_t rules = 0;
  bool in_order = true;
  while (rest.size() >= kHead) {
    const std::size_t length = static_cast<unsigned char>(rest[0]) |
                               static_cast<std::size_t>(static_cast<unsigned char>(rest[1])) << 8U;
    const std::string_view message = rest.substr(kHead, length);
    rest.remove_prefix(std::min(kHead + length, rest.size()));
    check_messages(message);
    check_dial(message);
    if (!in_order) continue;  // the reader ends at the first that it does not understand
    in_order = assembler.add(message);
    const auto complete = assembler.take();
    MINO_CHECK(!complete || (in_order && kind_of(message) == Message::kCommit));
    if (complete) MINO_CHECK(complete->rules.size() == rules);
    if (in_order) rules = kind_of(message) == Message::kRule ? rules + 1 : 0;
    MINO_CHECK(rules <= mino::EgressPolicy::kMaxRules);
  }
  return 0;
}
