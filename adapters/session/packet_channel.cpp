#include "adapters/session/packet_channel.hpp"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "adapters/posix/posix_error.hpp"

namespace mino::session {

namespace {

constexpr std::size_t kMaxDescriptors = 3;

bool known(lifeline::Kind kind) {
  using lifeline::Kind;
  switch (kind) {
    case Kind::kProcess:
    case Kind::kGo:
    case Kind::kSignal:
    case Kind::kReady:
    case Kind::kTerminal:
    case Kind::kStarted:
    case Kind::kFailed:
    case Kind::kStopped:
    case Kind::kEnded:
    case Kind::kStop:
    case Kind::kAccepted:
    case Kind::kNetwork:
    case Kind::kNetworkAnswer:
      return true;
    case Kind::kData:
      return false;
  }
  return false;
}

}  // namespace

std::optional<ParsedPacket> parse_packet(std::string_view bytes) {
  ParsedPacket parsed;
  lifeline::Kind kind{};
  if (bytes.size() < sizeof kind) return std::nullopt;
  std::memcpy(&kind, bytes.data(), sizeof kind);
  if (kind == lifeline::Kind::kData) {
    if (bytes.size() < lifeline::kDataHeaderBytes) return std::nullopt;
    std::uint32_t length = 0;
    parsed.packet.kind = kind;
    std::memcpy(&parsed.packet.process, bytes.data() + offsetof(lifeline::DataPacket, process),
                sizeof parsed.packet.process);
    std::memcpy(&length, bytes.data() + offsetof(lifeline::DataPacket, length), sizeof length);
    if (length == 0 || length > lifeline::kChunkBytes ||
        bytes.size() != lifeline::kDataHeaderBytes + length)
      return std::nullopt;
    parsed.data = bytes.substr(lifeline::kDataHeaderBytes);
    return parsed;
  }
  if (bytes.size() != sizeof parsed.packet || !known(kind)) return std::nullopt;
  std::memcpy(&parsed.packet, bytes.data(), sizeof parsed.packet);
  return parsed;
}

PacketChannel::Outgoing::~Outgoing() { ::explicit_bzero(bytes.data(), bytes.size()); }

PacketChannel::PacketChannel(PollLoop& loop, posix::UniqueFd socket, Handlers handlers)
    : loop_(loop), socket_(std::move(socket)), handlers_(std::move(handlers)) {
  watch_ = loop_.watch(socket_.get(), POLLIN, [this](short events) { ready(events); });
}

PacketChannel::~PacketChannel() { close(); }

void PacketChannel::close() {
  if (watch_ != 0) loop_.unwatch(std::exchange(watch_, 0));
  socket_.reset();
  queue_.clear();
}

void PacketChannel::fail(Fault fault) {
  if (!socket_) return;
  close();
  if (fault == Fault::kBroken && handlers_.broken) return handlers_.broken();
  if (handlers_.closed) handlers_.closed();
}

void PacketChannel::ready(short events) {
  if ((events & POLLOUT) != 0) flush();
  if (socket_ && (events & (POLLIN | POLLHUP | POLLERR)) != 0) receive();
}

void PacketChannel::send(const lifeline::Packet& packet, Descriptors descriptors) {
  if (!socket_) return;
  queue_.emplace_back(std::string_view(reinterpret_cast<const char*>(&packet), sizeof packet),
                      std::move(descriptors));
  if (queue_.size() == 1) flush();
}

void PacketChannel::send_data(std::uint32_t process, std::string_view bytes) {
  if (!socket_) return;
  lifeline::DataPacket packet;
  packet.kind = lifeline::Kind::kData;
  packet.process = process;
  for (std::size_t at = 0; at < bytes.size(); at += lifeline::kChunkBytes) {
    const std::string_view chunk = bytes.substr(at, lifeline::kChunkBytes);
    packet.length = static_cast<std::uint32_t>(chunk.size());
    std::memcpy(packet.bytes, chunk.data(), chunk.size());
    queue_.emplace_back(std::string_view(reinterpret_cast<const char*>(&packet),
                                         lifeline::kDataHeaderBytes + chunk.size()),
                        Descriptors{});
  }
  ::explicit_bzero(packet.bytes, sizeof packet.bytes);
  flush();
}

void PacketChannel::flush() {
  while (socket_ && !queue_.empty()) {
    Outgoing& next = queue_.front();
    std::array<int, kMaxDescriptors> descriptors{};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof descriptors)> control{};
    iovec part{next.bytes.data(), next.bytes.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (!next.descriptors.empty()) {
      MINO_CHECK(next.descriptors.size() <= kMaxDescriptors);
      for (std::size_t i = 0; i < next.descriptors.size(); ++i)
        descriptors.at(i) = next.descriptors[i].get();
      const std::size_t size = next.descriptors.size() * sizeof(int);
      message.msg_control = control.data();
      message.msg_controllen = CMSG_SPACE(size);
      cmsghdr* header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(size);
      std::memcpy(CMSG_DATA(header), descriptors.data(), size);
    }
    const ssize_t sent = posix::retry(
        [&] { return ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT); });
    const int error = errno;
    if (sent < 0 && error == EAGAIN) {
      loop_.set_events(watch_, POLLIN | POLLOUT);
      return;
    }
    if (sent < 0) {
      // The other side is gone. What it said before still waits to be read; receive() finds the end
      // behind it.
      queue_.clear();
      break;
    }
    queue_.pop_front();
  }
  if (socket_) loop_.set_events(watch_, POLLIN);
}

