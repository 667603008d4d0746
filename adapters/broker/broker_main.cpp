#include "adapters/broker/broker_main.hpp"

#include <sys/resource.h>
#include <sys/socket.h>

#include <optional>
#include <string>
#include <utility>

#include "adapters/broker/broker_protocol.hpp"
#include "adapters/broker/broker_server.hpp"
#include "adapters/broker/terms_json.hpp"
#include "adapters/posix/posix_error.hpp"
#include "adapters/posix/process_privacy.hpp"

namespace mino::broker {
namespace {

/// A socket a client, and what the process has besides.
constexpr rlim_t kDescriptors = 128;
/// What its clients can make it hold is far less.
constexpr rlim_t kMemory = rlim_t{256} << 20U;

void limit_resources() {
  constexpr rlimit kFiles{kDescriptors, kDescriptors};
  constexpr rlimit kData{kMemory, kMemory};
  static_cast<void>(::setrlimit(RLIMIT_NOFILE, &kFiles));
  static_cast<void>(::setrlimit(RLIMIT_DATA, &kData));
}

/// Blocks. Nothing when the owner is gone, or says something else.
std::optional<BrokerPacket> expect(int owner, BrokerMessage kind) {
  std::string bytes(kMaxBrokerPacket, '\0');
  const ssize_t got = posix::retry([&] { return ::recv(owner, bytes.data(), bytes.size(), 0); });
  auto packet = got > 0 ? decode(std::string_view(bytes).substr(0, static_cast<std::size_t>(got)))
                        : std::nullopt;
  wipe(bytes);
  return packet && packet->kind == kind ? std::move(packet) : std::nullopt;
}

void tell(int owner, const BrokerPacket& packet) {
  const std::string bytes = encode(packet);
  static_cast<void>(
      posix::retry([&] { return ::send(owner, bytes.data(), bytes.size(), MSG_NOSIGNAL); }));
}

std::optional<BrokerTerms> await_terms(int owner, const JsonCodec& codec) {
  auto packet = expect(owner, BrokerMessage::kTerms);
  if (!packet) return std::nullopt;
  auto json = codec.parse(packet->text);
  wipe(packet->text);
  if (!json.ok()) return std::nullopt;
  auto terms = terms_from_json(*json);
  wipe(*json);
  return terms;
}

}  // namespace

int broker_main(const BrokerSystem& system, int owner) {
  constexpr int kUsage = 2;
  posix::UniqueFd socket(owner);
  posix::refuse_inspection();
  auto terms = await_terms(owner, system.codec);
  if (!terms) return kUsage;
  const auto box = expect(owner, BrokerMessage::kBox);
  if (!box) return 0;
  auto listener = system.listen(static_cast<pid_t>(box->number));
  if (!listener.ok()) {
    tell(owner, {BrokerMessage::kFailed, 0, listener.error().text()});
    return 1;
  }
  limit_resources();
  if (const auto confined = system.confine(); !confined.ok()) {
    tell(owner, {BrokerMessage::kFailed, 0, confined.error().text()});
    return 1;
  }
  tell(owner, {BrokerMessage::kServing, 0, {}});
  BrokerServer({system.codec, system.clock}, *std::move(terms), std::move(socket),
               std::move(*listener), ServerLimits{})
      .run();
  return 0;
}

}  // namespace mino::broker
