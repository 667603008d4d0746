#pragma once

#include <signal.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/gateway/connection.hpp"
#include "adapters/gateway/dial_protocol.hpp"
#include "adapters/gateway/event_loop.hpp"
#include "adapters/gateway/pipe_pool.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "domain/network/egress_event.hpp"

namespace mino::gateway {

/// How much the kernel holds of a connection of a test.
enum class Buffers { kAsTheyCome, kSmall };

/// One TCP connection over the loopback interface; both ends are non-blocking.
struct TcpPair {
  posix::UniqueFd near;
  posix::UniqueFd far;
};
[[nodiscard]] TcpPair tcp_pair(Buffers buffers = Buffers::kAsTheyCome);

/// Of this process.
[[nodiscard]] std::size_t open_descriptors();

/// The other end of a socket of the gateway, a program in the box or a server, which works while
/// the loop runs. It reads everything at once unless it is told not to.
class Peer {
 public:
  Peer(EventLoop& loop, posix::UniqueFd socket);
  ~Peer() { leave(); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  /// Queued until the kernel takes it.
  void send(std::string_view bytes);
  /// Half-close, behind everything that was sent.
  void finish();
  void stop_reading();
  void read_on();
  void close() { leave(); }
  /// The close becomes a reset.
  void reset();

  [[nodiscard]] const std::string& received() const { return received_; }
  [[nodiscard]] bool saw_end() const { return saw_end_; }
  [[nodiscard]] bool saw_reset() const { return saw_reset_; }
  /// Of everything that was sent, what the kernel has taken.
  [[nodiscard]] std::size_t taken() const { return taken_; }
  [[nodiscard]] std::size_t unsent() const { return unsent_.size(); }

 private:
  void ready(std::uint32_t events);
  void read_some();
  void write_some();
  void update();
  void leave();

  EventLoop& loop_;
  posix::UniqueFd socket_;
  EventLoop::Watch watch_ = 0;
  std::string unsent_;
  std::string received_;
  std::size_t taken_ = 0;
  bool reading_ = true;
  bool finishing_ = false;
  bool saw_end_ = false;
  bool saw_reset_ = false;
};

/// The host of connections, as the gateway is, without redirects, dialler and owner: the test plays
/// them.
class RelayWorld final : public ConnectionHost {
 public:
  struct Link {
    std::uint64_t id = 0;
    std::unique_ptr<Peer> client;
    std::unique_ptr<Peer> server;  ///< once dialled
  };

  RelayWorld();
  ~RelayWorld() override;

  EgressPolicy policy;

  /// A connection of the box to `target`, as the gateway accepts it.
  [[nodiscard]] Link accept(ConnectionTarget target, Buffers buffers = Buffers::kAsTheyCome);
  /// The dialler has connected it.
  void dialled(Link& link, Buffers buffers = Buffers::kAsTheyCome);
  /// Both.
  [[nodiscard]] Link connect(const ConnectionTarget& target,
                             Buffers buffers = Buffers::kAsTheyCome);
  void answer_dial(const DialReply& reply) { connection(reply.id).dialled(reply, {}); }
  [[nodiscard]] Connection& connection(std::uint64_t id) { return *connections_.at(id); }

  /// Runs the loop until `condition` holds; false when it has not come to hold in time.
  template <typename Condition>
  [[nodiscard]] bool until(Condition condition);
  /// Runs what is ready now and what follows from it.
  void run_ready();

  /// Nothing is left of it.
  [[nodiscard]] bool over(const Link& link) const { return !connections_.contains(link.id); }
  [[nodiscard]] std::optional<EgressEvent> event(const Link& link, EgressEvent::Kind kind) const;
  [[nodiscard]] const std::vector<DialRequest>& dials() const { return dials_; }
  [[nodiscard]] const std::vector<std::uint64_t>& cancelled() const { return cancelled_; }
  /// Connections that need no more attention than a relay.
  [[nodiscard]] int settled_count() const { return settled_; }

  [[nodiscard]] EventLoop& loop() override { return loop_; }
  [[nodiscard]] PipePool& pipes() override { return pipes_; }
  void dial(const DialRequest& request) override { dials_.push_back(request); }
  void cancel_dial(std::uint64_t id) override { cancelled_.push_back(id); }
  void report(const EgressEvent& event) override { events_.push_back(event); }
  void pump_later(std::uint64_t id) override;
  void settled() override { ++settled_; }
  void finished(std::uint64_t id) override;

 private:
  static constexpr std::chrono::seconds kPatience{20};

  struct sigaction before_ {};
  EventLoop loop_;
  PipePool pipes_;
  std::map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  std::vector<DialRequest> dials_;
  std::vector<std::uint64_t> cancelled_;
  std::vector<EgressEvent> events_;
  int settled_ = 0;
  std::uint64_t next_ = 1;
};

template <typename Condition>
bool RelayWorld::until(Condition condition) {
  bool late = false;
  const EventLoop::Timer deadline = loop_.after(kPatience, [&late] { late = true; });
  bool holds = condition();
  while (!holds && !late && loop_.run_once()) holds = condition();
  loop_.cancel(deadline);
  return holds;
}

}  // namespace mino::gateway
