#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "adapters/gateway/dial_protocol.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "domain/network/egress_policy.hpp"
#include "domain/network/ip_address.hpp"

namespace mino::gateway {

/// A DialRequest that has been looked at.
struct DialOrder {
  std::uint64_t id;
  std::uint16_t port;  ///< not 0, but for kCancel
  DialRequest::Kind kind;
  PrivateAnswers private_answers;
  std::optional<IpAddress> address;  ///< with kAddress
  std::string name;                  ///< canonical, with kName
};

/// Nothing for another size, an unknown kind or flag, port 0, a name without its NUL or one that is
/// not canonical.
[[nodiscard]] std::optional<DialOrder> parse_dial_request(std::string_view bytes);

/// The dialler's end of the socket between gateway and dialler. Nothing blocks: replies queue up
/// while the gateway does not read them.
class DialChannel {
 public:
  enum class Fault : std::uint8_t { kClosed, kBroken };
  struct Idle {};
  using Received = std::variant<DialOrder, Idle, Fault>;

  explicit DialChannel(posix::UniqueFd socket) : socket_(std::move(socket)) {}

  [[nodiscard]] int fd() const { return socket_.get(); }
  [[nodiscard]] Received receive();

  void send(const DialReply& reply, posix::UniqueFd connection);
  /// Drops what was queued for `id`.
  void drop(std::uint64_t id);
  /// Sends what the socket takes. A gateway that is gone is noticed by receive().
  void flush();
  [[nodiscard]] std::size_t queued() const { return queue_.size(); }

 private:
  struct Outgoing {
    DialReply reply;
    posix::UniqueFd connection;
  };

  posix::UniqueFd socket_;
  std::deque<Outgoing> queue_;
};

}  // namespace mino::gateway