void PacketChannel::receive() {
  lifeline::DataPacket buffer;
  std::array<int, kMaxDescriptors> descriptors{};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof descriptors) + CMSG_SPACE(sizeof(ucred))>
      control{};
  iovec part{&buffer, sizeof buffer};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const auto read = [&] {
    return ::recvmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  };
  ssize_t got = posix::retry(read);
  int error = errno;
  if (got < 0 && error == ECONNRESET) {
    // The other side ended without reading all that we sent. Linux tells that first, once; what it
    // said before comes behind.
    got = posix::retry(read);
    error = errno;
  }
  if (got < 0 && error == EAGAIN) return;
  Descriptors received;
  if (got >= 0) {
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
         header = CMSG_NXTHDR(&message, header)) {
      if (header->cmsg_level != SOL_SOCKET) continue;
      if (header->cmsg_type == SCM_CREDENTIALS) {
        ucred sender{};
        std::memcpy(&sender, CMSG_DATA(header), sizeof sender);
        peer_ = sender.pid;
      }
      if (header->cmsg_type != SCM_RIGHTS) continue;
      const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      for (std::size_t i = 0; i < count; ++i) {
        int descriptor = -1;
        std::memcpy(&descriptor, CMSG_DATA(header) + i * sizeof(int), sizeof descriptor);
        received.emplace_back(descriptor);
      }
    }
  }
  if (got <= 0) return fail(Fault::kClosed);
  if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) return fail(Fault::kBroken);
  const auto parsed = parse_packet(
      std::string_view(reinterpret_cast<const char*>(&buffer), static_cast<std::size_t>(got)));
  if (!parsed) return fail(Fault::kBroken);
  if (handlers_.packet) handlers_.packet(*parsed, std::move(received));
}

Result<void> describe_process(PacketChannel& channel, std::uint32_t process,
                              const ProcessDescription& description) {
  std::string data;
  for (const std::string& argument : description.arguments) {
    if (argument.find('\0') != std::string::npos)
      return Error(ErrorCode::kUsage, "an argument holds a NUL byte");
    data += argument;
    data += '\0';
  }
  const std::size_t argument_bytes = data.size();
  data += description.environment;
  if (data.size() > lifeline::kMaxDescriptionBytes ||
      description.arguments.size() > lifeline::kMaxArguments) {
    ::explicit_bzero(data.data(), data.size());
    return Error(ErrorCode::kUsage, "the command and its environment are too large");
  }
  lifeline::Packet packet{};
  packet.kind = lifeline::Kind::kProcess;
  packet.process = process;
  packet.flags = description.flags;
  packet.rows = description.rows;
  packet.columns = description.columns;
  packet.argument_count = static_cast<std::uint32_t>(description.arguments.size());
  packet.argument_bytes = static_cast<std::uint32_t>(argument_bytes);
  packet.environment_bytes = static_cast<std::uint32_t>(description.environment.size());
  channel.send(packet, {});
  channel.send_data(process, data);
  ::explicit_bzero(data.data(), data.size());
  return {};
}

Result<void> send_process(PacketChannel& channel, std::uint32_t process,
                          const ProcessDescription& description,
                          PacketChannel::Descriptors streams) {
  MINO_TRY(describe_process(channel, process, description));
  lifeline::Packet go{};
  go.kind = lifeline::Kind::kGo;
  go.process = process;
  channel.send(go, std::move(streams));
  return {};
}

}  // namespace mino::session
