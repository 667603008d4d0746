#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/gateway/dial_permit.hpp"
#include "adapters/gateway/dial_protocol.hpp"
#include "adapters/gateway/dialler.hpp"
#include "adapters/gateway/resolver_worker.hpp"
#include "adapters/posix/child_process.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "domain/network/ip_address.hpp"
#include "tests/unit/gateway/test_listener.hpp"

namespace mino::gateway {

/// Memory that the test, the dialler and its resolvers have in common.
struct SharedResolverState {
  static constexpr std::size_t kMaxPids = 64;
  std::atomic<int> calls;
  std::atomic<int> gate_open;
  std::array<std::atomic<pid_t>, kMaxPids> pids;  ///< of the worker of each call
  IpAddress::V4Bytes local_address;
};
/// Zeroed anew.
SharedResolverState& fresh_resolver_state();
SharedResolverState& resolver_state();

/// A resolver that does what the name says. "broadcast.test", "mapped.test" (the same, mapped) and
/// "gate.test" (the same, once the gate is open) answer 255.255.255.255, which fails at once when
/// it is connected to and sends nothing; "self.test", "private.test", "crowd.test" (1000 addresses)
/// what must not be dialled; "local.test" the state's local address; "none.test", "again.test",
/// "empty.test", "crash.test" and "hang…" nothing.
std::vector<IpAddress> resolve_in_test(const std::string& name, int* error);

struct TestReply {
  DialReply reply;
  posix::UniqueFd connection;
};

[[nodiscard]] DialRequest name_request(std::uint64_t id, std::string_view name, std::uint16_t port);
/// As name_request(), for a name that may be private.
[[nodiscard]] DialRequest private_request(std::uint64_t id, std::string_view name,
                                          std::uint16_t port);
[[nodiscard]] DialRequest address_request(std::uint64_t id, std::string_view address,
                                          std::uint16_t port);
[[nodiscard]] DialRequest loopback_request(std::uint64_t id, std::uint16_t port);
[[nodiscard]] DialRequest cancel_request(std::uint64_t id);

/// Believes the gateway.
class PermitAll final : public DialPermit {
 public:
  [[nodiscard]] bool permits(const DialOrder&) override { return true; }
  [[nodiscard]] int fd() const override { return -1; }
  Rules take_rules() override { return Rules::kFinal; }
};

/// A dialler in a process of its own, with the gateway's end of its socket. Little room is left for
/// answers in it.
class DiallerProcess {
 public:
  explicit DiallerProcess(const DiallerOptions& options);
  /// Runs `body` on the dialler's end instead, whose result is the exit code.
  explicit DiallerProcess(int (*body)(posix::UniqueFd socket));

  void send(const DialRequest& request);
  void send_bytes(std::string_view bytes);
  /// False when the socket is full.
  [[nodiscard]] bool try_send(const DialRequest& request);
  /// Nothing at the end of the connection, or after the deadline (which fails the test).
  [[nodiscard]] std::optional<TestReply> receive();
  void close() { socket_.reset(); }
  [[nodiscard]] pid_t pid() const { return process_->pid(); }
  void kill();
  /// Nothing when it did not end within the deadline.
  [[nodiscard]] std::optional<posix::ExitStatus> wait();

 private:
  template <typename Body>
  void start(Body body);

  posix::UniqueFd socket_;
  std::optional<posix::ChildProcess> process_;
};

}  // namespace mino::gateway
