#include "adapters/gateway/resolve_rules.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "adapters/gateway/event_loop.hpp"
#include "adapters/gateway/resolver_pool.hpp"

namespace mino::gateway {
namespace {

using Resolutions = std::map<std::string, Resolution>;

/// The names among the rules, each once.
std::vector<std::string> names_of(const EgressPolicy& policy) {
  std::set<std::string> names;
  for (const PolicyRule& entry : policy.rules) {
    if (const auto* exact = std::get_if<ExactName>(&entry.rule.target))
      names.insert(exact->name.str());
  }
  return {names.begin(), names.end()};
}

Result<Resolutions> resolve_all(const std::vector<std::string>& names,
                                const DiallerOptions& options, ResolveFunction resolve) {
  Resolutions found;
  if (names.empty()) return found;
  MINO_ASSIGN(EventLoop loop, EventLoop::create());
  ResolverPool pool(loop, options, resolve, [&](std::uint64_t id, const Resolution& resolution) {
    found.emplace(names[id], resolution);
  });
  for (std::size_t i = 0; i < names.size(); ++i) pool.ask(i, names[i]);
  while (found.size() < names.size()) {
    if (!loop.run_once()) return Error(ErrorCode::kInternal, "waiting for the resolver failed");
  }
  return found;
}

Result<std::set<IpAddress>> addresses_of(const std::string& name, const Resolution& resolution,
                                         PrivateAnswers private_answers) {
  switch (resolution.kind) {
    case Resolution::Kind::kNoSuchName:
      return Error(ErrorCode::kUnavailable, fmt::format("resolving {}: no such name", name));
    case Resolution::Kind::kFailed:
      if (resolution.error == ETIMEDOUT) {
        return Error(ErrorCode::kTimeout,
                     fmt::format("resolving {}: the resolver does not answer", name));
      }
      return Error(ErrorCode::kUnavailable, fmt::format("resolving {}: the resolver failed", name));
    case Resolution::Kind::kAnswered:
      break;
  }
  std::set<IpAddress> addresses;
  for (const IpAddress& address : resolution.addresses) {
    if (may_dial(private_answers, address)) addresses.insert(address);
  }
  if (addresses.empty()) {
    return Error(ErrorCode::kUnavailable,
                 fmt::format("{} has no address that may be reached", name))
        .set_hint("addresses that are not of the public internet need --network-allow-private");
  }
  return addresses;
}

}  // namespace

Result<std::string> resolve_rules(const EgressPlan& egress, const DiallerOptions& options,
                                  ResolveFunction resolve) {
  MINO_ASSIGN(const Resolutions resolutions,
              resolve_all(names_of(egress.policy), options, resolve));
  std::string text;
  for (const IpAddress& resolver : egress.resolvers)
    text += fmt::format("resolver {}\n", resolver.to_string());
  for (const PolicyRule& entry : egress.policy.rules) {
    const std::string port = entry.rule.port ? std::to_string(*entry.rule.port) : "*";
    if (const auto* network = std::get_if<IpNetwork>(&entry.rule.target)) {
      text += fmt::format("allow {} {}\n", network->to_string(), port);
    } else if (const auto* exact = std::get_if<ExactName>(&entry.rule.target)) {
      const std::string& name = exact->name.str();
      MINO_ASSIGN(const std::set<IpAddress> addresses,
                  addresses_of(name, resolutions.at(name), egress.policy.private_answers));
      for (const IpAddress& address : addresses)
        text += fmt::format("allow {} {}\n", address.to_string(), port);
    }
  }
  return text;
}

}  // namespace mino::gateway
