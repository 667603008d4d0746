#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/posix/unique_fd.hpp"
#include "adapters/session/packet_channel.hpp"
#include "adapters/session/poll_loop.hpp"
#include "domain/result.hpp"

namespace mino::session {

/// A process that a client wants in the box, complete.
struct ClientProcess {
  lifeline::Packet description{};
  std::string data;
  PacketChannel::Descriptors streams;
};

/// The owner's side of a session's control socket. Clients are processes of the same user; each may
/// have one process in the box and is told of it in the words of the lifeline, and may ask about
/// the rules of the session's network.
class ControlServer {
 public:
  using ClientId = std::uint64_t;
  struct Handlers {
    std::function<void(ClientId, ClientProcess)> start;
    std::function<void(ClientId, int signal_number)> signal;
    /// Seconds to wait before SIGKILL, negative for none.
    std::function<void(int grace_seconds)> stop;
    /// The JSON of a NetworkRequest; returns that of the NetworkAnswer. Empty: nobody may ask.
    std::function<std::string(std::string_view request_json)> network;
    std::function<void(ClientId)> gone;
  };

  /// Listens on `directory`/control. The directory must exist and be the user's alone.
  [[nodiscard]] static Result<std::unique_ptr<ControlServer>> listen(PollLoop& loop,
                                                                     const std::string& directory,
                                                                     Handlers handlers);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  /// Passes an event of the client's process on; the descriptors go along.
  void tell(ClientId client, lifeline::Packet event, PacketChannel::Descriptors descriptors);

 private:
  struct Client {
    std::unique_ptr<PacketChannel> channel;
    ClientProcess process;
    std::uint32_t question_bytes = 0;  ///< of the JSON that is on its way
    std::string question;
    enum class State { kIdle, kDescribing, kStarted, kAsking } state = State::kIdle;
  };

  ControlServer(PollLoop& loop, posix::UniqueFd socket, Handlers handlers);
  void accept_client();
  void packet(ClientId id, const ParsedPacket& packet, PacketChannel::Descriptors descriptors);
  void question(ClientId id, Client& client, std::uint32_t bytes);
  void data(ClientId id, Client& client, std::string_view bytes);
  void answer(ClientId id, Client& client);
  void drop(ClientId id);

  PollLoop& loop_;
  posix::UniqueFd socket_;
  Handlers handlers_;
  PollLoop::Id watch_ = 0;
  std::map<ClientId, Client> clients_;
  ClientId next_ = 1;
};

/// Connects to a session's control socket. kUnavailable: nobody listens.
[[nodiscard]] Result<posix::UniqueFd> connect_control(const std::string& directory);

}  // namespace mino::session
