#include "adapters/gateway/dial_channel.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "adapters/gateway/dial_address.hpp"
#include "adapters/posix/packet_socket.hpp"
#include "adapters/posix/posix_error.hpp"
#include "domain/network/host_name.hpp"
#include "domain/result.hpp"

namespace mino::gateway {
namespace {

std::optional<IpAddress> address_of(const DialRequest& request) {
  IpAddress::V6Bytes bytes{};
  std::memcpy(bytes.data(), request.address, bytes.size());
  const IpAddress address = unmapped(IpAddress::from_v6(bytes));
  if (request.is_v4 != 0 && !address.is_v4()) return std::nullopt;
  return address;
}

std::optional<std::string> name_of(const DialRequest& request) {
  const std::string_view whole(request.name, sizeof request.name);
  const std::size_t end = whole.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view text = whole.substr(0, end);
  const Result<HostName> name = HostName::parse(text);
  if (!name.ok() || name->str() != text) return std::nullopt;
  return name->str();
}

}  // namespace

std::optional<DialOrder> parse_dial_request(std::string_view bytes) {
  DialRequest request;
  if (bytes.size() != sizeof request) return std::nullopt;
  std::memcpy(&request, bytes.data(), sizeof request);
  if (request.allow_private > 1 || request.is_v4 > 1) return std::nullopt;
  if (request.port == 0 && request.kind != DialRequest::Kind::kCancel) return std::nullopt;
  DialOrder order{request.id,
                  request.port,
                  request.kind,
                  request.allow_private == 1 ? PrivateAnswers::kAllowed : PrivateAnswers::kRefused,
                  std::nullopt,
                  {}};
  switch (request.kind) {
    case DialRequest::Kind::kName: {
      std::optional<std::string> name = name_of(request);
      if (!name) return std::nullopt;
      order.name = std::move(*name);
      return order;
    }
    case DialRequest::Kind::kAddress:
      order.address = address_of(request);
      if (!order.address) return std::nullopt;
      return order;
    case DialRequest::Kind::kHostLoopback:
    case DialRequest::Kind::kCancel:
      return order;
  }
  return std::nullopt;
}

DialChannel::Received DialChannel::receive() {
  // One byte more than a request, so that a longer packet shows.
  std::array<char, sizeof(DialRequest) + 1> bytes{};
  const ssize_t got =
      posix::retry([&] { return ::recv(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT); });
  if (got < 0 && errno == EAGAIN) return Idle{};
  if (got <= 0) return Fault::kClosed;
  std::optional<DialOrder> order =
      parse_dial_request(std::string_view(bytes.data(), static_cast<std::size_t>(got)));
  if (!order) return Fault::kBroken;
  return std::move(*order);
}

void DialChannel::send(const DialReply& reply, posix::UniqueFd connection) {
  queue_.push_back({reply, std::move(connection)});
  if (queue_.size() == 1) flush();
}

void DialChannel::drop(std::uint64_t id) {
  std::erase_if(queue_, [id](const Outgoing& one) { return one.reply.id == id; });
}

void DialChannel::flush() {
  while (!queue_.empty()) {
    Outgoing& next = queue_.front();
    std::vector<int> connection;
    if (next.connection) connection.push_back(next.connection.get());
    const std::string_view bytes(reinterpret_cast<const char*>(&next.reply), sizeof next.reply);
    switch (posix::send_packet(socket_.get(), bytes, connection)) {
      case posix::SendState::kFull:
        return;
      case posix::SendState::kTooManyInFlight:
        next.connection.reset();
        next.reply.outcome = DialReply::Outcome::kUnreachable;
        next.reply.error = ETOOMANYREFS;
        continue;
      case posix::SendState::kSent:
      case posix::SendState::kBroken:
        queue_.pop_front();
    }
  }
}

}  // namespace mino::gateway
