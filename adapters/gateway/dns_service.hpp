#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "adapters/gateway/dns_message.hpp"
#include "adapters/gateway/event_loop.hpp"
#include "adapters/gateway/name_pool.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "domain/network/egress_policy.hpp"

namespace mino::gateway {

/// The resolver of a box. It asks nobody: every name gets an address that stands for it, and what
/// the name really is, is found out when it is dialled.
class DnsService {
 public:
  static constexpr std::size_t kMaxTcpClients = 64;

  struct World {
    EventLoop& loop;
    NamePool& names;
    const EgressPolicy& policy;
    /// A name that is refused here and not when it is connected to.
    std::function<void(const std::string& name, DenyReason reason)> refused;
  };
  explicit DnsService(World world);
  ~DnsService();
  DnsService(const DnsService&) = delete;
  DnsService& operator=(const DnsService&) = delete;

  [[nodiscard]] Result<void> serve_udp(posix::UniqueFd socket);
  [[nodiscard]] Result<void> serve_tcp(posix::UniqueFd listener);
  /// Leaves questions where they are, in the kernel's queues, until resume(). Both may be repeated.
  void pause();
  void resume();

  /// The answer to one message; empty when there is none.
  [[nodiscard]] std::string answer(std::string_view message);

 private:
  struct TcpClient {
    posix::UniqueFd socket;
    EventLoop::Watch watch = 0;
    EventLoop::Timer timer{};
    std::string in;
    std::string out;
  };
  struct Served {
    posix::UniqueFd socket;
    EventLoop::Watch watch = 0;
  };
  enum class State { kServing, kPaused };

  void enter(State state);
  /// What a client's socket is watched for now.
  [[nodiscard]] std::uint32_t interest_in(const TcpClient& client) const;
  [[nodiscard]] std::string answer_question(const DnsQuestion& question);
  void udp_ready(int socket);
  void accept_client(int listener);
  void client_ready(std::uint64_t id, std::uint32_t events);
  void drop(std::uint64_t id);

  World world_;
  State state_ = State::kServing;
  std::vector<Served> sockets_;
  std::map<std::uint64_t, TcpClient> clients_;
  std::uint64_t next_client_ = 1;
};

}  // namespace mino::gateway
