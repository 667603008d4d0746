#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapters/posix/box_network.hpp"
#include "adapters/posix/child_process.hpp"
#include "adapters/posix/packet_socket.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "ports/egress_gateway.hpp"
#include "ports/file_system.hpp"
#include "ports/json_codec.hpp"

namespace mino::gateway {

/// The owner's side of a box's network: starts the gateway and the dialler, gives podman the hook
/// that makes the box's rules, hands the sockets that the hook made to the gateway, and takes its
/// reports.
class GatewayNetwork final : public EgressGateway, public posix::BoxNetwork {
 public:
  /// Both outlive this.
  GatewayNetwork(FileSystem& files, const JsonCodec& json);
  ~GatewayNetwork() override;
  GatewayNetwork(const GatewayNetwork&) = delete;
  GatewayNetwork& operator=(const GatewayNetwork&) = delete;

  [[nodiscard]] Result<void> start(const RunPlan& plan, EgressSink& sink) override;
  void stop() override;

  [[nodiscard]] State state() const override { return state_; }
  [[nodiscard]] int fd() const override { return epoll_.get(); }
  void handle() override;
  [[nodiscard]] const Error& failure() const override { return *failure_; }
  [[nodiscard]] NetworkAnswer answer(const NetworkRequest& request) override;

 private:
  [[nodiscard]] Result<void> set_up(const RunPlan& plan);
  [[nodiscard]] Result<void> listen_for_hook();
  [[nodiscard]] Result<void> write_hook(const RunPlan& plan);
  [[nodiscard]] Result<void> start_processes(const EgressPlan& egress);
  [[nodiscard]] Result<void> write_filter(const EgressPlan& egress);
  [[nodiscard]] bool send_policy();
  void watch(int fd, std::uint64_t which) const;

  void accept_hook();
  void hook_reports();
  void accept_rules();
  void gateway_reports();
  void gateway_ended();
  void fail(std::string message);
  [[nodiscard]] std::string last_words() const;

  FileSystem& files_;
  const JsonCodec& json_;
  EgressSink* sink_ = nullptr;
  std::string directory_;
  EgressPolicy policy_;
  NetworkEngine engine_ = NetworkEngine::kGateway;
  State state_ = State::kAbsent;
  std::optional<Error> failure_;
  posix::UniqueFd epoll_;
  posix::UniqueFd listener_;
  posix::UniqueFd hook_;
  posix::UniqueFd channel_;  ///< to the gateway
  posix::UniqueFd rules_;    ///< to the dialler
  posix::UniqueFd errors_;
  std::optional<posix::ChildProcess> gateway_;
  std::optional<posix::ChildProcess> dialler_;
};

}  // namespace mino::gateway
