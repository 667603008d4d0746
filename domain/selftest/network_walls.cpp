// What the box must not reach.
#include "domain/check.hpp"
#include "domain/network/egress_policy.hpp"
#include "domain/selftest/walls.hpp"

namespace mino {
namespace {

using enum Expectation::Kind;

// Addresses for documentation (RFC 5737, RFC 3849): nobody is there, should a wall be missing.
constexpr std::string_view kNobodyV4 = "203.0.113.7";
constexpr std::string_view kNobodyV6 = "2001:db8::7";
constexpr std::string_view kMetadata = "169.254.169.254";
/// Never registered (RFC 6761).
constexpr std::string_view kNobodysName = "selftest.invalid";

/// Whether no rule allows that address: those that one does are not tried.
bool is_refused(const RunPlan& plan, std::string_view host, std::uint16_t port) {
  if (!plan.egress) return true;
  const auto address = IpAddress::parse(host);
  MINO_CHECK(address.has_value());
  return !decide(plan.egress->policy, *address, port).allowed();
}

Expectation attempt(std::string_view name, std::string_view host, std::string_view port,
                    Expectation::Kind kind) {
  const std::string label = std::string(host) + (port.empty() ? "" : ":" + std::string(port));
  return {std::string(name) + ":" + label, kind};
}

void add_tcp(const RunPlan& plan, std::string_view host, std::uint16_t port, Wall& wall) {
  if (is_refused(plan, host, port))
    wall.attempts.push_back(attempt("connect", host, std::to_string(port), kRefused));
}

/// A box with neither a route out nor rules that are loaded inside its own interface.
bool has_only_loopback(const RunPlan& plan) {
  return plan.network == NetworkMode::kNone ||
         (plan.egress && plan.egress->engine == NetworkEngine::kGateway);
}

Wall outside_wall(const RunPlan& plan) {
  Wall wall{"network",
            plan.egress ? "the box reaches nothing outside but what a rule allows"
                        : "the box reaches nothing outside",
            {}};
  if (has_only_loopback(plan)) wall.attempts.push_back({"interfaces", kAbsent});
  for (const std::string_view host : {kNobodyV4, kNobodyV6}) {
    for (const std::uint16_t port : {std::uint16_t{80}, std::uint16_t{443}, std::uint16_t{853}})
      add_tcp(plan, host, port, wall);
    // Rules are about TCP.
    wall.attempts.push_back(attempt("datagram", host, "443", kRefused));
    // A packet filter may drop it without a word.
    wall.attempts.push_back(attempt("ping", host, "", kUnanswered));
  }
  return wall;
}

Wall names_wall() {
  const std::string server = std::string(kNobodyV4) + ":53";
  return {"names",
          "no question for a name leaves the box",
          {{"ask:" + std::string(kNobodysName), kNotForwarded,
            server + "/" + std::string(kNobodysName)}}};
}

Wall metadata_wall(const RunPlan& plan) {
  Wall wall{"metadata", "the box cannot reach the metadata service of a cloud", {}};
  add_tcp(plan, kMetadata, 80, wall);
  if (wall.attempts.empty()) wall.off = "a rule allows " + std::string(kMetadata) + ":80";
  return wall;
}

Wall loopback_wall(const RunPlan& plan, const SelfTestPlaces& places) {
  Wall wall{"host-loopback", "the box cannot reach the host's own loopback services", {}};
  if (plan.network == NetworkMode::kHost) {
    wall.off = setting_behind(plan, "network", "container.network");
  } else if (!places.sockets) {
    wall.untested = "no socket could be opened on the host's loopback";
  } else {
    const HostSockets& sockets = *places.sockets;
    wall.attempts = {
        {std::string(kLoopbackAttempt), kAbsent, std::to_string(sockets.tcp_port)},
        {std::string(kLoopbackDatagramAttempt), kAbsent, std::to_string(sockets.udp_port)},
        {std::string(kAbstractSocketAttempt), kRefused, sockets.abstract_name}};
  }
  return wall;
}

}  // namespace

void add_network_walls(const RunPlan& plan, const SelfTestPlaces& places,
                       std::vector<Wall>& walls) {
  const bool is_open = plan.network == NetworkMode::kBridge || plan.network == NetworkMode::kHost;
  const std::string off =
      is_open ? setting_behind(plan, "network", "container.network") : std::string();
  for (Wall wall : {outside_wall(plan), names_wall(), metadata_wall(plan)}) {
    if (is_open) wall.off = off;
    walls.push_back(std::move(wall));
  }
  walls.push_back(loopback_wall(plan, places));
}

}  // namespace mino
