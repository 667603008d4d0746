#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "adapters/gateway/connection.hpp"
#include "adapters/gateway/dns_service.hpp"
#include "adapters/gateway/event_loop.hpp"
#include "adapters/gateway/name_pool.hpp"
#include "adapters/gateway/pipe_pool.hpp"
#include "adapters/gateway/policy_assembler.hpp"
#include "adapters/gateway/wire.hpp"
#include "adapters/posix/packet_socket.hpp"

namespace mino::gateway {

/// What a session's box may take of the machine through its gateway.
struct GatewayLimits {
  std::size_t connections = 4096;
  /// Accepted and not yet relayed: refused ones that wait for their words, dials, half hellos.
  std::size_t unsettled = 1024;
};

/// The process that stands between a box and the network. It has the box's sockets, the owner's and
/// the dialler's, and opens none itself.
class Gateway final : public ConnectionHost {
 public:
  /// `owner` speaks wire.hpp, `dialler` dial_protocol.hpp; both SOCK_SEQPACKET.
  Gateway(EventLoop loop, posix::UniqueFd owner, posix::UniqueFd dialler,
          const GatewayLimits& limits);
  ~Gateway() override;
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// Serves until the owner says so or is gone. The exit code of the process: 0 in order, 1 when
  /// the dialler has ended or the owner does not keep to the protocol.
  [[nodiscard]] int run();

 private:
  EventLoop& loop() override { return loop_; }
  PipePool& pipes() override { return pipes_; }
  void dial(const DialRequest& request) override;
  void cancel_dial(std::uint64_t id) override;
  void report(const EgressEvent& event) override;
  void pump_later(std::uint64_t id) override;
  void settled() override;
  void finished(std::uint64_t id) override;

  void owner_ready(std::uint32_t events);
  void owner_says(posix::SocketPacket packet);
  void serve(bool ipv6, std::vector<posix::UniqueFd> sockets);
  void adopt(EgressPolicy policy);
  void flush_reports();
  void dialler_ready(std::uint32_t events);
  void flush_dials();
  enum class Family { kV4, kV6 };
  [[nodiscard]] Result<void> open_for_box(std::vector<posix::UniqueFd> sockets);
  [[nodiscard]] Result<void> listen(posix::UniqueFd listener, Family family);
  void accept_some(int listener, Family family);
  void admit(posix::UniqueFd client, Family family);
  /// Listens or not, as the limits and the owner's pace have it.
  void update_listening();
  [[nodiscard]] bool has_room() const;
  void end_all();
  /// Serves no longer than this round.
  void finish(int code);

  EventLoop loop_;
  PipePool pipes_;
  NamePool names_;
  EgressPolicy policy_;
  PolicyAssembler assembler_;
  posix::UniqueFd owner_;
  posix::UniqueFd dialler_;
  GatewayLimits limits_;
  EventLoop::Watch owner_watch_ = 0;
  EventLoop::Watch dialler_watch_ = 0;
  std::deque<std::string> reports_;
  std::deque<DialRequest> dials_;
  std::unordered_set<std::uint64_t> dialling_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  std::uint64_t next_connection_ = 1;
  std::size_t unsettled_ = 0;
  struct Listener {
    posix::UniqueFd socket;
    EventLoop::Watch watch = 0;
  };
  std::vector<Listener> listeners_;
  bool listening_ = true;
  bool running_ = true;
  std::optional<DnsService> dns_;
  int exit_code_ = 0;
};

}  // namespace mino::gateway
