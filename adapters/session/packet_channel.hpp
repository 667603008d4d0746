#pragma once

#include <sys/types.h>

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/posix/unique_fd.hpp"
#include "adapters/session/poll_loop.hpp"
#include "domain/result.hpp"
#include "helper/protocol/lifeline.hpp"

namespace mino::session {

/// One packet as it came: the fixed part, and for kData the bytes.
struct ParsedPacket {
  lifeline::Packet packet{};
  std::string_view data;
};

/// Reads one datagram of the lifeline protocol. Nothing is trusted: a size or kind that does not
/// exist is nothing.
[[nodiscard]] std::optional<ParsedPacket> parse_packet(std::string_view bytes);

/// A SOCK_SEQPACKET socket that speaks the lifeline protocol, as part of a loop: sends queue up
/// instead of blocking.
class PacketChannel {
 public:
  using Descriptors = std::vector<posix::UniqueFd>;
  struct Handlers {
    /// A packet and the descriptors that came with it.
    std::function<void(const ParsedPacket&, Descriptors)> packet;
    /// The other side closed. Called once; nothing follows.
    std::function<void()> closed;
    /// The other side sent what is no packet, and the socket was closed; nothing follows. Empty:
    /// that is like closing.
    std::function<void()> broken;
  };

  /// `socket` must be O_NONBLOCK.
  PacketChannel(PollLoop& loop, posix::UniqueFd socket, Handlers handlers);
  ~PacketChannel();
  PacketChannel(const PacketChannel&) = delete;
  PacketChannel& operator=(const PacketChannel&) = delete;

  void send(const lifeline::Packet& packet, Descriptors descriptors);
  /// Cuts the bytes into kData packets.
  void send_data(std::uint32_t process, std::string_view bytes);
  /// Closes the socket; no handler is called afterwards.
  void close();
  [[nodiscard]] bool open() const { return socket_.valid(); }
  /// Everything given to send() is on its way.
  [[nodiscard]] bool idle() const { return queue_.empty(); }
  [[nodiscard]] int fd() const { return socket_.get(); }
  /// The process that sent the last packet, as the kernel says (unix(7), SO_PASSCRED); 0 when the
  /// socket does not ask for it.
  [[nodiscard]] pid_t peer() const { return peer_; }

 private:
  struct Outgoing {
    std::string bytes;
    Descriptors descriptors;
    explicit Outgoing(std::string_view data, Descriptors fds)
        : bytes(data), descriptors(std::move(fds)) {}
    Outgoing(Outgoing&&) = default;
    Outgoing& operator=(Outgoing&&) = default;
    ~Outgoing();  // wiped: the bytes may be an environment
  };

  void ready(short events);
  void receive();
  void flush();
  enum class Fault { kClosed, kBroken };
  void fail(Fault fault);

  PollLoop& loop_;
  posix::UniqueFd socket_;
  Handlers handlers_;
  PollLoop::Id watch_ = 0;
  pid_t peer_ = 0;
  std::deque<Outgoing> queue_;
};

/// A process to be started, in the form the protocol wants.
struct ProcessDescription {
  std::uint32_t flags = 0;
  std::uint16_t rows = 0;
  std::uint16_t columns = 0;
  std::vector<std::string> arguments;
  std::string environment;  ///< NUL-terminated NAME=VALUE strings
};

/// Sends kProcess and the data. kUsage when it is larger than the protocol allows.
[[nodiscard]] Result<void> describe_process(PacketChannel& channel, std::uint32_t process,
                                            const ProcessDescription& description);

/// The same, and then kGo.
[[nodiscard]] Result<void> send_process(PacketChannel& channel, std::uint32_t process,
                                        const ProcessDescription& description,
                                        PacketChannel::Descriptors streams);

}  // namespace mino::session
