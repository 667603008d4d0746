#pragma once

#include <string>

#include "domain/network/egress_event.hpp"
#include "domain/network/network_request.hpp"
#include "domain/result.hpp"
#include "domain/run/run_plan.hpp"

namespace mino {

/// Learns what the box's network does. Called on the thread that runs the session, between
/// EgressGateway::start() and stop(); must not block for long.
class EgressSink {
 public:
  EgressSink() = default;
  EgressSink(const EgressSink&) = delete;
  EgressSink& operator=(const EgressSink&) = delete;
  virtual ~EgressSink() = default;

  virtual void egress(const EgressEvent& event) = 0;
  /// `mino network allow` or `deny` has changed the rules.
  virtual void rules_changed(const NetworkRequest& request) = 0;
  /// The gateway has ended while the session goes on: the box has no network any more. Called at
  /// most once.
  virtual void gateway_lost(const std::string& why) = 0;
};

/// What stands between a box and the network when its plan has egress rules.
class EgressGateway {
 public:
  EgressGateway() = default;
  EgressGateway(const EgressGateway&) = delete;
  EgressGateway& operator=(const EgressGateway&) = delete;
  virtual ~EgressGateway() = default;

  /// Starts it for `plan`, whose runtime directory exists; `plan` and `sink` outlive stop(). Does
  /// not wait for the box: the session's owner holds the agent back until the box's rules are in
  /// force. Nothing is done for a plan without egress rules. When it fails it has left nothing
  /// behind. kUnavailable: the helper program cannot be started.
  [[nodiscard]] virtual Result<void> start(const RunPlan& plan, EgressSink& sink) = 0;
  /// Delivers what is still reported, ends the gateway and removes its files. Idempotent. Blocks
  /// for two seconds at most.
  virtual void stop() = 0;
};

}  // namespace mino
