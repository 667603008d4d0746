#include "adapters/gateway/resolve_rules.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <memory>
#include <set>
#include <variant>

namespace mino::gateway {
namespace {

std::optional<IpAddress> address_of(const addrinfo& entry) {
  if (entry.ai_family == AF_INET) {
    sockaddr_in address{};
    std::memcpy(&address, entry.ai_addr, sizeof address);
    IpAddress::V4Bytes bytes{};
    std::memcpy(bytes.data(), &address.sin_addr, bytes.size());
    return IpAddress::from_v4(bytes);
  }
  if (entry.ai_family == AF_INET6) {
    sockaddr_in6 address{};
    std::memcpy(&address, entry.ai_addr, sizeof address);
    IpAddress::V6Bytes bytes{};
    std::memcpy(bytes.data(), &address.sin6_addr, bytes.size());
    return IpAddress::from_v6(bytes);
  }
  return std::nullopt;
}

Result<std::set<IpAddress>> addresses_of(const HostName& name, PrivateAnswers private_answers) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failed = ::getaddrinfo(name.str().c_str(), nullptr, &hints, &found);
  if (failed != 0) {
    return Error(ErrorCode::kUnavailable,
                 fmt::format("resolving {}: {}", name.str(), ::gai_strerror(failed)));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  std::set<IpAddress> addresses;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    const auto address = address_of(*entry);
    if (address && may_dial(private_answers, *address)) addresses.insert(*address);
  }
  if (addresses.empty()) {
    return Error(ErrorCode::kUnavailable,
                 fmt::format("{} has no address that may be reached", name.str()))
        .set_hint("addresses that are not of the public internet need --network-allow-private");
  }
  return addresses;
}

}  // namespace

Result<std::string> resolve_rules(const EgressPlan& egress) {
  std::string text;
  for (const IpAddress& resolver : egress.resolvers)
    text += fmt::format("resolver {}\n", resolver.to_string());
  for (const PolicyRule& entry : egress.policy.rules) {
    const std::string port = entry.rule.port ? std::to_string(*entry.rule.port) : "*";
    if (const auto* network = std::get_if<IpNetwork>(&entry.rule.target)) {
      text += fmt::format("allow {} {}\n", network->to_string(), port);
    } else if (const auto* exact = std::get_if<ExactName>(&entry.rule.target)) {
      MINO_ASSIGN(const std::set<IpAddress> addresses,
                  addresses_of(exact->name, egress.policy.private_answers));
      for (const IpAddress& address : addresses)
        text += fmt::format("allow {} {}\n", address.to_string(), port);
    }
  }
  return text;
}

}  // namespace mino::gateway
