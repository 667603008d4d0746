#include "adapters/session/control_server.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "adapters/posix/posix_error.hpp"

namespace mino::session {

namespace {

constexpr std::size_t kMaxClients = lifeline::kMaxProcesses;

/// A sun_path holds 107 bytes; reached through the directory's descriptor, the path is short
/// however deep that lies.
Result<sockaddr_un> control_address(const posix::UniqueFd& directory) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = "/proc/self/fd/" + std::to_string(directory.get()) + "/control";
  MINO_CHECK(path.size() < sizeof address.sun_path);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

Result<posix::UniqueFd> open_directory(const std::string& directory) {
  posix::UniqueFd fd(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) return posix::file_error("opening", directory, errno);
  return fd;
}

}  // namespace

Result<std::unique_ptr<ControlServer>> ControlServer::listen(PollLoop& loop,
                                                             const std::string& directory,
                                                             Handlers handlers) {
  MINO_ASSIGN(const posix::UniqueFd parent, open_directory(directory));
  MINO_ASSIGN(const sockaddr_un address, control_address(parent));
  posix::UniqueFd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return posix::system_error("making the control socket", errno);
  ::unlinkat(parent.get(), "control", 0);  // left by a session of this name that was killed
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(socket.get(), 64) != 0) {
    return posix::file_error("listening on", directory + "/control", errno);
  }
  return std::unique_ptr<ControlServer>(
      new ControlServer(loop, std::move(socket), std::move(handlers)));
}

ControlServer::ControlServer(PollLoop& loop, posix::UniqueFd socket, Handlers handlers)
    : loop_(loop), socket_(std::move(socket)), handlers_(std::move(handlers)) {
  watch_ = loop_.watch(socket_.get(), POLLIN, [this](short) { accept_client(); });
}

ControlServer::~ControlServer() { loop_.unwatch(watch_); }

void ControlServer::accept_client() {
  posix::UniqueFd socket(posix::retry(
      [this] { return ::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK); }));
  if (!socket || clients_.size() >= kMaxClients) return;
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
      peer.uid != ::getuid())
    return;
  const ClientId id = next_++;
  PacketChannel::Handlers handlers;
  handlers.packet = [this, id](const ParsedPacket& parsed, PacketChannel::Descriptors descriptors) {
    packet(id, parsed, std::move(descriptors));
  };
  handlers.closed = [this, id] { drop(id); };
  clients_[id].channel =
      std::make_unique<PacketChannel>(loop_, std::move(socket), std::move(handlers));
}

void ControlServer::packet(ClientId id, const ParsedPacket& parsed,
                           PacketChannel::Descriptors descriptors) {
  using lifeline::Kind;
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  Client& client = found->second;
  const lifeline::Packet& packet = parsed.packet;
  ClientProcess& process = client.process;
  switch (packet.kind) {
    case Kind::kProcess: {
      const std::uint64_t total = std::uint64_t{packet.argument_bytes} + packet.environment_bytes;
      if (client.state != Client::State::kIdle || total > lifeline::kMaxDescriptionBytes)
        return drop(id);
      process.description = packet;
      client.state = Client::State::kDescribing;
      return;
    }
    case Kind::kData:
      return data(id, client, parsed.data);
    case Kind::kGo:
      if (client.state != Client::State::kDescribing ||
          process.data.size() != std::size_t{process.description.argument_bytes} +
                                     process.description.environment_bytes) {
        return drop(id);
      }
      client.state = Client::State::kStarted;
      process.streams = std::move(descriptors);
      return handlers_.start(id, std::exchange(process, {}));
    case Kind::kSignal:
      if (client.state != Client::State::kStarted) return drop(id);
      return handlers_.signal(id, packet.value);
    case Kind::kStop: {
      lifeline::Packet accepted{};
      accepted.kind = Kind::kAccepted;
      client.channel->send(accepted, {});
      return handlers_.stop(packet.value);
    }
    case Kind::kNetwork:
      return question(id, client, packet.argument_bytes);
    default:
      return drop(id);
  }
}

void ControlServer::question(ClientId id, Client& client, std::uint32_t bytes) {
  // Who does not read the answers would have them pile up here.
  const bool may_ask = client.state == Client::State::kIdle && client.channel->idle();
  if (!may_ask || !handlers_.network || bytes == 0 || bytes > lifeline::kMaxNetworkBytes)
    return drop(id);
  client.state = Client::State::kAsking;
  client.question_bytes = bytes;
}

void ControlServer::data(ClientId id, Client& client, std::string_view bytes) {
  switch (client.state) {
    case Client::State::kDescribing:
      client.process.data += bytes;
      if (client.process.data.size() > lifeline::kMaxDescriptionBytes) return drop(id);
      return;
    case Client::State::kAsking:
      client.question += bytes;
      if (client.question.size() > client.question_bytes) return drop(id);
      if (client.question.size() == client.question_bytes) return answer(id, client);
      return;
    case Client::State::kIdle:
    case Client::State::kStarted:
      return drop(id);
  }
}

void ControlServer::answer(ClientId id, Client& client) {
  client.state = Client::State::kIdle;
  const std::string text = handlers_.network(std::exchange(client.question, {}));
  if (text.empty() || text.size() > lifeline::kMaxNetworkBytes) return drop(id);
  lifeline::Packet head{};
  head.kind = lifeline::Kind::kNetworkAnswer;
  head.argument_bytes = static_cast<std::uint32_t>(text.size());
  client.channel->send(head, {});
  client.channel->send_data(0, text);
}

void ControlServer::drop(ClientId id) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  // The channel may be the caller, so it lives until the loop comes round.
  std::shared_ptr<PacketChannel> channel = std::move(found->second.channel);
  clients_.erase(found);
  channel->close();
  loop_.after(std::chrono::milliseconds(0), [channel] {});
  handlers_.gone(id);
}

void ControlServer::tell(ClientId client, lifeline::Packet event,
                         PacketChannel::Descriptors descriptors) {
  const auto found = clients_.find(client);
  if (found != clients_.end()) found->second.channel->send(event, std::move(descriptors));
}

Result<posix::UniqueFd> connect_control(const std::string& directory) {
  auto parent = open_directory(directory);
  if (!parent.ok()) return std::move(parent.error().set_code(ErrorCode::kUnavailable));
  MINO_ASSIGN(const sockaddr_un address, control_address(*parent));
  posix::UniqueFd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!socket) return posix::system_error("making a socket", errno);
  // Bounds the wait for an owner that is stopped and whose backlog is full.
  const timeval patience{5, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (posix::retry([&] {
        return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
      }) != 0) {
    const int error = errno;
    return std::move(posix::file_error("connecting to", directory + "/control", error)
                         .set_code(ErrorCode::kUnavailable));
  }
  ::fcntl(socket.get(), F_SETFL, O_NONBLOCK);
  return socket;
}

}  // namespace mino::session
